package dev.imdsanalyzer.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.encoder.Encoder;
import dev.imdsanalyzer.output.file.Appenders;
import dev.imdsanalyzer.output.file.Destination;
import dev.imdsanalyzer.output.line.JsonLineEncoder;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.StandInLines;
import dev.imdsanalyzer.output.line.TextLineEncoder;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LineWriterTest {
    @TempDir
    Path folder;

    private final Counters counters = new Counters();
    private final AtomicLong lost = new AtomicLong();
    private final LineQueue queue = new LineQueue(100, 1 << 20);

    private LineWriter writer(Path file, Encoder<Line> encoder) {
        return new LineWriter(
                queue,
                new Appenders(Destination.file(file), encoder),
                counters,
                () -> false,
                () -> {},
                lost::addAndGet);
    }

    private static Line line(String path) {
        return Samples.line(Samples.v2(path), Samples.caller(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLineThatCannotBeEncodedCostsNoOtherAndIsTold(boolean json) throws IOException {
        Path file = folder.resolve("events");
        LineWriter writer = writer(file, json ? new JsonLineEncoder() : new TextLineEncoder(false, 0));
        queue.offer(line("/before"));
        queue.offer(StandInLines.broken(7));
        queue.offer(line("/after"));
        writer.open();
        writer.stop(1_000_000_000L);
        writer.run();

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains("/before");
        assertThat(lines.get(1)).contains("/after").doesNotContain("half a line");
        assertThat(counters.get(Counter.LINES_WRITTEN)).isEqualTo(2);
        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isEqualTo(1);
        counters.faults()
                .tell(fault ->
                        assertThat(fault).contains(json ? "StandInLines$1.writeJson" : "StandInLines$1.writeText"));
        assertThat(counters.faults().total()).isEqualTo(1);
        assertThat(lost).hasValue(7);
    }

    @Test
    void aWriterThatIsStoppedAtOnceLosesNothing() throws IOException {
        Path file = folder.resolve("events");
        LineWriter writer = writer(file, new JsonLineEncoder());
        queue.offer(line("/"));
        writer.open();
        writer.stop(0);
        writer.run();

        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(lost).hasValue(0);
    }

    @Test
    void aWriterThatDoesNotComeRoundIsStuckUntilItDoes() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        LineWriter writer = writer(folder.resolve("events"), new TextLineEncoder(false, 0));
        writer.open();
        assertThat(writer.stuckNanos()).isZero();
        Thread thread = new Thread(writer);
        thread.start();
        queue.offer(StandInLines.slow(entered, released));
        entered.await();
        long begin = writer.stuckNanos();
        while (writer.stuckNanos() <= begin) {
            Thread.onSpinWait();
        }
        released.countDown();
        while (counters.get(Counter.LINES_WRITTEN) == 0 || writer.stuckNanos() != 0) {
            Thread.onSpinWait();
        }
        writer.stop(1_000_000_000L);
        thread.join();
    }
}
