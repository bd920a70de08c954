package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.doctor.Check.State;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@LinuxOnly("a host with systemd and /proc")
class HostChecksTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource({
        "6.1.102-111.182.amzn2023.x86_64, 6, 1",
        "4.14.355-275.582.amzn2.x86_64, 4, 14",
        "5.8, 5, 8",
        "nonsense, 0, 0"
    })
    void releaseIsItsFirstTwoNumbers(String release, int major, int minor) {
        assertThat(KernelRelease.parse(release)).isEqualTo(new KernelRelease(major, minor));
    }

    @Test
    void releasesAreComparedAsNumbers() {
        assertThat(new KernelRelease(5, 10).atLeast(5, 8)).isTrue();
        assertThat(new KernelRelease(6, 1).atLeast(5, 8)).isTrue();
        assertThat(new KernelRelease(4, 19).atLeast(5, 8)).isFalse();
        assertThat(new KernelRelease(5, 7).atLeast(5, 8)).isFalse();
    }

    @Test
    void oldKernelIsWeak() throws IOException {
        write("proc/sys/kernel/osrelease", "4.14.355-275.582.amzn2.x86_64\n");
        assertThat(new KernelChecks(root).kernel().state()).isEqualTo(State.WEAK);
        write("proc/sys/kernel/osrelease", "4.17.19\n");
        assertThat(new KernelChecks(root).kernel().state()).isEqualTo(State.WEAK);
        write("proc/sys/kernel/osrelease", "4.18.0\n");
        assertThat(new KernelChecks(root).kernel().state()).isEqualTo(State.OK);
    }

    @Test
    void tracefsIsLookedForInBothPlaces() throws IOException {
        assertThat(new KernelChecks(root).tracefs().found()).isEqualTo("not mounted");
        Files.createDirectories(root.resolve("sys/kernel/tracing"));
        assertThat(new KernelChecks(root).tracefs().found()).isEqualTo("not mounted");
        Files.createDirectories(root.resolve("sys/kernel/debug/tracing/events"));
        assertThat(new KernelChecks(root).tracefs())
                .isEqualTo(Check.ok("tracefs", "mounted at " + root.resolve("sys/kernel/debug/tracing")));
    }

    @Test
    void tracefsIsNotNeededWhereBtfTellsEnough() throws IOException {
        write("sys/kernel/btf/vmlinux", "");
        write("proc/sys/kernel/osrelease", "5.4.0");
        assertThat(new KernelChecks(root).tracefs().state()).isEqualTo(State.WEAK);
        write("proc/sys/kernel/osrelease", "5.15.0-1");
        assertThat(new KernelChecks(root).tracefs())
                .isEqualTo(Check.ok("tracefs", "not mounted; not needed, as BTF tells enough for the raw tracepoint"));
    }

    @Test
    void btfIsAFile() throws IOException {
        assertThat(new KernelChecks(root).btf().state()).isEqualTo(State.WEAK);
        write("sys/kernel/btf/vmlinux", "");
        assertThat(new KernelChecks(root).btf().state()).isEqualTo(State.OK);
    }

    @Test
    void hiddenProcessesAreTold() throws IOException {
        write("self/mounts", "proc /proc proc rw,nosuid,hidepid=invisible,gid=4 0 0\n");
        assertThat(ProcessCheck.of(root).state()).isEqualTo(State.WEAK);
        assertThat(ProcessCheck.of(root).found()).contains("hidden").contains("hidepid=invisible");
        write("1/stat", "1 (init)");
        write("1/cmdline", "init");
        assertThat(ProcessCheck.of(root).found()).contains("descriptors may not be read");
        Files.createDirectories(root.resolve("1/fd"));
        write("self/mounts", "proc /proc proc rw,nosuid,hidepid=0 0 0\n");
        assertThat(ProcessCheck.of(root)).extracting(Check::state).isEqualTo(State.OK);
        assertThat(ProcessCheck.of(root).found()).doesNotContain("hidepid");
    }

    @Test
    void outputThatDoesNotExistYetCanBeCreated() throws ConfigurationException {
        assertThat(OutputCheck.of(Configuration.defaults()).found()).isEqualTo("standard output");
        for (String destination :
                new String[] {root.resolve("folder") + "/", root.resolve("file").toString()}) {
            Check check = OutputCheck.of(output(destination, "128KiB"));
            assertThat(check.state()).isEqualTo(State.OK);
            assertThat(check.found()).contains("can be created").contains("MiB free");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void outputInAFolderThatRunDoesNotMakeIsMissing() throws ConfigurationException {
        for (String destination :
                new String[] {root.resolve("a/b") + "/", root.resolve("a/file").toString()}) {
            Check check = OutputCheck.of(output(destination, "128KiB"));
            assertThat(check.state()).isEqualTo(State.MISSING);
            assertThat(check.found()).isEqualTo("there is no folder " + root.resolve("a"));
        }
    }

    @Test
    void folderThatTheUnitMakesIsNotMissing() throws ConfigurationException {
        Path folder = root.resolve("a/b");
        SystemdService service =
                ShowTexts.service("inactive", "ExecStartPre", "{ argv[]=install -d " + folder + " ; }");
        Check check = OutputCheck.of(output(folder + "/", "128KiB"), new ServiceAccess(service, ""));
        assertThat(check.state()).isEqualTo(State.OK);
        assertThat(check.found()).contains("made by the service's unit").contains("MiB free");
    }

    @Test
    void outputIsJudgedForTheServicesUser() throws ConfigurationException {
        SystemdService stranger = ShowTexts.service("inactive", "ProtectSystem", "no");
        Check refused = OutputCheck.of(output(root + "/", "128KiB"), new ServiceAccess(stranger, ""));
        assertThat(refused.state()).isEqualTo(State.MISSING);
        assertThat(refused.name()).isEqualTo("output");
        SystemdService administrator =
                SystemdService.parse(ShowTexts.text("inactive").replaceAll("(?m)^(User|ProtectSystem)=.*$", ""));
        Check check = OutputCheck.of(output(root + "/", "128KiB"), new ServiceAccess(administrator, ""));
        assertThat(check.state()).isEqualTo(State.OK);
        assertThat(check.found()).contains("can be written to by the service's user root, ");
    }

    @Test
    void tooLittleRoomIsWeak() throws ConfigurationException {
        Check check = OutputCheck.of(output(root + "/", "1TiB"));
        assertThat(check.state()).isEqualTo(State.WEAK);
        assertThat(check.found()).contains("1048576 MiB wanted");
    }

    @Test
    void fileInThePlaceOfTheFolderIsMissing() throws IOException, ConfigurationException {
        write("file", "");
        Check check = OutputCheck.of(output(root.resolve("file") + "/", "128KiB"));
        assertThat(check.state()).isEqualTo(State.MISSING);
        assertThat(check.found()).isEqualTo(root.resolve("file") + " is no folder");
    }

    @Test
    void outputBelowAFileIsMissing() throws IOException, ConfigurationException {
        write("file", "");
        assertThat(OutputCheck.of(output(root.resolve("file/below") + "/", "128KiB"))
                        .state())
                .isEqualTo(State.MISSING);
    }

    private static Configuration output(String destination, String totalSize) throws ConfigurationException {
        return new ConfigurationReader()
                .option("test", Setting.OUTPUT_DESTINATION, destination)
                .option("test", Setting.OUTPUT_TOTAL_SIZE, totalSize)
                .read();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
