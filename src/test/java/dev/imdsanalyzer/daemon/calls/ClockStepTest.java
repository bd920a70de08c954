package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Somebody sets the machine's clock while calls are under way. */
class ClockStepTest {
    private static final long START = 1_795_264_496_000_000_000L;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final LinePipeline pipeline = new LinePipeline();

    @Test
    void unansweredCallsBeforeAndAfterAClockThatWasSetBackAreToldInTime() {
        ConnectionFrames.feed(request(41_000, "/before"), START, pipeline);
        long back = START - HOUR;
        pipeline.onIdle(back);
        assertThat(paths()).as("what waited for the answer is told at once").containsExactly("/before");

        ConnectionFrames.feed(request(41_001, "/after"), back + SECOND, pipeline);
        idle(back + 2 * SECOND, 12);
        assertThat(paths()).containsExactly("/before", "/after");
        assertThat(pipeline.lines()).hasSize(2);
    }

    @Test
    void callThatIsAnsweredAfterTheClockWasSetBackIsOneCallWithoutANegativeDuration() {
        ConnectionFrames connection = new ConnectionFrames(41_000);
        List<ConnectionFrames.Sent> request =
                List.copyOf(connection.open().send(true, get("/x"), 1000).frames());
        List<ConnectionFrames.Sent> all =
                connection.send(false, ANSWER, 1000).close().frames();
        ConnectionFrames.feed(request, START, pipeline);
        ConnectionFrames.feed(all.subList(request.size(), all.size()), START - 5 * SECOND, pipeline);
        idle(START - 4 * SECOND, 10);

        assertThat(pipeline.calls).singleElement().satisfies(call -> {
            assertThat(call.status()).isEqualTo(200);
            assertThat(call.durationNanos()).isZero();
        });
        assertThat(pipeline.lines()).hasSize(1);
    }

    @Test
    void clockThatWasSetForwardLosesNoCall() {
        ConnectionFrames connection = new ConnectionFrames(41_000);
        connection.open().send(true, get("/x"), 1000).send(false, ANSWER, 1000).close();
        ConnectionFrames.feed(connection.frames(), START, pipeline);
        ConnectionFrames later = new ConnectionFrames(41_001);
        later.open().send(true, get("/y"), 1000).send(false, ANSWER, 1000).close();
        ConnectionFrames.feed(later.frames(), START + HOUR, pipeline);
        idle(START + HOUR + SECOND, 5);

        assertThat(paths()).containsExactly("/x", "/y");
        assertThat(pipeline.calls).allMatch(call -> call.status() == 200 && call.durationNanos() < SECOND);
    }

    private void idle(long from, int seconds) {
        for (int second = 0; second < seconds; second++) {
            pipeline.onIdle(from + second * SECOND);
        }
    }

    private List<String> paths() {
        return pipeline.calls.stream().map(ImdsCall::path).toList();
    }

    private List<ConnectionFrames.Sent> request(int port, String path) {
        return new ConnectionFrames(port).open().send(true, get(path), 1000).frames();
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
