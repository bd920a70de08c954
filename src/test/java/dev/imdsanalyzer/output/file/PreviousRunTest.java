package dev.imdsanalyzer.output.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.output.EventLogSettings;
import dev.imdsanalyzer.output.line.CaptureGap;
import dev.imdsanalyzer.output.line.LineValidator;
import dev.imdsanalyzer.output.line.RunFacts;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.summary.MetricDimensions;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class PreviousRunTest {
    private static final long FOLD = 60_000_000_000L;
    private static final String STARTED = "analyzer-started";
    private static final RunFacts FACTS = new RunFacts("any", List.of("socket"), null, "sha256:00", false, null);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("events.jsonl");
    }

    private EventLog open(long foldNanos) throws DestinationException {
        EventLogSettings settings = new EventLogSettings(
                Destination.file(file),
                EventLogSettings.Format.JSON,
                0,
                MetricDimensions.FLEET,
                foldNanos,
                100,
                false,
                "0.1.0");
        return EventLog.open(settings, Samples.HOST, new Counters());
    }

    /** A run as the file has it after a stop, or after a kill without its last line. */
    private void run(boolean killed) throws Exception {
        try (EventLog log = open(FOLD)) {
            log.started(FACTS);
            log.write(Samples.v1("/", Samples.TIME), Samples.caller(1));
            log.stopped("SIGTERM");
        }
        if (killed) {
            List<String> lines = Files.readAllLines(file);
            Files.write(file, lines.subList(0, lines.size() - 1));
        }
    }

    private List<JsonNode> lines() throws IOException {
        return Files.readAllLines(file).stream().map(LineValidator::check).toList();
    }

    private List<String> actions() throws IOException {
        return lines().stream().map(line -> line.at("/event/action").asString()).toList();
    }

    @Test
    void whatAKilledRunMayHaveLostIsAGap() throws Exception {
        run(true);
        run(false);

        assertThat(actions())
                .containsExactly(STARTED, "imds-request", STARTED, "capture-gap", "imds-request", "analyzer-stopped");
        JsonNode gap = lines().get(3);
        assertThat(gap.at("/event/start").asString())
                .as("one folding window before the last line")
                .isEqualTo("2026-11-21T12:33:56.789123Z");
        assertThat(gap.at("/event/reason").asString()).startsWith("the previous run was killed: sums of folded calls");
    }

    @Test
    void aRunThatStoppedLeavesNoGap() throws Exception {
        run(false);
        run(false);

        assertThat(actions()).doesNotContain("capture-gap");
    }

    @Test
    void aLossThatIsToldAfterTheStopIsNoKill() throws Exception {
        run(false);
        try (EventLog log = open(FOLD)) {
            log.captureGap(new CaptureGap(Samples.TIME, Samples.TIME + 1, "log lines could not be written", 0, 3));
        }
        run(false);

        assertThat(actions()).filteredOn("capture-gap"::equals).hasSize(1);
    }

    @Test
    void aPartOfALineAndAStrangersTextTellNothing() throws Exception {
        run(false);
        Files.writeString(file, "{\"timestamp\":\"2026-", StandardOpenOption.APPEND);
        assertThat(PreviousRun.endNanosIfKilled(Destination.file(file))).isEqualTo(-1);

        Files.writeString(file, "hello\n");
        assertThat(PreviousRun.endNanosIfKilled(Destination.file(file))).isEqualTo(-1);
    }

    @Test
    void theNewestDatedFileThatHasLinesTells() throws Exception {
        run(true);
        Files.move(file, folder.resolve("imds-2026-11-21.10.jsonl"));
        run(false);
        Files.move(file, folder.resolve("imds-2026-11-21.9.jsonl"));
        Files.createFile(folder.resolve("imds-2026-11-22.0.jsonl"));
        Destination dated = Destination.datedFiles(folder, 100_000, 400_000, 30);

        assertThat(PreviousRun.endNanosIfKilled(dated)).isEqualTo(Samples.TIME);
    }

    @Test
    void noFileIsNoKill() {
        assertThat(PreviousRun.endNanosIfKilled(Destination.file(file))).isEqualTo(-1);
        assertThat(PreviousRun.endNanosIfKilled(Destination.file(Path.of("/dev/null"))))
                .isEqualTo(-1);
    }
}
