package dev.imdsanalyzer.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockDistanceTest {
    private static final long AHEAD = 1_700_000_000_000_000_000L;

    /** Time passes at each reading: as much as is given for it, the last for all further ones. */
    private static final class Machine {
        private final long[] steps;
        private int readings;
        private long now = 1_000_000;

        Machine(long... steps) {
            this.steps = steps;
        }

        long read() {
            now += steps[Math.min(readings++, steps.length - 1)];
            return now;
        }

        long wall() {
            return AHEAD + read();
        }
    }

    private static long error(long... steps) {
        Machine machine = new Machine(steps);
        return Math.abs(ClockDistance.between(machine::wall, machine::read) - AHEAD);
    }

    @Test
    void threadThatStandsStillBetweenTwoReadingsDoesNotMoveTheOtherClock() {
        assertThat(error(50, 50, 20_000_000, 50)).isLessThan(100);
        assertThat(error(50, 20_000_000, 50, 50)).isLessThan(100);
        assertThat(error(50, 20_000_000, 50, 50, 50, 20_000_000, 50)).isLessThan(100);
    }

    @Test
    void whereEachReadingIsSlowTheNearestIsTaken() {
        assertThat(error(50, 900_000, 900_000, 50, 80_000, 80_000, 50, 900_000)).isLessThan(90_000);
    }

    @Test
    void quietHostIsReadOnce() {
        Machine machine = new Machine(30);
        assertThat(ClockDistance.between(machine::wall, machine::read)).isEqualTo(AHEAD);
        assertThat(machine.readings).isEqualTo(3);
    }
}
