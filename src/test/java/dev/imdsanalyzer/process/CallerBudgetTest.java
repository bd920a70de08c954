package dev.imdsanalyzer.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerBudgetTest {
    private static final long MAXIMUM = 1 << 20;
    private static final int MANY = 1_500;

    private final Counters counters = new Counters();
    private final CallerBudget budget = new CallerBudget(MAXIMUM, counters);

    private static Caller caller(int pid, long user, int commandLineLength) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .name("name" + pid)
                .user(user, null)
                .commandLine("x".repeat(commandLineLength))
                .build();
    }

    private PendingAttribution held(Caller caller) {
        return PendingAttribution.settled(caller, budget);
    }

    @Test
    void givesUpTheOldestPastItsBytesAndCountsThem() throws Exception {
        List<PendingAttribution> answers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            answers.add(held(caller(i, 1000, 4_000)));
            assertThat(budget.bytes()).isLessThanOrEqualTo(MAXIMUM);
        }
        long kept = answers.stream().filter(CallerBudgetTest::isWhole).count();
        assertThat(kept).isPositive().isLessThan(MANY);
        assertThat(counters.get(Counter.CALLERS_GIVEN_UP)).isEqualTo(MANY - kept);
        assertThat(answers.subList(MANY - (int) kept, MANY)).allMatch(CallerBudgetTest::isWhole);
        Caller rest = answers.get(0).caller(0);
        assertThat(rest.pid()).isZero();
        assertThat(rest.name()).isEqualTo("name0");
        assertThat(rest.reason()).contains("given up");
    }

    private static boolean isWhole(PendingAttribution answer) {
        try {
            return answer.caller(0).commandLine() != null;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoeverHoldsMostGivesUpHisOwn() {
        PendingAttribution others = held(caller(1, 0, 2_000));
        for (int i = 0; i < MANY; i++) {
            held(caller(i, 1000, 4_000));
        }
        assertThat(counters.get(Counter.CALLERS_GIVEN_UP)).isPositive();
        assertThat(isWhole(others)).isTrue();
    }

    @Test
    void countsACallerOfManyConnectionsOnce() {
        Caller busy = caller(1, 0, 4_000);
        for (int i = 0; i < MANY; i++) {
            held(busy);
        }
        assertThat(budget.bytes()).isEqualTo(busy.weight());
        assertThat(counters.get(Counter.CALLERS_GIVEN_UP)).isZero();
    }

    @Test
    void whatIsReleasedDoesNotCountAnyMoreAndIsNotCountedAgain() {
        PendingAttribution answer = new PendingAttribution(Caller.unknown("not yet"), budget);
        answer.improve(caller(1, 0, 100));
        assertThat(budget.bytes()).isPositive();
        answer.release();
        assertThat(budget.bytes()).isZero();
        answer.settle(caller(1, 0, 4_000));
        assertThat(budget.bytes()).isZero();
    }
}
