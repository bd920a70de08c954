package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.CaptureStatistics;
import dev.imdsanalyzer.daemon.calls.LostConnects;
import dev.imdsanalyzer.kernel.bpf.ConnectLoss;
import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.output.line.CaptureGap;
import dev.imdsanalyzer.output.line.summary.Interval;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GapWatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final SetClocks clocks = new SetClocks();
    private final Coverage coverage = new Coverage(clocks);
    private final List<CaptureGap> gaps = new ArrayList<>();
    private final GapWatch watch = new GapWatch(clocks, coverage, gaps::add);
    private long drops;
    private long lost;
    private List<ConnectLoss> losses = List.of();
    private long cut;

    @Test
    void quietSecondsAreNoGap() {
        for (int second = 0; second < 100; second++) {
            tick(0);
        }

        assertThat(gaps).isEmpty();
        assertThat(coverage.take(0).watchedSeconds()).isEqualTo(100);
    }

    @Test
    void secondsWithDropsInARowAreOneGapToldWhenItIsOver() {
        tick(0);
        long start = clocks.wallNanos();
        tick(20);
        tick(300);
        tick(1);
        long end = clocks.wallNanos();
        assertThat(gaps).isEmpty();
        tick(0);
        tick(0);

        assertThat(gaps).containsExactly(new CaptureGap(start, end, "the kernel dropped packets", 321, 0));
        assertThat(coverage.take(0).gapSeconds()).isEqualTo(3);
    }

    @Test
    void summaryInTheMiddleOfDropsKnowsOfThem() {
        tick(5);
        tick(5);
        Interval first = coverage.take(0);
        tick(5);
        tick(0);
        Interval second = coverage.take(0);

        assertThat(first.gapSeconds()).isEqualTo(2);
        assertThat(first.watchedSeconds()).isZero();
        assertThat(second.gapSeconds()).isEqualTo(1);
        assertThat(second.watchedSeconds()).isEqualTo(1);
    }

    @Test
    void clockThatIsSetMeanwhileChangesNoLength() {
        tick(5);
        clocks.step(-7200);
        tick(5);
        clocks.step(86_400);
        tick(0);

        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.endNanos() - gap.startNanos()).isEqualTo(2 * SECOND);
            assertThat(gap.endNanos()).isEqualTo(clocks.wallNanos() - SECOND);
        });
        Interval interval = coverage.take(0);
        assertThat(interval.gapSeconds()).isEqualTo(2);
        assertThat(interval.watchedSeconds()).isEqualTo(1);
    }

    @Test
    void clockThatIsSetIsNoSleep() {
        clocks.step(3600);
        tick(0);
        clocks.step(-7200);
        tick(0);

        assertThat(gaps).isEmpty();
    }

    @Test
    void sleepIsTold() {
        tick(0);
        clocks.sleep(7200);
        tick(0);
        tick(0);

        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo("the machine slept");
            assertThat(gap.endNanos() - gap.startNanos()).isEqualTo(7200 * SECOND);
        });
        Interval interval = coverage.take(0);
        assertThat(interval.watchedSeconds()).isEqualTo(3);
        assertThat(interval.gapSeconds()).isEqualTo(7200);
    }

    @Test
    void lostConnectEventsAreAGapThatSaysWhoseTheyWere() {
        lose(new ConnectOwner(1000, 0), 7);
        tick(0);
        tick(0);
        gaps.clear();
        long start = clocks.wallNanos();
        lose(new ConnectOwner(1000, 0), 300);
        tick(0);
        lose(new ConnectOwner(0, 4_026_532_000L), 4);
        lost += 5;
        tick(0);
        long end = clocks.wallNanos();
        assertThat(gaps).isEmpty();
        tick(0);

        assertThat(gaps)
                .containsExactly(new CaptureGap(
                        start,
                        end,
                        "the kernel could not hand over 309 connect events: 300 of user 1000,"
                                + " 4 of user 0 in namespace 4026532000, 5 of others",
                        0,
                        0,
                        309,
                        0));
        assertThat(coverage.take(0).gapSeconds())
                .as("the calls themselves were watched")
                .isZero();
    }

    @Test
    void gapThatIsStillOpenAtTheEndIsTold() {
        tick(7);
        clocks.pass(0.5);
        drops += 2;
        watch.end(new CaptureStatistics(0, drops, cut, 0), LostConnects.NONE);

        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.packetsDropped()).isEqualTo(9);
            assertThat(gap.endNanos() - gap.startNanos()).isEqualTo(SECOND + SECOND / 2);
        });
    }

    @Test
    void longPacketsThatWereCutAreAGapTooAndSaidToBeThat() {
        cut = 3;
        tick(0);
        tick(0);
        cut = 5;
        tick(7);
        tick(0);

        assertThat(gaps)
                .extracting(CaptureGap::reason)
                .containsExactly(
                        "the kernel kept only the start of 3 long packets",
                        "the kernel dropped packets, and kept only the start of 2 long packets");
        assertThat(gaps).extracting(CaptureGap::packetsDropped).containsExactly(0L, 7L);
        assertThat(coverage.take(0).gapSeconds()).isEqualTo(2);
    }

    private void tick(long newDrops) {
        clocks.pass(1);
        drops += newDrops;
        watch.tick(new CaptureStatistics(0, drops, cut, 0), new LostConnects(lost, losses));
    }

    private void lose(ConnectOwner owner, long records) {
        lost += records;
        losses = new ArrayList<>(losses);
        long before = losses.stream()
                .filter(loss -> loss.owner().equals(owner))
                .mapToLong(ConnectLoss::records)
                .sum();
        losses.removeIf(loss -> loss.owner().equals(owner));
        losses.add(new ConnectLoss(owner, before + records));
    }
}
