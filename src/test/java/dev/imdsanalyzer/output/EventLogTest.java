package dev.imdsanalyzer.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.output.file.Destination;
import dev.imdsanalyzer.output.file.DestinationException;
import dev.imdsanalyzer.output.file.OtherWriter;
import dev.imdsanalyzer.output.line.CaptureGap;
import dev.imdsanalyzer.output.line.LineValidator;
import dev.imdsanalyzer.output.line.RunFacts;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.summary.Interval;
import dev.imdsanalyzer.output.line.summary.MetricDimensions;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class EventLogTest {
    private static final Caller CALLER = Samples.caller(6028);

    @TempDir
    Path folder;

    private final Counters counters = new Counters();

    private EventLog open(Destination destination, long foldNanos, int queueLines) throws DestinationException {
        EventLogSettings settings = new EventLogSettings(
                destination,
                EventLogSettings.Format.JSON,
                0,
                MetricDimensions.FLEET,
                foldNanos,
                queueLines,
                false,
                "0.1.0");
        return EventLog.open(settings, Samples.HOST, counters);
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(LineValidator.check(line));
        }
        return lines;
    }

    private static List<String> actions(List<JsonNode> lines) {
        return lines.stream().map(line -> line.at("/event/action").asString()).toList();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void writesEveryKindOfLine() throws Exception {
        Path file = folder.resolve("events.jsonl");
        EventLog log = open(Destination.file(file), 0, 100);
        log.started(new RunFacts("any", List.of("socket"), "no tracefs", "sha256:00", true, null));
        log.write(Samples.v1("/latest/meta-data/", Samples.TIME), CALLER);
        log.captureGap(
                new CaptureGap(Samples.TIME, Samples.TIME + 12_000_000_000L, "the kernel dropped packets", 321, 0));
        log.summary(new Interval(Samples.TIME, Samples.TIME + 300_000_000_000L, 288.0, 12.0, 3));
        log.stopped("SIGTERM");
        log.close();

        List<JsonNode> lines = lines(file);
        assertThat(actions(lines))
                .containsExactly("analyzer-started", "imds-request", "capture-gap", "imds-summary", "analyzer-stopped");
        assertThat(lines.get(0).at("/message").asString())
                .isEqualTo("imds-packet-analyzer 0.1.0 started: capture on any, attribution by socket (no tracefs)");
        assertThat(lines.get(0).at("/analyzer/imds_reachable").asBoolean()).isTrue();
        assertThat(lines.get(2).at("/imds/gap/packets_dropped").asInt()).isEqualTo(321);
        assertThat(lines.get(2).at("/coverage/gap_seconds").asDouble()).isEqualTo(12.0);
        assertThat(lines.get(4).at("/event/reason").asString()).isEqualTo("SIGTERM");
        assertThat(counters.get(Counter.LINES_WRITTEN)).isEqualTo(5);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void aLineIsInTheFileSoonAfterItsCallWithoutAClose() throws Exception {
        Path file = folder.resolve("events.jsonl");
        try (EventLog log = open(Destination.file(file), 0, 100)) {
            log.write(Samples.v2("/"), CALLER);
            await(() -> counters.get(Counter.LINES_WRITTEN) == 1);

            assertThat(lines(file)).hasSize(1);
        }
    }

    @Test
    void appendsToWhatIsThereAndEndsAHalfLine() throws Exception {
        Path file = folder.resolve("events.jsonl");
        Files.writeString(file, "{\"half\":");
        EventLog log = open(Destination.file(file), 0, 100);
        log.write(Samples.v2("/"), CALLER);
        log.close();

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("{\"half\":");
        LineValidator.check(lines.get(1));
    }

    @LinuxOnly("/dev/full")
    @Test
    void aFullQueueDropsAndSaysSoOnceTheDiskHasRoomAgain() throws Exception {
        Path file = folder.resolve("events.jsonl");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        EventLog log = open(Destination.file(file), 0, 10);
        for (int i = 0; i < 300; i++) {
            log.write(Samples.v2("/" + i), CALLER);
        }
        await(() -> log.failure() != null);
        assertThat(log.failure()).isEqualTo("No space left on device");
        for (int i = 0; i < 100; i++) {
            log.write(Samples.v2("/" + i), CALLER);
        }
        long dropped = counters.get(Counter.LINES_DROPPED);
        assertThat(dropped).isPositive();
        Files.delete(file);
        await(() -> log.failure() == null);
        log.close();

        List<JsonNode> lines = lines(file);
        long calls = lines.stream()
                .filter(line -> line.at("/event/action").asString().equals("imds-request"))
                .count();
        assertThat(toldLost(lines)).isEqualTo(dropped);
        assertThat(calls).isEqualTo(400 - dropped);
    }

    @Test
    void whatIsLostBeforeItComesHereIsToldToo() throws Exception {
        Path file = folder.resolve("events.jsonl");
        EventLog log = open(Destination.file(file), 0, 100);
        log.lost(3);
        await(() -> counters.get(Counter.LINES_WRITTEN) == 1);
        JsonNode line = lines(file).get(0);
        assertThat(line.at("/event/action").asString()).isEqualTo("capture-gap");
        assertThat(line.at("/event/reason").asString()).isEqualTo("log lines could not be written");
        assertThat(line.at("/imds/gap/lines_lost").asLong()).isEqualTo(3);

        log.lost(1);
        log.close();
        assertThat(toldLost(lines(file))).as("each told once, to the end").isEqualTo(4);
        assertThat(counters.get(Counter.LINES_DROPPED)).isEqualTo(4);
    }

    private static long toldLost(List<JsonNode> lines) {
        return lines.stream()
                .filter(line -> line.at("/event/action").asString().equals("capture-gap"))
                .mapToLong(line -> line.at("/imds/gap/lines_lost").asLong())
                .sum();
    }

    @LinuxOnly("/dev/full")
    @Test
    void summariesHaveRoomWhereCallsHaveNoneAnyMore() throws Exception {
        Path file = folder.resolve("events.jsonl");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        EventLog log = open(Destination.file(file), 0, 10);
        for (int i = 0; i < 300; i++) {
            log.write(Samples.v2("/" + i), CALLER);
        }
        for (int i = 0; i < 40; i++) {
            log.summary(new Interval(Samples.TIME + i, Samples.TIME + i + 1, 1.0, 0, 0));
        }
        Files.delete(file);
        await(() -> log.failure() == null && Files.exists(file));
        log.close();

        assertThat(actions(lines(file))).filteredOn("imds-summary"::equals).hasSize(40);
    }

    @LinuxOnly("/dev/full")
    @Test
    void aFullDiskCannotHoldUpTheStop() throws Exception {
        Path file = folder.resolve("events.jsonl");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        EventLog log = open(Destination.file(file), 0, 1000);
        for (int i = 0; i < 500; i++) {
            log.write(Samples.v2("/" + i), CALLER);
        }
        log.close();

        assertThat(counters.get(Counter.LINES_DROPPED)).isEqualTo(500);
        assertThat(counters.get(Counter.LINES_WRITTEN)).isZero();
    }

    @Test
    void aDeletedFileIsMadeAnew() throws Exception {
        Path file = folder.resolve("gone").resolve("events.jsonl");
        try (EventLog log = open(Destination.file(file), 0, 100)) {
            log.write(Samples.v2("/1"), CALLER);
            await(() -> counters.get(Counter.LINES_WRITTEN) == 1);
            Files.delete(file);
            Files.delete(file.getParent());
            log.write(Samples.v2("/2"), CALLER);
            await(() -> counters.get(Counter.LINES_WRITTEN) == 2);

            assertThat(lines(file)).hasSize(1);
        }
    }

    @Test
    void datedFilesAreWrittenDirectlyAndStayBelowTheirCap() throws Exception {
        long cap = 400_000;
        EventLog log = open(Destination.datedFiles(folder.resolve("a b (c)"), 100_000, cap, 30), 0, 10_000);
        for (int i = 0; i < 1000; i++) {
            log.write(Samples.v2("/latest/" + i), CALLER);
            if (i % 50 == 0) {
                int written = i + 1;
                await(() -> counters.get(Counter.LINES_WRITTEN) == written);
            }
        }
        log.close();

        List<Path> files;
        try (Stream<Path> all = Files.list(folder.resolve("a b (c)"))) {
            files = all.toList();
        }
        assertThat(files).hasSizeGreaterThan(2);
        long total = 0;
        for (Path file : files) {
            assertThat(file.getFileName().toString()).matches("imds-\\d{4}-\\d{2}-\\d{2}\\.\\d+\\.jsonl");
            assertThat(Files.size(file)).isLessThanOrEqualTo(100_000);
            total += Files.size(file);
            lines(file);
        }
        assertThat(total).isLessThanOrEqualTo(cap);
        assertThat(counters.get(Counter.LINES_WRITTEN)).isEqualTo(1000);
    }

    @Test
    void aSecondRunGoesOnInTheNewestDatedFile() throws Exception {
        for (int run = 0; run < 2; run++) {
            EventLog log = open(Destination.datedFiles(folder, 1_000_000, 9_000_000, 30), 0, 100);
            log.write(Samples.v2("/"), CALLER);
            log.close();
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.toList();
            // Two if midnight fell between the runs.
            assertThat(files).hasSizeBetween(1, 2);
            long lines = 0;
            for (Path file : files) {
                lines += lines(file).size();
            }
            assertThat(lines).isEqualTo(2);
        }
    }

    @Test
    void aFoldedSumIsWrittenWhenItsTimeIsOverThoughNoCallComes() throws Exception {
        Path file = folder.resolve("events.jsonl");
        EventLog log = open(Destination.file(file), 1_000_000L, 100);
        log.write(Samples.v1("/", Samples.TIME), CALLER);
        log.write(Samples.v1("/", Samples.TIME), CALLER);
        log.write(Samples.v1("/", Samples.TIME), CALLER);

        await(() -> {
            try {
                return lines(file).size() == 2;
            } catch (IOException e) {
                return false;
            }
        });
        assertThat(lines(file).get(1).at("/imds/repeat_count").asInt()).isEqualTo(2);
        log.close();
    }

    @Test
    void foldedCallsAddUpThroughAStop() throws Exception {
        Path file = folder.resolve("events.jsonl");
        EventLog log = open(Destination.file(file), 60_000_000_000L, 100);
        for (int i = 0; i < 23; i++) {
            log.write(Samples.v1("/latest/", Samples.TIME + i * 1_000_000L), Samples.caller(6000 + i));
        }
        log.close();

        List<JsonNode> lines = lines(file);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).at("/imds/repeat_count").asInt()).isEqualTo(1);
        assertThat(lines.get(1).at("/imds/repeat_count").asInt()).isEqualTo(22);
        assertThat(lines.get(1).at("/process/pid").asInt()).isEqualTo(6022);
    }

    /** Fails for good on the writing thread, and nowhere else. */
    private static final class Broken extends AbstractSet<Finding> {
        @Override
        public Iterator<Finding> iterator() {
            if (Thread.currentThread().getName().equals("event-log")) {
                throw new AssertionError("a fault that nobody survives");
            }
            return Collections.emptyIterator();
        }

        @Override
        public int size() {
            return 1;
        }
    }

    @Test
    void aFaultThatEndsTheWritingThreadIsTold() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> told.complete(fault));
        EventLog log = open(Destination.file(folder.resolve("events.jsonl")), 0, 100);
        try {
            log.write(Samples.call(ImdsVersion.V2, "/", "curl", Samples.TIME, new Broken()), CALLER);

            assertThat(told.get()).isInstanceOf(AssertionError.class);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        log.write(Samples.v2("/"), CALLER);
        log.close();
        assertThat(counters.get(Counter.LINES_DROPPED)).isEqualTo(1);
    }

    @Test
    void aFolderMayHaveAnyName() throws Exception {
        Path odd = folder.resolve("a%d{\\x}");
        EventLog log = open(Destination.datedFiles(odd, 100_000, 400_000, 30), 0, 100);
        log.write(Samples.v2("/"), CALLER);
        log.close();

        assertThat(odd).isDirectoryContaining("glob:**/imds-*.0.jsonl");
    }

    @Test
    void aSecondWriterOfTheSameFolderIsRefused() throws Exception {
        Destination destination = Destination.datedFiles(folder, 100_000, 400_000, 30);
        try (OtherWriter first =
                new OtherWriter(folder, LocalDate.now(ZoneOffset.UTC).minusDays(1))) {
            assertThat(first.path()).isEmptyFile();
            assertThatThrownBy(() -> open(destination, 0, 100))
                    .isInstanceOf(DestinationException.class)
                    .hasMessage("cannot write to " + folder + ": another process writes to " + folder
                            + "; stop it first, or give this one a place of its own");
        }
        open(destination, 0, 100).close();
    }

    @Test
    void aSecondWriterOfTheSameFileIsRefused() throws Exception {
        Destination destination = Destination.file(folder.resolve("events.jsonl"));
        try (EventLog first = open(destination, 0, 100)) {
            assertThat(first.failure()).isNull();
            assertThatThrownBy(() -> open(destination, 0, 100))
                    .isInstanceOf(DestinationException.class)
                    .hasMessageContaining("another process writes to");
        }
        open(destination, 0, 100).close();
    }

    @Test
    void aPlaceThatCannotBeWrittenToIsToldAtOnce() {
        assertThatThrownBy(() -> open(Destination.file(Path.of("/proc/none/events.jsonl")), 0, 100))
                .isInstanceOf(DestinationException.class)
                .hasMessageContaining("/proc/none/events.jsonl");
    }
}
