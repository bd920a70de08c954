package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import org.junit.jupiter.api.Test;

class GuardedHandlerTest {
    private final Counters counters = new Counters();

    /** Throws what it is told to. */
    private static final class FaultyHandler implements FrameHandler {
        private final RuntimeException fault;
        private final Error error;

        FaultyHandler(RuntimeException fault, Error error) {
            this.fault = fault;
            this.error = error;
        }

        @Override
        public void onFrame(Frame frame) {
            fail();
        }

        @Override
        public void onIdle(long nowNanos) {
            fail();
        }

        private void fail() {
            if (error != null) {
                throw error;
            }
            throw fault;
        }
    }

    @Test
    void countsFaultsAndGoesOn() {
        GuardedHandler handler =
                new GuardedHandler(new FaultyHandler(new IllegalStateException("test"), null), counters);

        for (int i = 0; i < 3; i++) {
            handler.onFrame(new Frame());
        }
        handler.onIdle(0);

        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isEqualTo(4);
    }

    @Test
    void survivesAStackOverflow() {
        new GuardedHandler(new FaultyHandler(null, new StackOverflowError()), counters).onFrame(new Frame());

        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isEqualTo(1);
    }

    @Test
    void letsAnErrorOfTheVirtualMachinePass() {
        GuardedHandler handler = new GuardedHandler(new FaultyHandler(null, new OutOfMemoryError("test")), counters);

        assertThatThrownBy(() -> handler.onFrame(new Frame())).isInstanceOf(OutOfMemoryError.class);
    }
}
