package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandledTimeTest {
    private final HandledTime handled = new HandledTime();

    @Test
    void loopThatFoundNothingHasHandledAllFromBeforeItsStart() {
        handled.loopStarts(100);

        assertThat(handled.nanos()).isEqualTo(100);
    }

    @Test
    void framesThatWaitedAreHandledOneByOne() {
        handled.loopStarts(100);
        handled.frame(20);
        assertThat(handled.nanos()).isEqualTo(20);

        handled.frame(90);
        assertThat(handled.nanos()).isEqualTo(90);
    }

    @Test
    void nextLoopThatFindsNothingIsFurther() {
        handled.loopStarts(100);
        handled.frame(20);
        handled.loopStarts(200);

        assertThat(handled.nanos()).isEqualTo(200);
    }
}
