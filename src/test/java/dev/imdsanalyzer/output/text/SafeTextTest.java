package dev.imdsanalyzer.output.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class SafeTextTest {
    @Test
    void keepsPlainTextAsItIs() {
        String plain = "/latest/meta-data/ a=b 'quoted'";

        assertThat(SafeText.of(plain, 100)).isSameAs(plain);
        assertThat(SafeText.of(null, 100)).isNull();
        assertThat(SafeText.of("Grüße 日本 😀", 100)).isEqualTo("Grüße 日本 😀");
    }

    @Test
    void makesControlsVisible() {
        assertThat(SafeText.of("a\nb\rc\td\u0000\u001b\u007f\u0085\u202e\u2066\u200b\ufeff\u2028\ud800!", 200))
                .isEqualTo("a\\nb\\rc\\td\\x00\\x1b\\x7f\\x85\\u202e\\u2066\\u200b\\ufeff\\u2028\ufffd!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "日", "😀", "\"", "\\", "\u0001", "\u202e"})
    void neverPassesItsBoundInJson(String unit) {
        for (int bound = 3; bound < 60; bound++) {
            String safe = SafeText.of(unit.repeat(100), bound);
            int jsonBytes = JsonMapper.builder().build().writeValueAsBytes(safe).length - 2;

            assertThat(jsonBytes).isLessThanOrEqualTo(bound).isEqualTo(SafeText.jsonBytes(safe));
            assertThat(safe).endsWith("…");
        }
    }

    @Test
    void doesNotCutWhatJustFits() {
        assertThat(SafeText.of("\"\"\"", 6)).isEqualTo("\"\"\"");
        assertThat(SafeText.of("日日", 6)).isEqualTo("日日");
    }
}
