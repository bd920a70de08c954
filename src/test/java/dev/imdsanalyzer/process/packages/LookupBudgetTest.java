package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookupBudgetTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger asked = new AtomicInteger();

    private LookupBudget budget(long nanos, long bytes) {
        return new LookupBudget(
                nanos,
                () -> {
                    asked.incrementAndGet();
                    return clock.get();
                },
                bytes);
    }

    private static void usedUp(LookupBudget budget, long bytes) {
        assertThatThrownBy(() -> budget.spend(bytes))
                .isInstanceOfSatisfying(
                        DatabaseGivenUpException.class,
                        e -> assertThat(e.isUsedUp()).isTrue());
    }

    @Test
    void bytesAreSpentToTheLast() {
        LookupBudget budget = budget(1, 100);
        budget.spend(60);
        assertThat(budget.spent()).isEqualTo(60);
        budget.spend(40);
        assertThat(budget.spent()).isEqualTo(100);
        usedUp(budget, 1);
    }

    /** Also where the clock's number runs over meanwhile. */
    @Test
    void timeIsSpentToTheLastNanosecond() {
        LookupBudget budget = budget(10, 1 << 20);
        clock.addAndGet(9);
        assertThatCode(() -> budget.spend(8192)).doesNotThrowAnyException();
        clock.addAndGet(1);
        usedUp(budget, 8192);
    }

    @Test
    void theClockIsAskedAtOnceAndThenForEveryEightKilobytes() {
        LookupBudget budget = budget(10, 1 << 20);
        asked.set(0);
        budget.spend(0);
        assertThat(asked).hasValue(1);
        budget.spend(8191);
        assertThat(asked).hasValue(1);
        budget.spend(1);
        assertThat(asked).hasValue(2);
        budget.spend(8191);
        assertThat(asked).hasValue(2);
    }

    @Test
    void anOrdinaryLookupHasTheBytesOfTheLargestSystems() {
        LookupBudget budget = new LookupBudget(1, () -> 0);
        budget.spend(LookupBudget.BYTES_LIMIT);
        usedUp(budget, 1);
        assertThat(new LookupBudget(PackageFolder.MINUTE_NANOS).spent()).isZero();
    }
}
