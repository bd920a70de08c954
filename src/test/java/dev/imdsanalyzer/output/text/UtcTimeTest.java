package dev.imdsanalyzer.output.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UtcTimeTest {
    private final UtcTime time = new UtcTime();

    @Test
    void writesMicrosecondsInUtc() {
        assertThat(time.format(0)).isEqualTo("1970-01-01T00:00:00.000000Z");
        assertThat(time.format(1_795_264_496_789_123_999L)).isEqualTo("2026-11-21T12:34:56.789123Z");
        assertThat(time.format(1_795_305_599_999_999_999L)).isEqualTo("2026-11-21T23:59:59.999999Z");
        assertThat(time.format(1_795_305_600_000_000_000L)).isEqualTo("2026-11-22T00:00:00.000000Z");
    }

    @Test
    void goesBackWithTheClock() {
        time.format(1_795_305_600_000_000_000L);

        assertThat(time.format(1_709_164_800_000_001_000L)).isEqualTo("2024-02-29T00:00:00.000001Z");
        assertThat(time.format(-1000)).isEqualTo("1969-12-31T23:59:59.999999Z");
        assertThat(time.format(Long.MAX_VALUE)).startsWith("2262-04-11T");
    }
}
