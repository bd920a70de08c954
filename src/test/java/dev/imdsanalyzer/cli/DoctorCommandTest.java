package dev.imdsanalyzer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@LinuxOnly("a host with /proc")
class DoctorCommandTest {
    @ParameterizedTest
    @CsvSource({"configuration, 78", "CAP_NET_RAW, 77", "capture, 69", "output, 73", "service, 69", "live, 69"})
    void exitCodeTellsWhatIsMissingFirst(String missing, int code) {
        assertThat(DoctorCommand.exitCode(missing)).isEqualTo(code);
    }

    @Test
    void nothingMissingIsFine() {
        assertThat(DoctorCommand.exitCode(null)).isZero();
    }
}
