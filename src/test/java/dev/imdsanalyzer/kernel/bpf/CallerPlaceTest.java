package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@LinuxOnly("its system calls and structs")
class CallerPlaceTest {
    /** As makedev(3) of the C library makes them, for numbers that the kernel's 32 bits hold. */
    @ParameterizedTest
    @CsvSource({"8,1,0x801", "0,42,0x2a", "259,256,0x110300", "4095,1048575,0xffffffff"})
    void writesDevicesAsStatDoes(int major, int minor, String stat) {
        assertThat(CallerPlace.deviceAsInStat(major << 20 | minor)).isEqualTo(Long.decode(stat));
    }

    @Test
    void aRecordWithoutBtfSaysNothingOfThePlace() {
        CallerPlace place =
                RecordBytes.connect(1, 2).caller(10, 0, "curl").record().place();

        assertThat(place.known()).isFalse();
        assertThat(place.sharesHostPaths()).isFalse();
        assertThat(place.callersUsers().known()).isFalse();
        assertThat(place.callersUsers().initial()).isFalse();
        assertThat(place.networksUsers().owner()).isEqualTo(-1);
    }

    @Test
    void anExecutablePassedInFromAnotherMountNamespaceHasNoHostPath() {
        RecordBytes record = RecordBytes.connect(1, 2).process("curl", 5, 0, 7).hostPlace(100);
        assertThat(record.record().place().sharesHostPaths()).isTrue();
        assertThat(record.executableMounts(101).record().place().sharesHostPaths())
                .isFalse();
        assertThat(record.executableMounts(0).record().place().sharesHostPaths())
                .isFalse();
    }

    @Test
    void theTestMachinesOwnDevicesAreNumbersOfThisKind() throws Exception {
        long device = (Long) Files.getAttribute(Path.of("/proc"), "unix:dev");
        int minor = (int) ((device & 0xFF) | ((device >>> 12) & 0xFFF00));
        int major = (int) ((device >>> 8) & 0xFFF);
        assertThat(CallerPlace.deviceAsInStat(major << 20 | minor)).isEqualTo(device);
    }
}
