package dev.imdsanalyzer.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentlyUsedTest {
    private final RecentlyUsed<String, String> memory =
            new RecentlyUsed<>(3, 10, (key, value) -> key.length() + value.length());

    @Test
    void forgetsWhatWasNotAskedForTheLongestTime() {
        memory.put("a", "1");
        memory.put("b", "1");
        memory.put("c", "1");
        assertThat(memory.get("a")).isEqualTo("1");
        memory.put("d", "1");
        assertThat(memory.get("b")).isNull();
        assertThat(memory.get("a")).isEqualTo("1");
    }

    @Test
    void isBoundedInBytesAlsoWhereAnEntryIsReplaced() {
        memory.put("a", "1234");
        memory.put("b", "1234");
        assertThat(memory.get("a")).isNotNull();
        memory.put("b", "12345");
        assertThat(memory.get("a")).isNull();
        memory.put("a", "123");
        assertThat(memory.get("b")).isEqualTo("12345");
    }

    @Test
    void keepsNothingThatTakesMoreThanAllTheRoom() {
        memory.put("a", "12345678901");
        assertThat(memory.get("a")).isNull();
        memory.put("b", "1");
        assertThat(memory.get("b")).isEqualTo("1");
    }
}
