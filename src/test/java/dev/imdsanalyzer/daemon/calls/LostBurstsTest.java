package dev.imdsanalyzer.daemon.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.calls.ConnectionFrames.Sent;
import dev.imdsanalyzer.imds.ImdsCall;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same as {@link LostSegmentsTest} with what real connections have besides: losses that come in bursts, segments that
 * overtake others, long and chunked answers, answers without a body, bodies of requests that wait for a 100.
 */
class LostBurstsTest {
    private static final long EPOCH_NANOS = 1_800_000_000_000_000_000L;
    private static final long STEP_NANOS = 3_000_000;
    /** Long enough for what is missing to be given up. */
    private static final long SLOW_STEP_NANOS = 400_000_000;

    private static final int ROUNDS = 1_000;
    private static final int MOST_LOST_AT_ONCE = 12;
    private static final int[] STATUS = {200, 401, 404, 403, 503, 400, 429, 200, 405, 304, 204, 302};

    private static final class Scene {
        private final Random random;
        private final ConnectionFrames connection = new ConnectionFrames(40_000);
        private final List<Sent> kept = new ArrayList<>();
        private final Map<String, Integer> truth = new HashMap<>();
        private final double loss;
        private final boolean pipelines;
        private final boolean slow;
        private final boolean inBursts;
        private final boolean overtaking;
        private boolean capturesAll;
        private int seen;
        private int stillLost;

        Scene(int seed, double loss) {
            random = new Random(seed);
            pipelines = seed % 3 == 0;
            slow = seed % 5 == 4;
            inBursts = random.nextInt(3) > 0;
            overtaking = random.nextInt(3) == 0 && !slow;
            this.loss = loss;
        }

        void play() {
            // That it pipelines has to be seen once: see PendingRequests.
            capturesAll = pipelines;
            connection.open();
            capture();
            if (!pipelines && random.nextInt(4) == 0) {
                kept.clear();
            }
            int calls = 2 + random.nextInt(10);
            for (int call = 0; call < calls; ) {
                int together = !pipelines ? 1 : call == 0 ? 2 : 1 + random.nextInt(3);
                boolean[] bare = new boolean[together];
                for (int i = 0; i < together; i++) {
                    bare[i] = request(path(call + i), together == 1);
                }
                for (int i = 0; i < together; i++) {
                    int status = STATUS[(call + i) % STATUS.length];
                    truth.put(path(call + i), status);
                    send(false, answer(status, bare[i]));
                    if (random.nextBoolean()) {
                        connection.acknowledge();
                        capture();
                    }
                }
                capturesAll = false;
                call += together;
            }
            connection.close();
            capture();
        }

        /** Sends a request of some kind; whether its answer has no body. */
        private boolean request(String path, boolean mayWait) {
            String end = path + " HTTP/1.1\r\nHost: x\r\n";
            int kind = random.nextInt(8);
            if (kind == 0) {
                send(true, "HEAD " + end + "\r\n");
                return true;
            }
            if (kind > 2) {
                send(true, "GET " + end + "\r\n");
                return false;
            }
            String body = "b".repeat(random.nextInt(150));
            String head = "PUT " + end + "Content-Length: " + body.length() + "\r\n";
            if (kind == 1 && mayWait) {
                send(true, head + "Expect: 100-continue\r\n\r\n");
                send(false, "HTTP/1.1 100 Continue\r\n\r\n");
                send(true, body);
            } else {
                send(true, head + "\r\n" + body);
            }
            return false;
        }

        private String answer(int status, boolean bare) {
            String head = "HTTP/1.1 " + status + " Word\r\n";
            if (status == 204) {
                return head + "\r\n";
            }
            int size = random.nextInt(4) == 0 ? random.nextInt(6_000) : random.nextInt(200);
            if (status == 304 || bare || random.nextInt(3) > 0) {
                String body = status == 304 || bare ? "" : "b".repeat(size);
                return head + "Content-Length: " + size + "\r\n\r\n" + body;
            }
            StringBuilder chunked = new StringBuilder(head + "Transfer-Encoding: chunked\r\n\r\n");
            while (size > 0) {
                int chunk = 1 + random.nextInt(size);
                chunked.append(Integer.toHexString(chunk))
                        .append("\r\n")
                        .append("b".repeat(chunk))
                        .append("\r\n");
                size -= chunk;
            }
            return chunked + "0\r\n\r\n";
        }

        private void send(boolean fromClient, String text) {
            connection.send(
                    fromClient, text.getBytes(ISO_8859_1), random.nextBoolean() ? 10_000 : 20 + random.nextInt(60));
            capture();
        }

        private void capture() {
            List<Sent> frames = connection.frames();
            for (; seen < frames.size(); seen++) {
                if (isLost()) {
                    continue;
                }
                kept.add(frames.get(seen));
                if (random.nextInt(12) == 0) {
                    kept.add(frames.get(seen));
                }
                if (overtaking && !capturesAll && kept.size() > 4 && random.nextInt(8) == 0) {
                    Collections.swap(kept, kept.size() - 1, kept.size() - 2);
                }
            }
        }

        private boolean isLost() {
            if (stillLost > 0) {
                stillLost--;
                return true;
            }
            boolean lost = !capturesAll && random.nextDouble() < (inBursts ? loss / 4 : loss);
            stillLost = lost && inBursts ? random.nextInt(MOST_LOST_AT_ONCE) : 0;
            return lost;
        }

        /** What is cut of it is no other's. */
        private static String path(int call) {
            return "/latest/meta-data/call-" + call + "/";
        }

        List<ImdsCall> calls() {
            LinePipeline pipeline = new LinePipeline();
            long now = EPOCH_NANOS;
            for (Sent frame : kept) {
                ConnectionFrames.feed(List.of(frame), now, pipeline);
                now += slow ? SLOW_STEP_NANOS : STEP_NANOS;
            }
            return pipeline.end();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.03, 0.12, 0.35, 0.6})
    void noCallHasAnothersStatus(double loss) {
        int known = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Scene scene = new Scene(seed, loss);
            scene.play();
            List<String> paths = new ArrayList<>();
            for (ImdsCall call : scene.calls()) {
                Integer truth = scene.truth.get(call.path());
                if (truth == null) {
                    continue;
                }
                paths.add(call.path());
                assertThat(call.status()).as("seed %d, %s", seed, call.path()).isIn(0, truth);
                known += call.status() == 0 ? 0 : 1;
            }
            assertThat(paths).as("seed %d", seed).doesNotHaveDuplicates();
        }
        // Beside the losses it goes on.
        assertThat(known).isGreaterThan(ROUNDS);
    }
}
