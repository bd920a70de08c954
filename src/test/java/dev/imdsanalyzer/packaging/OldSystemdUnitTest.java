package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit that the RPM installs beside a systemd older than 229: only what such a systemd knows, and the least of it. */
class OldSystemdUnitTest {
    private static final Path UNIT = Path.of("packaging/rpm/systemd-before-229.service");

    /**
     * All of these stand in the table that such a systemd reads units by, src/core/load-fragment-gperf.gperf.m4 of the time between
     * 219 and 226; the service's own unit uses dozens that do not.
     */
    private static final Set<String> KNOWN_TO_219 = Set.of(
            "Description",
            "Documentation",
            "DefaultDependencies",
            "After",
            "Wants",
            "Before",
            "Conflicts",
            "Type",
            "NotifyAccess",
            "PermissionsStartOnly",
            "ExecStartPre",
            "ExecStart",
            "ExecReload",
            "WatchdogSec",
            "TimeoutStartSec",
            "TimeoutStopSec",
            "Restart",
            "RestartSec",
            "StartLimitInterval",
            "RestartPreventExitStatus",
            "SuccessExitStatus",
            "Group",
            "UMask",
            "CapabilityBoundingSet",
            "NoNewPrivileges",
            "ProtectSystem",
            "ProtectHome",
            "PrivateDevices",
            "SystemCallArchitectures",
            "RestrictAddressFamilies",
            "MemoryLimit",
            "Nice",
            "CPUShares",
            "LimitNOFILE",
            "LimitCORE",
            "LimitMEMLOCK",
            "WantedBy");

    private static List<String> settings() throws IOException {
        return Files.readAllLines(UNIT).stream()
                .filter(line -> line.matches("[A-Za-z]+=.*"))
                .toList();
    }

    @Test
    void asksForNothingThatSystemd219DoesNotKnow() throws IOException {
        assertThat(settings())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(KNOWN_TO_219).contains(line.substring(0, line.indexOf('='))));
        // "strict" and the prefix "+" came with 232 and 231, names of groups of system calls with 231.
        assertThat(settings())
                .contains("ProtectSystem=full")
                .noneMatch(line -> line.matches("Exec[A-Za-z]+=-?\\+.*") || line.contains("=@"));
    }

    /** Its config_parse_limit (src/core/load-fragment.c) takes a number and nothing behind it, and ignores a line that has more. */
    @Test
    void givesLimitsOfResourcesAsPlainNumbers() throws IOException {
        assertThat(settings())
                .filteredOn(line -> line.matches("Limit[A-Z]+=.*"))
                .hasSizeGreaterThan(2)
                .allSatisfy(line -> assertThat(line).matches("Limit[A-Z]+=([0-9]+|infinity)"));
    }

    @Test
    void isBoundedToWhatItNeedsAsRoot() throws IOException {
        assertThat(settings())
                .contains(
                        "CapabilityBoundingSet=CAP_NET_RAW CAP_SYS_ADMIN CAP_DAC_READ_SEARCH CAP_SYS_PTRACE",
                        "NoNewPrivileges=yes")
                .noneMatch(line -> line.startsWith("User=") || line.startsWith("AmbientCapabilities="));
    }

    @Tag("programs")
    @Test
    void isAUnitThatSystemdTakes(@TempDir Path folder) throws Exception {
        Path unit = folder.resolve("imds-packet-analyzer.service");
        Files.writeString(unit, Files.readString(UNIT).replaceFirst("(?m)^ExecStart=.*$", "ExecStart=/bin/true"));
        assumeThat(Path.of("/usr/bin/systemd-analyze")).exists();
        Process verify = new ProcessBuilder("/usr/bin/systemd-analyze", "verify", "--man=no", unit.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(verify.waitFor()).as(said).isZero();
        assertThat(said.lines()
                        .filter(line -> line.contains("imds-packet-analyzer.service:"))
                        // Later systemds call these by other names.
                        .filter(line -> !line.contains("MemoryLimit")
                                && !line.contains("CPUShares")
                                && !line.contains("PermissionsStartOnly")))
                .isEmpty();
    }
}
