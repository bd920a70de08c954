package dev.imdsanalyzer.kernel.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CpuListTest {
    @Test
    void readsRangesAndSingleNumbers() throws IOException {
        assertThat(CpuList.parse("0\n")).containsExactly(0);
        assertThat(CpuList.parse("0-3,5,8-9\n")).containsExactly(0, 1, 2, 3, 5, 8, 9);
    }

    @Test
    void refusesWhatIsNoList() {
        for (String text : new String[] {"", "x", "3-1", "0-99999999", "-1", "1,,2"}) {
            assertThatThrownBy(() -> CpuList.parse(text)).as(text).isInstanceOf(IOException.class);
        }
    }
}
