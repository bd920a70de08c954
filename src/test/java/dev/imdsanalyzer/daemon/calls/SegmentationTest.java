package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.calls.ConnectionFrames.Sent;
import dev.imdsanalyzer.status.Counter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However the bytes of a connection are cut and in whatever order the segments come: the same lines. Seeds are fixed. */
class SegmentationTest {
    private static final long EPOCH_NANOS = 1_800_000_000_000_000_000L;
    private static final int ROUNDS = 150;
    private static final String TOKEN = "AQAEAPropertyTestToken==";

    /** One request and its answer. */
    private record Exchange(String request, String response) {}

    private static final List<Exchange> EXCHANGES = List.of(
            new Exchange(
                    "PUT /latest/api/token HTTP/1.1\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 60\r\nContent-Length: 24\r\n"
                            + "Server: EC2ws\r\n\r\n" + TOKEN),
            new Exchange(
                    "GET /latest/meta-data/iam/security-credentials/role?x=1 HTTP/1.1\r\nHost: 169.254.169.254\r\n"
                            + "User-Agent: aws-sdk-go/1.44.0 (go1.19; linux; amd64)\r\nx-aws-ec2-metadata-token: "
                            + TOKEN + "\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{\"Code\":\"x\",  \r\n}"
                            + "\r\n0\r\nTrailer: a\r\n\r\n"),
            new Exchange(
                    "GET /latest/meta-data/ HTTP/1.1\r\nUser-Agent: a\r\n  folded\r\n\r\n",
                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
            new Exchange(
                    "POST /latest/\u00e9\u00ff HTTP/1.1\r\nContent-Length: 7\r\n\r\nGET / x",
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nServer: \u0080\r\n\r\n404"),
            new Exchange("HEAD /latest/user-data HTTP/1.0\n\n", "HTTP/1.0 200 OK\nContent-Length: 500\n\n"));

    @Test
    void anyCutGivesTheSameLines() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Exchange> exchanges = exchanges(random);
            List<String> expected = lines(inOrder(exchanges, 60_000));
            assertThat(expected)
                    .as("seed %d", seed)
                    .hasSize(exchanges.size())
                    .noneMatch(line -> line.contains("unanswered"));

            assertThat(lines(inOrder(exchanges, 1 + random.nextInt(40))))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void oneByteASegmentGivesTheSameLines() {
        assertThat(lines(inOrder(EXCHANGES, 1))).isEqualTo(lines(inOrder(EXCHANGES, 60_000)));
    }

    @Test
    void anyOrderWithinTheWindowGivesTheSameLines() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Exchange> exchanges = exchanges(random);
            List<String> expected = lines(inOrder(exchanges, 60_000));
            List<Sent> frames = inOrder(exchanges, 1 + random.nextInt(60));
            List<Sent> shuffled = shuffledWithin(2 + random.nextInt(30), frames, random);

            assertThat(lines(shuffled)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void everySegmentOnTwoInterfacesGivesTheSameLines() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Exchange> exchanges = exchanges(random);
            List<Sent> frames = new ArrayList<>();
            for (Sent frame : inOrder(exchanges, 1 + random.nextInt(60))) {
                frames.add(frame);
                frames.add(frame.elsewhere());
            }
            LinePipeline pipeline = new LinePipeline();
            List<String> lines = lines(frames, pipeline);

            assertThat(lines).as("seed %d", seed).isEqualTo(lines(inOrder(exchanges, 60_000)));
            assertThat(pipeline.counters.get(Counter.CONNECTIONS)).isEqualTo(1);
        }
    }

    private static List<Exchange> exchanges(Random random) {
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            exchanges.add(EXCHANGES.get(random.nextInt(EXCHANGES.size())));
        }
        return exchanges;
    }

    private static List<Sent> inOrder(List<Exchange> exchanges, int segmentBytes) {
        ConnectionFrames connection = new ConnectionFrames(40_000).open();
        for (Exchange exchange : exchanges) {
            connection.send(true, latin(exchange.request()), segmentBytes);
            connection.send(false, latin(exchange.response()), segmentBytes);
        }
        return connection.close().frames();
    }

    private static byte[] latin(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Moves each frame by fewer than {@code window} places; the handshake, which takes a round trip, stays before the rest. */
    private static List<Sent> shuffledWithin(int window, List<Sent> frames, Random random) {
        List<Sent> shuffled = new ArrayList<>(frames);
        int handshake = 0;
        while (frames.get(handshake).payloadLength() == 0) {
            handshake++;
        }
        for (int at = handshake + random.nextInt(window); at < shuffled.size(); at += window) {
            Collections.shuffle(shuffled.subList(at, Math.min(shuffled.size(), at + window)), random);
        }
        return shuffled;
    }

    private static List<String> lines(List<Sent> frames) {
        return lines(frames, new LinePipeline());
    }

    /** The lines without what the arrival of the segments decides: their times. */
    private static List<String> lines(List<Sent> frames, LinePipeline pipeline) {
        ConnectionFrames.feed(frames, EPOCH_NANOS, pipeline);
        return pipeline.lines().stream()
                .map(line -> line.replaceFirst("\"timestamp\":\"[^\"]*\"", "\"timestamp\":\"\"")
                        .replaceFirst("\"duration\":[0-9]+", "\"duration\":0"))
                .toList();
    }
}
