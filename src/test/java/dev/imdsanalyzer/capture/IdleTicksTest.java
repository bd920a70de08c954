package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleTicksTest {
    private static final long SECOND = 1_000_000_000L;

    private final IdleTicks ticks = new IdleTicks(0);
    private long now;

    private void quietTicks(int count) {
        for (int i = 0; i < count; i++) {
            now += ticks.untilNext(now);
            ticks.tick(now);
        }
    }

    @Test
    void isDueOnceASecond() {
        assertThat(ticks.untilNext(0)).isEqualTo(SECOND);
        assertThat(ticks.untilNext(SECOND)).isZero();
        ticks.tick(SECOND);
        assertThat(ticks.untilNext(SECOND)).isEqualTo(SECOND);
    }

    @Test
    void isDueEveryFewSecondsAtRest() {
        quietTicks(IdleTicks.QUIET_TICKS);
        assertThat(now).isEqualTo(15 * SECOND);
        assertThat(ticks.untilNext(now)).isEqualTo(5 * SECOND);
    }

    @Test
    void aFrameEndsTheRest() {
        quietTicks(IdleTicks.QUIET_TICKS + 3);
        ticks.frame();
        assertThat(ticks.untilNext(now)).isEqualTo(SECOND);
        quietTicks(1);
        assertThat(ticks.untilNext(now)).isEqualTo(SECOND);
    }
}
