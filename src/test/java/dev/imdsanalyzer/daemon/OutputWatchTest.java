package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutputWatchTest {
    private boolean failing;
    private int ended;

    @Test
    void standardOutputWithoutAReaderEndsTheRunOnce() {
        OutputWatch watch = new OutputWatch("-", () -> failing, () -> 0, () -> ended++);
        watch.tick();
        assertThat(ended).isZero();
        failing = true;
        watch.tick();
        watch.tick();
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void aDiskThatIsFullDoesNot() {
        OutputWatch watch = new OutputWatch("/var/log/imds/", () -> failing, () -> 0, () -> ended++);
        failing = true;
        watch.tick();
        failing = false;
        watch.tick();
        assertThat(ended).isZero();
    }
}
