package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@SuppressWarnings("ConstantOverflow") // as System.nanoTime() does
class WaitAllowanceTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final long SECOND = 1_000 * MILLISECOND;

    /** Where the clock's number runs over. */
    private static final long START = Long.MAX_VALUE - 50 * MILLISECOND;

    private final WaitAllowance time = new WaitAllowance(START);

    @Test
    void aWaitIsPaidForWithTenTimesItsLength() {
        assertThat(time.mayWait(START - 1)).isFalse();
        assertThat(time.mayWait(START)).isTrue();
        long now = START + 100 * MILLISECOND;
        time.pay(100 * MILLISECOND, now);
        assertThat(time.mayWait(START + SECOND - 1)).isFalse();
        assertThat(time.mayWait(START + SECOND)).isTrue();
    }

    @Test
    void aSecondIsSavedAndNoMore() {
        long now = START + 3_600 * SECOND;
        time.pay(50 * MILLISECOND, now);
        assertThat(time.mayWait(now - 500 * MILLISECOND)).isTrue();
        assertThat(time.mayWait(now - 500 * MILLISECOND - 1)).isFalse();
        time.pay(50 * MILLISECOND, now);
        assertThat(time.mayWait(now)).isTrue();
        assertThat(time.mayWait(now - 1)).isFalse();
        time.pay(50 * MILLISECOND, now);
        assertThat(time.mayWait(now)).isFalse();
        assertThat(time.mayWait(now + 500 * MILLISECOND)).isTrue();
    }
}
