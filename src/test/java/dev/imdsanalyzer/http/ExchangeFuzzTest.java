package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.imdsanalyzer.tcp.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Any two byte streams of one connection. The input: pieces, each with a byte that says what it is, two bytes of length
 * and its bytes.
 */
class ExchangeFuzzTest {
    private static final int MAXIMUM_BYTES = 4_096;
    private static final int SERVER = 1;
    private static final int GAP = 2;
    private static final int PAUSE = 4;

    private record Piece(int kind, String text) {
        byte[] bytes() {
            return Bytes.of(text);
        }

        Direction direction() {
            return (kind & SERVER) == 0 ? Direction.REQUEST : Direction.RESPONSE;
        }
    }

    /** The same bytes whole, byte by byte and cut in two give the same exchanges. */
    @FuzzTest
    void giveTheSameExchangesHoweverTheStreamsAreCut(byte[] input) {
        List<Piece> pieces = pieces(input);
        List<String> whole = play(pieces, 0);
        assertThat(play(pieces, -1)).as("byte by byte").isEqualTo(whole);
        assertThat(play(pieces, 1)).as("after the first byte").isEqualTo(whole);
        assertThat(play(pieces, 1 + input.length % 61)).as("cut").isEqualTo(whole);
        playWithLosses(pieces);
    }

    private static List<String> play(List<Piece> pieces, int cut) {
        Conversation conversation = new Conversation(cut, true, HttpLimits.defaults());
        for (Piece piece : pieces) {
            conversation.send(piece.direction(), piece.bytes());
        }
        conversation.close();
        return conversation.events();
    }

    /** The log checks that each exchange ends exactly once; more cannot be said where bytes are missing. */
    private static void playWithLosses(List<Piece> pieces) {
        Conversation conversation = Conversation.joined();
        for (Piece piece : pieces) {
            if ((piece.kind() & PAUSE) != 0) {
                conversation.pause(3 * Conversation.SECOND);
            }
            if ((piece.kind() & GAP) == 0) {
                conversation.send(piece.direction(), piece.bytes());
            } else if (piece.direction() == Direction.REQUEST) {
                conversation.clientGap(piece.bytes().length - 1);
            } else {
                conversation.serverGap(piece.bytes().length - 1);
            }
        }
        conversation.close();
    }

    private static List<Piece> pieces(byte[] input) {
        List<Piece> pieces = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(input, 0, Math.min(input.length, MAXIMUM_BYTES));
        while (rest.remaining() > 3) {
            int kind = rest.get();
            byte[] bytes = new byte[Math.min(rest.getShort() & 0xffff, rest.remaining())];
            rest.get(bytes);
            pieces.add(new Piece(kind, Bytes.text(bytes, 0, bytes.length)));
        }
        return pieces;
    }
}
