package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.judge;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a summary says was lost is a hole as long as the summary; what it cannot mean proves nothing. */
class LossVerdictTest {
    private static final long SUMMARY_MICROS = 1_800_000_000L;

    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    /** Summaries from 15 days ago on; from the day given on their counters say this. */
    private void watchedWithCounters(double fromDay, String counters) {
        for (Instant start = daysBeforeEnd(15); start.isBefore(END); start = start.plusSeconds(1800)) {
            log.summary(start, start.plusSeconds(1800), 0, 0);
            String now = start.isBefore(daysBeforeEnd(fromDay)) ? "\"connections\":5" : counters;
            log.edit("\"imds\":{", "\"imds\":{\"counters\":{" + now + "},");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect_events_lost",
                "connections_evicted",
                "lines_dropped",
                "stream_gaps",
                "stream_bytes_discarded",
                "callers_unnamed",
                "callers_given_up",
                "requests_untracked",
                "internal_errors",
                "attribution_queue_drops",
                "responses_unmatched",
                "heads_of_a_later_version_lost"
            })
    void aTotalThatRisesMakesThatSummaryUnprovenAndNoOther(String counter) throws IOException {
        watchedWithCounters(3, "\"connections\":9,\"" + counter + "\":7");
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.proven().measure(Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(Duration.ofDays(15).toNanos() / 1000 - SUMMARY_MICROS);
        assertThat(verdict.verdict()).isEqualTo(Verdict.READY);
        assertThat(verdict.reasons().get(1)).startsWith("note: lost, and the time of it not counted as watched: 7 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segments_duplicate",
                "connections",
                "lines_written",
                "requests_unanswered",
                "package_databases_given_up"
            })
    void whatIsNoLossIsNoHole(String counter) throws IOException {
        watchedWithCounters(3, "\"" + counter + "\":7");
        assertThat(judge(log, folder).proven().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void lossesAreFoundInWhateverOrderTheSummariesCome(boolean reversed) throws IOException {
        watchedWithCounters(3, "\"connect_events_lost\":7");
        if (reversed) {
            Collections.reverse(log.lines());
        } else {
            Collections.shuffle(log.lines(), new java.util.Random(4));
        }
        assertThat(judge(log, folder).proven().measure(Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(Duration.ofDays(15).toNanos() / 1000 - SUMMARY_MICROS);
    }

    @Test
    void totalsThatRiseAllTheTimeProveNothing() throws IOException {
        int lost = 0;
        for (Instant start = daysBeforeEnd(45); start.isBefore(END); start = start.plusSeconds(600)) {
            log.summary(start, start.plusSeconds(600), 0, 0)
                    .edit("\"imds\":{", "\"imds\":{\"counters\":{\"callers_unnamed\":" + ++lost + "},");
        }
        assertThat(judge(log, folder).proven().isEmpty()).isTrue();
        assertThat(judge(log, folder).verdict()).isEqualTo(Verdict.WATCH_LONGER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1e400", "\"7\"", "[1]", "{\"a\":1}", "99999999999999999999999", "null"})
    void aCounterThatIsNoNumberIsALoss(String value) throws IOException {
        watchedWithCounters(3, "\"connect_events_lost\":" + value);
        assertThat(judge(log, folder).proven().measure(Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(Duration.ofDays(15).toNanos() / 1000 - SUMMARY_MICROS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"seconds\":2400.0,\"gap_seconds\":0.0",
                "\"seconds\":-5,\"gap_seconds\":0.0",
                "\"seconds\":1e999,\"gap_seconds\":0.0",
                "\"seconds\":\"many\",\"gap_seconds\":0.0",
                "\"gap_seconds\":0.0",
                "\"seconds\":1800.0,\"gap_seconds\":-3",
                "\"seconds\":1800.0,\"gap_seconds\":99999"
            })
    void aCoverageThatCannotBeMakesItsWholeIntervalUnproven(String coverage) throws IOException {
        log.watched(daysBeforeEnd(15), daysBeforeEnd(3))
                .summary(daysBeforeEnd(3), daysBeforeEnd(3).plusSeconds(1800), 0, 0)
                .edit("\"seconds\":1800.0,\"gap_seconds\":0.0", coverage)
                .watched(daysBeforeEnd(3).plusSeconds(1800), END);
        assertThat(judge(log, folder).proven().measure(Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(Duration.ofDays(15).toNanos() / 1000 - SUMMARY_MICROS);
    }

    @Test
    void aSummaryLongerThanAnySettingAllowsProvesNothing() throws IOException {
        log.summary(daysBeforeEnd(15), END, 0, 0);
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.proven().isEmpty()).isTrue();
    }

    @Test
    void unnamedCallsThatASummaryCountsForItselfMakeItUnproven() throws IOException {
        log.watched(daysBeforeEnd(15), daysBeforeEnd(3))
                .summary(daysBeforeEnd(3), daysBeforeEnd(3).plusSeconds(1800), 0, 0)
                .edit("\"imds\":{", "\"imds\":{\"attribution\":{\"named\":3,\"unnamed\":2},")
                .watched(daysBeforeEnd(3).plusSeconds(1800), END);
        assertThat(judge(log, folder).proven().size()).isEqualTo(2);
    }

    /** 31 days of which 60 s of every 300 were not watched, and 50 s for the rest: more gaps than were once remembered. */
    @Test
    void noNumberOfGapsTurnsOneOfThemIntoCoverage() throws IOException {
        Instant from = daysBeforeEnd(31);
        int gaps = 31 * 288;
        for (int i = 0; i < gaps; i++) {
            Instant start = from.plusSeconds(300L * i);
            log.summary(start, start.plusSeconds(300), i < gaps / 2 ? 60 : 50, 0);
        }
        InstanceVerdict verdict = judge(log, folder);
        assertThat(verdict.verdict()).isEqualTo(Verdict.WATCH_LONGER);
        assertThat(verdict.cleanMicros() / 86_400e6).isCloseTo(25.3, org.assertj.core.data.Offset.offset(0.1));
    }

    @Test
    void gapsPastTheBoundGrowAndProofPastItShrinks() {
        IntervalSet gaps = IntervalSet.ofGaps();
        IntervalSet proof = IntervalSet.ofProof();
        long gapMicros = 0;
        for (int i = 0; i < 60_000; i++) {
            long start = i * 100_000_000L;
            long length = 1_000_000L * (1 + i % 7);
            gaps.add(start, start + length);
            proof.add(start, start + length);
            gapMicros += length;
        }
        assertThat(gaps.size()).isLessThanOrEqualTo(16_384);
        assertThat(proof.size()).isLessThanOrEqualTo(16_384);
        assertThat(gaps.measure(Long.MIN_VALUE, Long.MAX_VALUE)).isGreaterThan(gapMicros);
        assertThat(proof.measure(Long.MIN_VALUE, Long.MAX_VALUE)).isLessThan(gapMicros);
        for (int i = 0; i < 60_000; i++) {
            long start = i * 100_000_000L;
            assertThat(gaps.measure(start, start + 1_000_000L)).isEqualTo(1_000_000L);
        }
    }

    @Test
    void everyFormatSaysWhy() throws IOException {
        log.watched(daysBeforeEnd(15), END)
                .call(daysBeforeEnd(1), SampleLog.Program.CURL, "unknown", 200, "\"malformed-request\"", 1, "");
        Path file = log.write(folder.resolve("a.jsonl"));
        for (ReportFormat format : Reports.WITH_REASONS) {
            Reports.Result result = Reports.run(Reports.options(format, file));
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat((result.out() + result.err()).toLowerCase(Locale.ROOT))
                    .as(format.name())
                    .contains("1 malformed call that imds may have served");
        }
    }
}
