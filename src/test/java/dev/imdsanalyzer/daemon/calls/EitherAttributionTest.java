package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import org.junit.jupiter.api.Test;

class EitherAttributionTest {
    private static final Caller NOBODY = Caller.unknown("the first");
    private static final Caller NOBODY_EITHER = Caller.unknown("the second");

    @Test
    void firstThatNamesSomebodyCounts() throws InterruptedException {
        assertThat(of(named(5), named(6)).pid()).isEqualTo(5);
        assertThat(of(NOBODY, named(6)).pid()).isEqualTo(6);
        assertThat(of(NOBODY, NOBODY_EITHER)).isSameAs(NOBODY);
    }

    private static Caller of(Caller first, Caller second) throws InterruptedException {
        return new EitherAttribution(answer(first), answer(second)).caller(1_000_000_000L);
    }

    private static Attribution answer(Caller caller) {
        return new Attribution() {
            @Override
            public boolean settled() {
                return true;
            }

            @Override
            public Caller caller(long timeoutNanos) {
                return caller;
            }
        };
    }

    private static Caller named(int pid) {
        return new CallerBuilder(AttributionMethod.SOCKET)
                .pid(pid)
                .name("curl")
                .startNanos(1)
                .user(0, null)
                .build();
    }
}
