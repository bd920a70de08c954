package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One connection as reassembly would tell it to the decoder: what was not consumed comes again in front of new bytes, in
 * another array, with poison behind. Time stands still unless the test moves it.
 */
final class Conversation {
    static final long SECOND = 1_000_000_000L;
    private static final int POISON = '\n';

    final EventLog log = new EventLog();
    final Counters counters = new Counters();
    final HttpDecoder decoder;
    long now = 1_000 * SECOND;

    private FakeConnection connection;
    private final Map<Direction, byte[]> held = new EnumMap<>(Direction.class);
    /** Where to cut what is sent at a time: after every byte if negative, else once, 0 for nowhere. */
    private final int cut;

    Conversation(int cut, boolean synSeen, HttpLimits limits) {
        this.cut = cut;
        decoder = new HttpDecoder(log, limits, counters);
        connection = new FakeConnection(1, synSeen);
        decoder.onOpen(connection);
    }

    /** A connection seen from its start, in whole segments. */
    static Conversation whole() {
        return new Conversation(0, true, HttpLimits.defaults());
    }

    /** A connection that was open before. */
    static Conversation joined() {
        return new Conversation(0, false, HttpLimits.defaults());
    }

    /** The events of a play that is given whole, with each piece split at every offset, and byte by byte: the same. */
    static List<String> allWays(Consumer<Conversation> play) {
        Conversation whole = whole();
        play.accept(whole);
        whole.close();
        for (int cut = -1; cut <= whole.longestPiece; cut++) {
            Conversation other = new Conversation(cut, true, HttpLimits.defaults());
            play.accept(other);
            other.close();
            assertThat(other.log.events).as("cut at %d", cut).isEqualTo(whole.log.events);
        }
        return whole.log.events;
    }

    private int longestPiece;

    Conversation client(String text) {
        return send(Direction.REQUEST, Bytes.of(text));
    }

    Conversation server(String text) {
        return send(Direction.RESPONSE, Bytes.of(text));
    }

    Conversation send(Direction direction, byte[] bytes) {
        longestPiece = Math.max(longestPiece, bytes.length);
        if (cut < 0) {
            for (int i = 0; i < bytes.length; i++) {
                deliver(direction, Arrays.copyOfRange(bytes, i, i + 1));
            }
        } else {
            int at = Math.min(cut, bytes.length);
            deliver(direction, Arrays.copyOfRange(bytes, 0, at));
            deliver(direction, Arrays.copyOfRange(bytes, at, bytes.length));
        }
        return this;
    }

    private void deliver(Direction direction, byte[] segment) {
        if (segment.length == 0) {
            return;
        }
        byte[] before = held.getOrDefault(direction, new byte[0]);
        byte[] all = Arrays.copyOf(before, before.length + segment.length);
        System.arraycopy(segment, 0, all, before.length, segment.length);
        int offset = all.length % 5;
        byte[] buffer = Bytes.poisoned(all, all.length, offset, POISON);
        int used = decoder.onBytes(connection, direction, buffer, offset, all.length, now);
        assertThat(used).isBetween(0, all.length);
        Arrays.fill(buffer, (byte) POISON);
        held.put(direction, Arrays.copyOfRange(all, used, all.length));
    }

    Conversation clientGap(long missingBytes) {
        return gap(Direction.REQUEST, missingBytes);
    }

    Conversation serverGap(long missingBytes) {
        return gap(Direction.RESPONSE, missingBytes);
    }

    private Conversation gap(Direction direction, long missingBytes) {
        held.remove(direction);
        decoder.onGap(connection, direction, missingBytes, now);
        return this;
    }

    Conversation clientEnds() {
        decoder.onEnd(connection, Direction.REQUEST, now);
        return this;
    }

    Conversation serverEnds() {
        decoder.onEnd(connection, Direction.RESPONSE, now);
        return this;
    }

    Conversation pause(long nanos) {
        now += nanos;
        decoder.advance(now);
        return this;
    }

    Conversation close() {
        return close(CloseReason.FINISHED);
    }

    Conversation close(CloseReason reason) {
        decoder.onClose(connection, reason, now);
        return this;
    }

    /** The same connection, after it was closed: joined in its middle. */
    Conversation joinAgain() {
        held.clear();
        log.reopen();
        connection = new FakeConnection(2, false, now);
        decoder.onOpen(connection);
        return this;
    }

    /** Bytes that the decoder has not consumed yet. */
    int heldBytes(Direction direction) {
        return held.getOrDefault(direction, new byte[0]).length;
    }

    List<String> events() {
        return log.events;
    }
}
