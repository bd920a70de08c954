package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.judge;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that were dropped, and times without a capture. */
class LostPacketsVerdictTest {
    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    @Test
    void captureGapsAreNotProven() throws IOException {
        log.watched(daysBeforeEnd(14), END).gap(daysBeforeEnd(2), daysBeforeEnd(1.5));
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.missingMicros()).isEqualTo(Duration.ofHours(12).toNanos() / 1000);
    }

    @Test
    void droppedPacketsMakeTheirIntervalUnproven() throws IOException {
        Instant middle = daysBeforeEnd(3);
        log.watched(daysBeforeEnd(14), middle)
                .summary(middle, middle.plusSeconds(300), 0, 17)
                .watched(middle.plusSeconds(300), END);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.missingMicros()).isEqualTo(300_000_000L);
        assertThat(verdict.instance().lostPackets()).isEqualTo(17);
    }

    @Test
    void aGapThatHasALineOfItsOwnIsSubtractedOnce() throws IOException {
        Instant middle = daysBeforeEnd(3);
        log.watched(daysBeforeEnd(14), middle)
                .gap(middle.plusSeconds(10), middle.plusSeconds(22))
                .summary(middle, middle.plusSeconds(300), 12, 5)
                .watched(middle.plusSeconds(300), END);
        assertThat(judge(log, folder).missingMicros()).isEqualTo(12_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"dropped_by_interface\":0", "\"dropped_by_analyzer\":0", "\"seen\":0"})
    void whatWasLostNobodyKnowsWhenMakesTheWholeIntervalUnproven(String zero) throws IOException {
        Instant middle = daysBeforeEnd(3);
        log.watched(daysBeforeEnd(14), middle)
                .gap(middle.plusSeconds(10), middle.plusSeconds(22))
                .summary(middle, middle.plusSeconds(300), 12, 5)
                .edit(zero, zero.contains("seen") ? zero : zero.replace(":0", ":1"))
                .edit(
                        "\"packets\":{",
                        zero.contains("seen") ? "\"flows\":{\"open\":1,\"evicted\":2},\"packets\":{" : "\"packets\":{")
                .watched(middle.plusSeconds(300), END);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.missingMicros()).isEqualTo(300_000_000L);
    }
}
