package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.output.line.call.Weight;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@LinuxOnly("threads that give up capabilities(7)")
@Timeout(60)
class CallJoinerTest {
    private final List<Caller> callers = new CopyOnWriteArrayList<>();
    private final AtomicInteger lost = new AtomicInteger();

    /** An answer that never comes. */
    private static final class Never implements Attribution {
        private final CountDownLatch asked = new CountDownLatch(1);

        @Override
        public boolean settled() {
            return false;
        }

        @Override
        public Caller caller(long timeoutNanos) throws InterruptedException {
            asked.countDown();
            TimeUnit.NANOSECONDS.sleep(timeoutNanos);
            return Caller.unknown("not found in time");
        }
    }

    @Test
    void stopDoesNotWaitForEachCallerInTurn() throws InterruptedException {
        Never never = new Never();
        CallJoiner joiner = joiner(1000, Duration.ofMinutes(10));
        for (int call = 0; call < 500; call++) {
            joiner.add(DaemonSamples.call(call), never);
        }
        never.asked.await();

        // One wait of ten minutes would outlive the time limit of the test.
        joiner.close();

        assertThat(callers).hasSize(500);
        assertThat(lost).hasValue(0);
    }

    @Test
    void callThatFindsTheQueueFullIsTold() throws InterruptedException {
        Never never = new Never();
        CallJoiner joiner = joiner(10, Duration.ofMinutes(10));
        joiner.add(DaemonSamples.call(0), never);
        never.asked.await();
        for (int call = 1; call < 31; call++) {
            joiner.add(DaemonSamples.call(call), never);
        }
        assertThat(lost).hasValue(20);

        joiner.close();

        assertThat(callers).hasSize(11);
    }

    @Test
    void callsThatWaitStayWithinTheirWeightTogether() throws InterruptedException {
        String path = "/" + "x".repeat(8191);
        int room = (int) (CallJoiner.MAX_WEIGHT / Weight.of(DaemonSamples.call(0, path)));
        Never never = new Never();
        CallJoiner joiner = joiner(8192, Duration.ofMinutes(10));
        for (int call = 0; call < room + 30; call++) {
            joiner.add(DaemonSamples.call(call, path), never);
        }
        assertThat(lost).hasValue(30);
        joiner.close();
        assertThat(callers).hasSize(room);

        try (CallJoiner other = joiner(8192, Duration.ZERO)) {
            other.add(DaemonSamples.call(1, path), null);
        }
        assertThat(callers).hasSize(room + 1);
    }

    @Test
    void callWhoseConnectionIsForgottenSaysSo() {
        try (CallJoiner joiner = joiner(10, Duration.ZERO)) {
            joiner.add(DaemonSamples.call(1), null);
        }
        assertThat(callers).singleElement().extracting(Caller::pid).isEqualTo(-1);
    }

    @Test
    void aFaultFurtherDownCostsNoOtherCallAndIsKept() {
        Counters counters = new Counters();
        try (CallJoiner joiner = new CallJoiner(
                (call, caller) -> {
                    callers.add(caller);
                    if (callers.size() == 1) {
                        throw new IllegalStateException("on purpose");
                    }
                },
                lost::incrementAndGet,
                10,
                Duration.ZERO,
                counters)) {
            joiner.add(DaemonSamples.call(1), null);
            joiner.add(DaemonSamples.call(2), null);
        }
        assertThat(callers).hasSize(2);
        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isEqualTo(1);
        assertThat(counters.faults().total()).isEqualTo(1);
    }

    private CallJoiner joiner(int queueLength, Duration wait) {
        return new CallJoiner(
                (call, caller) -> callers.add(caller), lost::incrementAndGet, queueLength, wait, new Counters());
    }
}
