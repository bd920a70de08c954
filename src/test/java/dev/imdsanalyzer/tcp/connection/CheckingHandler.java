package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.RecordingHandler;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Uses up a random part of what it is given, and checks that what follows is what the contract says. */
final class CheckingHandler extends RecordingHandler {
    /** One direction's bytes as used up, zeros in gaps. */
    static final class Stream {
        final ByteArrayOutputStream used = new ByteArrayOutputStream();
        byte[] unused = new byte[0];
        long gaps;
        boolean ended;
    }

    final Stream requests = new Stream();
    final Stream responses = new Stream();
    int opened;
    int closed;
    private final Random random;

    CheckingHandler(Random random) {
        this.random = random;
    }

    @Override
    public void onOpen(Connection connection) {
        opened++;
    }

    @Override
    public int onBytes(
            Connection connection, Direction direction, byte[] buffer, int offset, int length, long timestampNanos) {
        Stream stream = stream(direction);
        assertThat(closed).isZero();
        assertThat(stream.ended).isFalse();
        assertThat(length).isGreaterThan(stream.unused.length);
        int again = stream.unused.length;
        assertThat(Arrays.equals(buffer, offset, offset + again, stream.unused, 0, again))
                .isTrue();
        int used = random.nextInt(3) == 0 ? length : random.nextInt(length + 1);
        stream.used.write(buffer, offset, used);
        stream.unused = Arrays.copyOfRange(buffer, offset + used, offset + length);
        return used;
    }

    @Override
    public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
        Stream stream = stream(direction);
        stream.gaps += missingBytes + stream.unused.length;
        for (long i = 0; i < missingBytes + stream.unused.length; i++) {
            stream.used.write(0);
        }
        stream.unused = new byte[0];
    }

    @Override
    public void onEnd(Connection connection, Direction direction, long timestampNanos) {
        finish(stream(direction));
        stream(direction).ended = true;
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        finish(requests);
        finish(responses);
        closed++;
    }

    private static void finish(Stream stream) {
        stream.used.writeBytes(stream.unused);
        stream.unused = new byte[0];
    }

    private Stream stream(Direction direction) {
        return direction == Direction.REQUEST ? requests : responses;
    }
}
