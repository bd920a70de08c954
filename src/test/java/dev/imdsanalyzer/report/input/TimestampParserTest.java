package dev.imdsanalyzer.report.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampParserTest {
    private static long parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return TimestampParser.micros(bytes, 0, bytes.length);
    }

    @Test
    void agreesWithTheLibraryOverThreeCenturies() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextInt() * 2L, random.nextInt(1_000_000) * 1_000L);
            assertThat(parse(time.toString())).isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, time));
        }
    }

    @Test
    void takesOffsetsAndNanoseconds() {
        assertThat(parse("2026-11-21T13:34:56+01:00")).isEqualTo(parse("2026-11-21T12:34:56Z"));
        assertThat(parse("2026-11-21T12:34:56.123456789Z")).isEqualTo(parse("2026-11-21T12:34:56.123456Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "2026",
                "2026-13-21T12:34:56Z",
                "2026-11-21T12:34:5",
                "2026-11-21 12:34:56Z",
                "2026-11-21T12:34:56.1x3Z",
                "2026-11-21T1a:34:56Z",
                "not-a-time-at-all-Z"
            })
    void saysWhenItIsNoTime(String text) {
        assertThat(parse(text)).isEqualTo(EventLine.NO_TIME);
    }
}
