package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.summary.Interval;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final long SECOND = 1_000_000_000L;

    private final SetClocks clocks = new SetClocks();
    private final Coverage coverage = new Coverage(clocks);

    @Test
    void aRunThatTellsOnlySomeCallsProvesNoTime() {
        Coverage some = new Coverage(clocks, false);
        clocks.pass(300);
        Interval interval = some.take(0);
        assertThat(interval.watchedSeconds()).isZero();
        assertThat(interval.gapSeconds()).isEqualTo(300.0);
    }

    @Test
    void intervalsFollowEachOtherWithoutAHole() {
        Interval first = takeAfter(300);
        clocks.step(0.02);
        Interval second = takeAfter(300);
        clocks.step(-0.01);
        Interval third = takeAfter(300);

        assertThat(second.startNanos()).isEqualTo(first.endNanos());
        assertThat(third.startNanos()).isEqualTo(second.endNanos());
        assertThat(third.watchedSeconds()).isEqualTo(300);
        assertThat(third.gapSeconds()).isZero();
    }

    @Test
    void clockSetForwardAddsNothingToTheCoverage() {
        clocks.pass(100).step(3600);
        Interval interval = takeAfter(200);

        assertThat(interval.watchedSeconds()).isEqualTo(300);
        assertThat(interval.gapSeconds()).isZero();
        assertThat(interval.endNanos() - interval.startNanos()).isEqualTo(3900 * SECOND);
    }

    @Test
    void clockSetBackTakesNothingFromTheCoverageAndNoIntervalEndsBeforeItBegins() {
        Interval before = takeAfter(300);
        clocks.pass(100).step(-3600);
        Interval interval = takeAfter(200);
        Interval after = takeAfter(300);

        assertThat(interval.watchedSeconds()).isEqualTo(300);
        assertThat(interval.endNanos() - interval.startNanos()).isEqualTo(300 * SECOND);
        assertThat(interval.endNanos()).isLessThan(before.endNanos());
        assertThat(after.startNanos()).isEqualTo(interval.endNanos());
    }

    @Test
    void clockSetBackByLittleInAShortIntervalStillEndsAfterItBegins() {
        clocks.pass(0.5).step(-0.7);
        Interval interval = coverage.take(0);

        assertThat(interval.endNanos() - interval.startNanos()).isEqualTo(SECOND / 2);
    }

    @Test
    void gapThatIsStillOpenCountsInTheSummaryMeanwhile() {
        clocks.pass(200);
        coverage.beginGap();
        Interval first = takeAfter(100);
        Interval second = takeAfter(300);
        clocks.pass(50);
        coverage.endGap();
        Interval third = takeAfter(250);

        assertThat(first.watchedSeconds()).isEqualTo(200);
        assertThat(first.gapSeconds()).isEqualTo(100);
        assertThat(second.watchedSeconds()).isZero();
        assertThat(second.gapSeconds()).isEqualTo(300);
        assertThat(third.watchedSeconds()).isEqualTo(250);
        assertThat(third.gapSeconds()).isEqualTo(50);
    }

    @Test
    void gapsThatOverlapNeverExceedTheInterval() {
        coverage.beginGap();
        clocks.pass(10);
        coverage.addGap(8 * SECOND);
        Interval interval = coverage.take(0);

        assertThat(interval.watchedSeconds()).isZero();
        assertThat(interval.gapSeconds()).isEqualTo(10);
    }

    @Test
    void sleepIsAGapThoughTheMonotonicClockStoodStill() {
        clocks.pass(100).sleep(7200);
        coverage.addSleep(7200 * SECOND);
        Interval interval = takeAfter(200);

        assertThat(interval.watchedSeconds()).isEqualTo(300);
        assertThat(interval.gapSeconds()).isEqualTo(7200);
        assertThat(interval.endNanos() - interval.startNanos()).isEqualTo(7500 * SECOND);
    }

    private Interval takeAfter(double seconds) {
        clocks.pass(seconds);
        return coverage.take(0);
    }
}
