package dev.imdsanalyzer.kernel.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Numbers from include/uapi/linux/perf_event.h. */
@LinuxOnly("its system calls and structs")
class PerfEventAttributeLayoutTest {
    @Test
    void bpfOutputTakesRawSamplesAndWakesForEach() {
        ByteBuffer attribute = PerfEventAttribute.bpfOutput();

        assertThat(attribute.capacity()).as("PERF_ATTR_SIZE_VER0").isEqualTo(64);
        assertThat(attribute.getInt(0)).as("PERF_TYPE_SOFTWARE").isEqualTo(1);
        assertThat(attribute.getInt(4)).isEqualTo(64);
        assertThat(attribute.getLong(8)).as("PERF_COUNT_SW_BPF_OUTPUT").isEqualTo(10);
        assertThat(attribute.getLong(16)).as("sample_period").isEqualTo(1);
        assertThat(attribute.getLong(24)).as("PERF_SAMPLE_RAW").isEqualTo(1024);
        assertThat(attribute.getLong(40)).as("flags").isZero();
        assertThat(attribute.getInt(48)).as("wakeup_events").isEqualTo(1);
    }

    @Test
    void tracepointHookStaysDisabled() {
        ByteBuffer attribute = PerfEventAttribute.tracepoint(2287);

        assertThat(attribute.getInt(0)).as("PERF_TYPE_TRACEPOINT").isEqualTo(2);
        assertThat(attribute.getLong(8)).isEqualTo(2287);
        assertThat(attribute.getLong(40)).as("disabled").isEqualTo(1);
    }

    @Test
    void ringPositionsLieInTheFirstPage() {
        assertThat(PerfRing.DATA_HEAD_OFFSET).isEqualTo(1024);
        assertThat(PerfRing.DATA_TAIL_OFFSET).isEqualTo(1032);
    }
}
