package dev.imdsanalyzer.daemon.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.calls.ConnectionFrames.Sent;
import dev.imdsanalyzer.imds.ImdsCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures that lost some segments: no call has another's status, and only those beside a loss have none. */
class LostSegmentsTest {
    private static final long EPOCH_NANOS = 1_800_000_000_000_000_000L;
    private static final long STEP_NANOS = 3_000_000;
    private static final int ROUNDS = 1_500;
    /** Those of the first 60 000 that once went wrong, at one of the losses. */
    private static final int[] FOUND = {1_706, 3_827, 5_125, 5_759, 10_072, 14_553, 22_656, 34_156, 40_715, 50_812};

    private static final int[] STATUS = {200, 401, 404, 403, 503, 400, 429, 200, 405};

    /** Frames of one connection; a call is known by its number. */
    private static final class Scene {
        private final Random random;
        private final ConnectionFrames connection = new ConnectionFrames(40_000);
        private final List<Sent> kept = new ArrayList<>();
        private final Map<String, Integer> truth = new HashMap<>();
        private final Map<String, Boolean> whole = new HashMap<>();
        private final double loss;
        private int seen;

        Scene(int seed, double loss) {
            random = new Random(seed);
            this.loss = loss;
        }

        /** Takes the frames that were sent since, but for some; whether all were taken. */
        private boolean capture(double chance) {
            boolean all = true;
            List<Sent> frames = connection.frames();
            for (; seen < frames.size(); seen++) {
                Sent frame = frames.get(seen);
                if (random.nextDouble() < chance) {
                    all = false;
                } else {
                    kept.add(frame);
                    if (random.nextInt(12) == 0) {
                        kept.add(frame);
                    }
                }
            }
            return all;
        }

        void play(boolean pipelines) {
            connection.open();
            boolean joined = !pipelines && random.nextInt(5) == 0;
            capture(joined ? 1.1 : 0);
            if (joined) {
                kept.clear();
            }
            int calls = 2 + random.nextInt(8);
            for (int call = 0; call < calls; ) {
                // That it pipelines has to be seen once: see PendingRequests.
                boolean first = pipelines && call == 0;
                double chance = first ? 0 : loss;
                int group = first ? 2 : pipelines ? 1 + random.nextInt(3) : 1;
                Map<String, Boolean> sent = new HashMap<>();
                for (int i = 0; i < group; i++) {
                    connection.send(true, request(call + i), segmentSize());
                    sent.put(path(call + i), capture(chance));
                }
                for (int i = 0; i < group; i++) {
                    boolean acknowledges = random.nextBoolean();
                    connection.send(false, response(call + i), segmentSize());
                    if (acknowledges) {
                        connection.acknowledge();
                    }
                    boolean all = capture(chance);
                    truth.put(path(call + i), STATUS[(call + i) % STATUS.length]);
                    whole.put(path(call + i), all && sent.get(path(call + i)));
                }
                call += group;
            }
            connection.close();
            capture(loss);
        }

        private int segmentSize() {
            return random.nextBoolean() ? 10_000 : 20 + random.nextInt(60);
        }

        private static String path(int call) {
            return "/latest/meta-data/call-" + call;
        }

        private static byte[] request(int call) {
            return ("GET " + path(call) + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(ISO_8859_1);
        }

        private byte[] response(int call) {
            int body = random.nextInt(200);
            return ("HTTP/1.1 " + STATUS[call % STATUS.length] + " Word\r\nContent-Length: " + body + "\r\n\r\n"
                            + "b".repeat(body))
                    .getBytes(ISO_8859_1);
        }
    }

    private static int[] seeds() {
        return IntStream.concat(IntStream.range(0, ROUNDS), IntStream.of(FOUND)).toArray();
    }

    private static List<ImdsCall> calls(List<Sent> frames) {
        LinePipeline pipeline = new LinePipeline();
        long now = EPOCH_NANOS;
        for (Sent frame : frames) {
            ConnectionFrames.feed(List.of(frame), now, pipeline);
            now += STEP_NANOS;
        }
        return pipeline.end();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.03, 0.12, 0.35})
    void noCallHasAnothersStatus(double loss) {
        int unknown = 0;
        int known = 0;
        for (int seed : seeds()) {
            Scene scene = new Scene(seed, loss);
            scene.play(seed % 3 == 0);
            List<String> paths = new ArrayList<>();
            for (ImdsCall call : calls(scene.kept)) {
                if (!scene.truth.containsKey(call.path())) {
                    // It was cut, and may be any of them.
                    continue;
                }
                paths.add(call.path());
                assertThat(call.status()).as("seed %d, %s", seed, call.path()).isIn(0, scene.truth.get(call.path()));
                known += call.status() == 0 ? 0 : 1;
                unknown += call.status() == 0 ? 1 : 0;
            }
            assertThat(paths).as("seed %d", seed).doesNotHaveDuplicates();
        }
        assertThat(known).isGreaterThan(unknown);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.03, 0.12, 0.35})
    void whatWasSeenWholeHasItsStatusWhereTheClientWaitsForEachAnswer(double loss) {
        for (int seed : seeds()) {
            Scene scene = new Scene(seed, loss);
            scene.play(false);
            Map<String, Integer> statuses = new HashMap<>();
            calls(scene.kept).stream()
                    .filter(call -> call.path() != null)
                    .forEach(call -> statuses.put(call.path(), call.status()));
            for (Map.Entry<String, Boolean> call : scene.whole.entrySet()) {
                if (call.getValue()) {
                    assertThat(statuses)
                            .as("seed %d", seed)
                            .containsEntry(call.getKey(), scene.truth.get(call.getKey()));
                }
            }
        }
    }
}
