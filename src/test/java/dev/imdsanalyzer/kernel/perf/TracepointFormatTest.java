package dev.imdsanalyzer.kernel.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The 6.18 text was read from that kernel; the 5.4 one is the layout of its include/trace/events/sock.h. */
class TracepointFormatTest {
    @Test
    void readsTheFormatOfLinux618() throws IOException {
        TracepointFormat format = TracepointFormats.read("6.18");

        assertThat(format.id()).isEqualTo(2287);
        assertThat(format.field("skaddr")).isEqualTo(new TracepointFormat.Field("skaddr", 8, 8));
        assertThat(format.field("protocol")).isEqualTo(new TracepointFormat.Field("protocol", 30, 2));
        assertThat(format.field("daddr")).isEqualTo(new TracepointFormat.Field("daddr", 36, 4));
        assertThat(format.field("daddr_v6")).isEqualTo(new TracepointFormat.Field("daddr_v6", 56, 16));
    }

    @Test
    void readsTheUnalignedFormatOfLinux54() throws IOException {
        TracepointFormat format = TracepointFormats.read("5.4");

        assertThat(format.field("protocol")).isEqualTo(new TracepointFormat.Field("protocol", 30, 1));
        assertThat(format.field("daddr")).isEqualTo(new TracepointFormat.Field("daddr", 35, 4));
        assertThat(format.field("saddr_v6")).isEqualTo(new TracepointFormat.Field("saddr_v6", 39, 16));
    }

    @Test
    void namesTheFieldThatIsMissing() throws IOException {
        TracepointFormat format = TracepointFormat.parse("name: x\nID: 1\nformat:\n");

        assertThatThrownBy(() -> format.field("skaddr")).hasMessageContaining("skaddr");
        assertThatThrownBy(() -> TracepointFormat.parse("nonsense")).isInstanceOf(IOException.class);
    }
}
