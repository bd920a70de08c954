package dev.imdsanalyzer.tcp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingTimeTest {
    @Test
    void aStreamWaitsFromWhenItCameToThePlaceWhereItIs() {
        WaitingTime waiting = new WaitingTime();
        assertThat(waiting.isOver(Long.MAX_VALUE, 0)).as("nothing waits").isFalse();
        waiting.note(true, 10, 100);
        waiting.note(true, 10, 150);
        assertThat(waiting.isOver(149, 50)).isFalse();
        assertThat(waiting.isOver(150, 50)).isTrue();
        waiting.note(true, 20, 200);
        assertThat(waiting.isOver(249, 50)).as("another place").isFalse();
        assertThat(waiting.isOver(250, 50)).isTrue();
        waiting.note(false, 20, 260);
        assertThat(waiting.isOver(1_000, 50)).isFalse();
        waiting.note(true, 20, 300);
        assertThat(waiting.isOver(349, 50)).as("begun anew").isFalse();
        assertThat(waiting.isOver(350, 50)).isTrue();
    }
}
