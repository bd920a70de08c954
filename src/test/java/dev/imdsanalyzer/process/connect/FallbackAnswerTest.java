package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PendingAttribution;
import dev.imdsanalyzer.status.Counters;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@LinuxOnly("the kernel's records of connects")
class FallbackAnswerTest {
    private static final long LONG = 10_000_000_000L;

    private final Caller byConnect = ConnectTableTest.caller(1);
    private final Caller bySocket =
            new CallerBuilder(AttributionMethod.SOCKET).pid(2).build();
    private final ConnectAnswer connect =
            new ConnectAnswer(new CallerBudget(CallerBudget.DEFAULT_BYTES, new Counters()));
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicInteger lookups = new AtomicInteger();
    private final FallbackAnswer answer = new FallbackAnswer(
            connect,
            () -> {
                lookups.incrementAndGet();
                return PendingAttribution.settled(bySocket);
            },
            LONG,
            () -> false,
            lost::get);

    @Test
    void leavesTheSocketAloneWhileTheKernelAnswers() throws InterruptedException {
        connect.answer(byConnect);

        assertThat(answer.settled()).isTrue();
        assertThat(answer.caller(LONG)).isSameAs(byConnect);
        assertThat(lookups).hasValue(0);
    }

    @Test
    void looksForTheSocketAtOnceWhenGivenUp() throws InterruptedException {
        assertThat(answer.settled()).isFalse();
        connect.giveUp();

        assertThat(lookups).hasValue(1);
        assertThat(answer.caller(LONG)).isSameAs(bySocket);
        assertThat(lookups).hasValue(1);
    }

    @Test
    void saysThatTheReportMayBeLostWhereTheSocketNames() throws InterruptedException {
        lost.set(true);
        connect.giveUp();

        assertThat(answer.caller(LONG).pid()).isEqualTo(bySocket.pid());
        assertThat(answer.caller(LONG).reason()).startsWith("the kernel lost records of connects then");
    }

    @Test
    void prefersAKernelReportThatComesLate() throws InterruptedException {
        connect.giveUp();
        connect.answer(byConnect);

        assertThat(answer.caller(LONG)).isSameAs(byConnect);
    }

    @Test
    void waitsForALateKernelReportWhereTheSocketHasNobody() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        FallbackAnswer nobody = new FallbackAnswer(
                connect,
                () -> {
                    asked.countDown();
                    return PendingAttribution.settled(Caller.unknown("gone"));
                },
                0,
                () -> connect.now() == null,
                () -> false);
        connect.giveUp();
        assertThat(nobody.settled()).isFalse();
        Thread kernel = new Thread(() -> {
            awaitQuietly(asked);
            connect.answer(byConnect);
        });
        kernel.start();

        assertThat(nobody.caller(LONG)).isSameAs(byConnect);
        assertThat(nobody.settled()).isTrue();
        kernel.join();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void waitsForNoReportWhereNoneWillCome() throws InterruptedException {
        Caller gone = Caller.unknown("gone");
        FallbackAnswer nobody =
                new FallbackAnswer(connect, () -> PendingAttribution.settled(gone), 0, () -> false, () -> true);
        connect.giveUp();

        assertThat(nobody.settled()).isTrue();
        assertThat(nobody.caller(LONG)).isSameAs(gone);
    }

    @Test
    void looksForTheSocketWhenTheTimeIsUp() throws InterruptedException {
        assertThat(answer.caller(0)).isSameAs(bySocket);
    }
}
