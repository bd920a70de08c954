package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmStartTest {
    @Test
    void whatFailedFirstIsToldWithItsCauseAndPlace() {
        WarmStart.failed(new ExceptionInInitializerError(new IllegalStateException("the cause")));
        WarmStart.failed(new IllegalStateException("a consequence"));

        assertThat(WarmStart.failure())
                .startsWith("; before it java.lang.IllegalStateException: the cause at ")
                .contains("WarmStartTest.whatFailedFirstIsToldWithItsCauseAndPlace")
                .doesNotContain("a consequence");
    }
}
