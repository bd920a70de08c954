package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultCheckTest {
    @TempDir
    private Path folder;

    @Test
    void noFileIsNoFault() {
        assertThat(FaultCheck.of(folder)).isEqualTo(Check.ok("faults", "the service tells of none"));
    }

    @Test
    void threeKindsAreShownWithTheirFirstPlaces() throws IOException {
        Files.writeString(
                folder.resolve("faults"),
                "2 times, 2026-11-30T09:00:00Z to 2026-11-30T09:00:05Z: java.lang.IllegalStateException at a.B.c(B.java:7)"
                        + " at a.D.e(D.java:8) caused by x at y.Z.z(Z.java:1)\n"
                        + "1 time, 2026-11-30T09:00:00Z: second\n1 time, 2026-11-30T09:00:00Z: third\n"
                        + "1 time, 2026-11-30T09:00:00Z: fourth\n");

        Check check = FaultCheck.of(folder);

        assertThat(check.state()).isEqualTo(Check.State.WEAK);
        assertThat(check.found())
                .isEqualTo("survived by the service since its start: 4 kinds; 2 times, 2026-11-30T09:00:00Z to"
                        + " 2026-11-30T09:00:05Z: java.lang.IllegalStateException at a.B.c(B.java:7);"
                        + " 1 time, 2026-11-30T09:00:00Z: second; 1 time, 2026-11-30T09:00:00Z: third");
        assertThat(check.mend()).contains(folder + "/faults");
    }
}
