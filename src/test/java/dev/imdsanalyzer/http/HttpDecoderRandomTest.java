package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.tcp.Direction;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Valid conversations with mutations: whatever comes, nothing is thrown, and the cuts make no difference. */
class HttpDecoderRandomTest {
    private static final int ROUNDS = 1_000;

    private static final String[] REQUESTS = {
        "GET /latest/meta-data/ HTTP/1.1\r\nHost: 169.254.169.254\r\nX-aws-ec2-metadata-token: abc==\r\n\r\n",
        "PUT /latest/api/token HTTP/1.1\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\nContent-Length: 3\r\n\r\nabc",
        "POST /a HTTP/1.0\nTransfer-Encoding: chunked\n\n3;x=y\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n",
        "HEAD /a HTTP/1.1\r\nA: b\r\n c\r\nno field\r\n\r\n",
        "GET /a\r\n"
    };
    private static final String[] RESPONSES = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.0 401 Unauthorized\r\nServer: EC2ws\r\n\r\nrest",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n"
    };
    private static final byte[] SPICE = Bytes.of("\r\n\r\n :\t,;0x9GHT/1.\u0000\u007f\u0080\u00ff-");

    private record Piece(Direction direction, String text) {
        byte[] bytes() {
            return Bytes.of(text);
        }
    }

    @Test
    void givesTheSameEventsForEverySegmentation() {
        Random random = new Random(20_261_122);
        for (int round = 0; round < ROUNDS; round++) {
            List<Piece> pieces = conversation(random);
            List<String> whole = play(pieces, 0);
            assertThat(play(pieces, -1))
                    .as("round %d, byte by byte %s", round, pieces.toString())
                    .isEqualTo(whole);
            int cut = 1 + random.nextInt(100);
            assertThat(play(pieces, cut)).as("round %d, cut at %d", round, cut).isEqualTo(whole);
        }
    }

    @Test
    void survivesRandomBytes() {
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            String text = Bytes.text(bytes, 0, bytes.length);
            List<Piece> pieces = List.of(new Piece(Direction.REQUEST, text), new Piece(Direction.RESPONSE, text));
            assertThat(play(pieces, -1)).isEqualTo(play(pieces, 0));
        }
    }

    @Test
    void survivesGapsAnywhere() {
        Random random = new Random(99);
        for (int round = 0; round < ROUNDS; round++) {
            Conversation conversation = random.nextBoolean() ? Conversation.whole() : Conversation.joined();
            for (Piece piece : conversation(random)) {
                int cut = random.nextInt(piece.bytes().length + 1);
                int missing = random.nextInt(piece.bytes().length - cut + 1);
                byte[] rest = Arrays.copyOfRange(piece.bytes(), cut + missing, piece.bytes().length);
                conversation.send(piece.direction(), Arrays.copyOf(piece.bytes(), cut));
                if (piece.direction() == Direction.REQUEST) {
                    conversation.clientGap(random.nextInt(9) == 0 ? -1 : missing);
                } else {
                    conversation.serverGap(random.nextInt(9) == 0 ? -1 : missing);
                }
                conversation.send(piece.direction(), rest);
                conversation.pause(random.nextInt(3) * Conversation.SECOND);
            }
            // The log checks that each exchange has ended exactly once by then.
            conversation.close();
        }
    }

    private static List<String> play(List<Piece> pieces, int cut) {
        Conversation conversation = new Conversation(cut, true, HttpLimits.defaults());
        for (Piece piece : pieces) {
            conversation.send(piece.direction(), piece.bytes());
        }
        conversation.close();
        return conversation.events();
    }

    /** One to four requests and responses in turn, each mutated or not. */
    private static List<Piece> conversation(Random random) {
        List<Piece> pieces = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            pieces.add(new Piece(Direction.REQUEST, mutated(REQUESTS[random.nextInt(REQUESTS.length)], random)));
            pieces.add(new Piece(Direction.RESPONSE, mutated(RESPONSES[random.nextInt(RESPONSES.length)], random)));
        }
        return pieces;
    }

    private static String mutated(String message, Random random) {
        byte[] bytes = Bytes.of(message);
        for (int mutations = random.nextInt(4); mutations > 0 && bytes.length > 1; mutations--) {
            int at = random.nextInt(bytes.length);
            int until = Math.min(bytes.length, at + 1 + random.nextInt(4));
            ByteArrayOutputStream mutant = new ByteArrayOutputStream();
            mutant.write(bytes, 0, at);
            switch (random.nextInt(4)) {
                case 0 -> mutant.write(SPICE[random.nextInt(SPICE.length)]);
                case 1 -> {
                    mutant.write(SPICE[random.nextInt(SPICE.length)]);
                    mutant.write(bytes, at, bytes.length - at);
                }
                case 2 -> mutant.write(bytes, until, bytes.length - until);
                default -> {
                    mutant.write(bytes, at, until - at);
                    mutant.write(bytes, at, bytes.length - at);
                }
            }
            bytes = mutant.toByteArray();
        }
        return Bytes.text(bytes, 0, bytes.length);
    }
}
