package dev.imdsanalyzer.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits here for what does not come waits until the time-out. */
@Timeout(30)
class LineQueueTest {
    private static final long FOREVER = Long.MAX_VALUE / 4;

    private final LineQueue queue = new LineQueue(100, 1 << 20);
    private final List<Line> taken = new ArrayList<>();

    private void offer(int lines) {
        for (int i = 0; i < lines; i++) {
            ImdsCall call = Samples.v2("/" + i);
            assertThat(queue.offer(Samples.line(call, Samples.caller(1)))).isTrue();
        }
    }

    @Test
    void aLineThatComesAloneIsTakenAtOnce() throws Exception {
        Thread writer = new Thread(() -> offer(1));
        writer.start();
        queue.drain(taken, 10, FOREVER);
        writer.join();

        assertThat(taken).hasSize(1);
    }

    @Test
    void gatheringEndsWhenABatchIsFull() throws Exception {
        Thread writer = new Thread(() -> offer(10));
        writer.start();
        queue.gather(10, System.nanoTime() + FOREVER);
        queue.drain(taken, 10, FOREVER);
        writer.join();

        assertThat(taken).hasSize(10);
    }

    @Test
    void gatheringEndsBeforeASmallQueueIsFull() throws Exception {
        offer(50);
        queue.gather(256, System.nanoTime() + FOREVER);
        queue.drain(taken, 256, FOREVER);

        assertThat(taken).hasSize(50);
    }

    @Test
    void gatheringEndsWhenTheLinesAreHeavy() throws Exception {
        LineQueue small = new LineQueue(100, 2000);
        assertThat(small.offer(Samples.line(Samples.v2("/" + "a".repeat(600)), Samples.caller(1))))
                .isTrue();
        small.gather(10, System.nanoTime() + FOREVER);
        small.drain(taken, 10, FOREVER);

        assertThat(taken).hasSize(1);
    }

    @Test
    void aWakeUpEndsAllWaitingOnce() throws Exception {
        queue.wake();
        queue.gather(10, System.nanoTime() + FOREVER);
        queue.drain(taken, 10, FOREVER);
        assertThat(taken).isEmpty();

        offer(1);
        queue.drain(taken, 10, FOREVER);
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatIsLeftOfAFullBatchIsTakenNext() throws Exception {
        offer(15);
        queue.gather(10, System.nanoTime() + FOREVER);
        queue.drain(taken, 10, FOREVER);
        assertThat(taken).hasSize(10);
        queue.drain(taken, 10, FOREVER);
        assertThat(taken).hasSize(15);
    }

    @Test
    void callersAndTheirAncestorsWeigh() {
        LineQueue small = new LineQueue(100, 70_000);
        int taken = 0;
        while (small.offer(Samples.line(Samples.v2("/"), Samples.caller(1, "x".repeat(2000), 13)))) {
            taken++;
        }
        assertThat(taken).isEqualTo(1);
    }

    @Test
    void nobodyWaitsForRoomWhereNobodyWritesAnyMore() throws Exception {
        offer(100);
        queue.end();
        queue.awaitRoom();

        assertThat(queue.offer(Samples.line(Samples.v2("/"), Samples.caller(1))))
                .isFalse();
    }
}
