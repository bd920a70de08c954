package dev.imdsanalyzer.output.line.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.caller.CallerIdentity;
import dev.imdsanalyzer.process.Caller;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The second with most packets, and who called in it. */
class PeakWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int KEPT_SECONDS = 1_024;

    private final PeakWatch peaks = new PeakWatch();

    private void packets(int count, long second) {
        for (int i = 0; i < count; i++) {
            peaks.packet(second * SECOND + i);
        }
    }

    private void calls(int count, long second, String caller) {
        for (int i = 0; i < count; i++) {
            peaks.call(second * SECOND + i, new CallerIdentity(caller, "print of " + caller));
        }
    }

    private static List<String> told(PeakWatch.Peak peak) {
        return peak.callers().stream()
                .map(share -> share.caller().label() + " " + share.calls())
                .toList();
    }

    @Test
    void withoutPacketsThereIsNoPeak() {
        PeakWatch.Peak peak = peaks.take(5 * SECOND);
        assertThat(peak.packetsPerSecond()).isZero();
        assertThat(peak.callers()).isEmpty();
    }

    @Test
    void theFirstOfTheBusiestSecondsIsThePeak() {
        packets(2, 1);
        packets(3, 2);
        packets(3, 4);
        packets(1, 5);
        PeakWatch.Peak peak = peaks.take(6 * SECOND);
        assertThat(peak.packetsPerSecond()).isEqualTo(3);
        assertThat(peak.epochSecond()).isEqualTo(2);
    }

    @Test
    void theSecondUnderWayCountsForTheNextTimeUnlessItIsOver() {
        packets(5, 1);
        packets(9, 2);
        assertThat(peaks.take(2 * SECOND + 1).packetsPerSecond()).isEqualTo(5);
        packets(1, 2);
        PeakWatch.Peak next = peaks.take(3 * SECOND);
        assertThat(next.packetsPerSecond()).isEqualTo(10);
        assertThat(next.epochSecond()).isEqualTo(2);
        peaks.time(9 * SECOND);
        assertThat(peaks.take(10 * SECOND).packetsPerSecond()).as("told once").isZero();
    }

    @Test
    void theLastSecondIsOverWhenTheInputIs() {
        packets(4, 7);
        assertThat(peaks.take(7 * SECOND).packetsPerSecond()).isZero();
        peaks.end();
        assertThat(peaks.take(7 * SECOND).packetsPerSecond()).isEqualTo(4);
    }

    @Test
    void theFiveThatCalledMostInThePeakAreToldTheBusiestFirst() {
        packets(1, 1);
        packets(9, 2);
        calls(7, 1, "earlier");
        for (int caller = 1; caller <= 6; caller++) {
            calls(caller, 2, "job " + caller);
        }
        assertThat(told(peaks.take(3 * SECOND))).containsExactly("job 6 6", "job 5 5", "job 4 4", "job 3 3", "job 2 2");
    }

    @Test
    void callersOfSecondsThatWereToldAreForgottenAndLaterOnesKept() {
        packets(9, 2);
        calls(1, 2, "a");
        packets(2, 3);
        calls(3, 3, "b");
        assertThat(told(peaks.take(3 * SECOND))).containsExactly("a 1");
        packets(3, 3);
        assertThat(told(peaks.take(4 * SECOND))).containsExactly("b 3");
    }

    @Test
    void ofOneSecondSixteenCallersAreCounted() {
        packets(1, 1);
        for (int caller = 1; caller <= 17; caller++) {
            calls(caller, 1, "job " + caller);
        }
        calls(20, 1, "job 1");
        assertThat(told(peaks.take(2 * SECOND)))
                .containsExactly("job 1 21", "job 16 16", "job 15 15", "job 14 14", "job 13 13");
    }

    @Test
    void theOldestSecondsCallersMakeRoom() {
        packets(2, 0);
        calls(1, 0, "first");
        for (int second = 1; second < KEPT_SECONDS; second++) {
            calls(1, second, "other");
        }
        peaks.time(KEPT_SECONDS * SECOND);
        assertThat(told(peaks.take(1))).as("all have room").containsExactly("first 1");
        PeakWatch full = new PeakWatch();
        full.packet(0);
        for (int second = 0; second <= KEPT_SECONDS; second++) {
            full.call(second * SECOND, new CallerIdentity("other", "x"));
        }
        assertThat(told(full.take(KEPT_SECONDS * SECOND))).isEmpty();
    }

    @Test
    void nobodysCallsAreNoCallers() {
        packets(1, 1);
        peaks.call(SECOND, null);
        assertThat(peaks.take(2 * SECOND).callers()).isEmpty();
    }

    @Test
    void labelsAreCutAndHoldNoSecrets() {
        packets(1, 1);
        calls(1, 1, "job password=hunter2hunter2 " + "x".repeat(1_000));
        String label = peaks.take(2 * SECOND).callers().get(0).caller().label();
        assertThat(label).doesNotContain("hunter2").hasSizeLessThanOrEqualTo(256);
    }

    @Test
    void anIntervalIsAsLongAsItWasWatchedAndNot() {
        assertThat(new Interval(0, 1, 1.5, 0.25, 0).durationNanos()).isEqualTo(1_750_000_000L);
    }

    @Test
    void callsAreCountedByVersionAndOutcomeAndByWhetherSomebodyIsKnown() {
        Tally tally = new Tally();
        tally.add(Samples.v1("/", Samples.TIME), Samples.caller(1));
        tally.add(Samples.v2("/"), Samples.caller(1));
        tally.add(Samples.v2("/"), Caller.unknown("gone"));
        assertThat(tally.calls(ImdsVersion.V1)).isEqualTo(1);
        assertThat(tally.calls(ImdsVersion.V2)).isEqualTo(2);
        assertThat(tally.calls(ImdsVersion.V2, Outcome.SUCCESS)).isEqualTo(2);
        assertThat(tally.reached(ImdsVersion.V2, Outcome.SUCCESS)).isEqualTo(2);
        assertThat(tally.calls(ImdsVersion.UNKNOWN)).isZero();
        assertThat(tally.named()).isEqualTo(2);
        assertThat(tally.unnamed()).isEqualTo(1);
        assertThat(tally.total()).isEqualTo(3);
    }
}
