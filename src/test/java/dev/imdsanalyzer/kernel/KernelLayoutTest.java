package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@LinuxOnly("its system calls and structs")
class KernelLayoutTest {
    @Tag("programs")
    @ParameterizedTest
    @ValueSource(strings = {"gcc", "aarch64-linux-gnu-gcc"})
    void numbersAreThoseOfTheKernelsHeaders(String compiler, @TempDir Path directory) throws Exception {
        assumeTrue(isInstalled(compiler), compiler + " is not installed");
        Path source = directory.resolve("layout.c");
        try (InputStream resource = getClass().getResourceAsStream("layout.c")) {
            Files.copy(resource, source);
        }
        Process process = new ProcessBuilder(compiler, "-fsyntax-only", source.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean headers = !output.contains("No such file or directory");
        assumeTrue(headers, "the headers of the C library or the kernel are not installed: " + output);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Test
    void systemCallNumbersDifferByMachine() {
        assertThat(SystemCallNumber.BPF.value("amd64")).isEqualTo(321);
        assertThat(SystemCallNumber.BPF.value("aarch64")).isEqualTo(280);
        assertThat(SystemCallNumber.PERF_EVENT_OPEN.value("amd64")).isEqualTo(298);
        assertThat(SystemCallNumber.PERF_EVENT_OPEN.value("aarch64")).isEqualTo(241);
        assertThat(OpenFlags.directory("aarch64")).isEqualTo(0x4000);
        assertThat(OpenFlags.directory("amd64")).isEqualTo(0x10000);
        assertThat(OpenFlags.noFollow("aarch64")).isEqualTo(0x8000);
        assertThat(OpenFlags.noFollow("amd64")).isEqualTo(0x20000);
    }

    @Test
    void readsFilesLinksAndListsOfProc() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        try (ProcFileSystem proc = new ProcFileSystem()) {
            assertThat(new String(proc.read(self, "comm", 64), StandardCharsets.UTF_8))
                    .isEqualTo("java\n");
            assertThat(proc.read(self, "comm", 2)).hasSize(2);
            assertThat(proc.read(self, "status", 1 << 16).length).isGreaterThan(500);
            assertThat(proc.readLink(self, "cwd"))
                    .isEqualTo(Path.of("").toRealPath().toString());
            assertThat(proc.pids()).contains(1, self).isSorted();
            assertThat(proc.owner(self)).isEqualTo(Libc.geteuid());
            assertThat(proc.namespace(self, "net")).isPositive();
            assertThat(proc.read(self, "no such file", 1)).isNull();
            assertThat(proc.errno()).isEqualTo(Errno.ENOENT);
            assertThat(proc.owner(Integer.MAX_VALUE)).isEqualTo(-1);
            assertThat(proc.isProcess(self)).isTrue();
        }
    }

    @Test
    void tellsAThreadFromAProcess() throws Exception {
        int self = (int) ProcessHandle.current().pid();
        try (ProcFileSystem proc = new ProcFileSystem();
                var tasks = Files.list(Path.of("/proc/self/task"))) {
            int thread = tasks.mapToInt(
                            task -> Integer.parseInt(task.getFileName().toString()))
                    .filter(id -> id != self)
                    .findFirst()
                    .orElseThrow();
            boolean told = !proc.isProcess(thread);
            assumeTrue(told || proc.errno() != Errno.ENOSYS, "pidfd_open(2) needs Linux 5.3");
            assertThat(told).isTrue();
        }
    }

    @Test
    void readsRegularFilesBelowARootAndNothingElse(@TempDir Path directory) throws IOException {
        int self = (int) ProcessHandle.current().pid();
        Path file = Files.writeString(directory.toRealPath().resolve("file"), "content");
        try (RootedFile rooted = RootedFile.open(self, file.toString())) {
            assertThat(rooted.status().size()).isEqualTo(7);
            assertThat(rooted.readStart(4)).isEqualTo("cont".getBytes(StandardCharsets.US_ASCII));
            byte[] end = new byte[5];
            assertThat(rooted.read(4, end, 1, 4)).isEqualTo(3);
        }
        assertThat(RootedFile.open(self, "/dev/zero")).isNull();
        assertThat(RootedFile.open(self, "/")).isNull();
        assertThat(RootedFile.open(self, "/proc/self/fd/0")).isNull();
        assertThat(RootedFile.open(self, "/" + "x".repeat(5000))).isNull();
    }

    @Test
    void readsTheEffectiveCapabilities() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(text -> text.startsWith("CapEff:"))
                .findFirst()
                .orElseThrow();
        long mask = Long.parseUnsignedLong(line.substring("CapEff:".length()).trim(), 16);
        for (Capability capability : Capability.values()) {
            assertThat(Capabilities.has(capability)).isEqualTo((mask >>> capability.number() & 1) != 0);
        }
    }

    @Test
    void givesUpCapabilitiesOfTheCallingThreadAlone() throws Exception {
        java.util.Set<Capability> before = Capabilities.effective();
        assumeTrue(before.contains(Capability.CAP_NET_RAW), "there is none to give up (run as root)");
        var after = new java.util.concurrent.atomic.AtomicReference<java.util.Set<Capability>>();
        var failure = new java.util.concurrent.atomic.AtomicReference<Throwable>();
        Thread thread = new Thread(() -> {
            try {
                Capabilities.keepOnly(java.util.Set.of(Capability.CAP_SYS_PTRACE));
                after.set(Capabilities.effective());
            } catch (KernelException e) {
                failure.set(e);
            }
        });
        thread.start();
        thread.join();
        assertThat(failure.get()).isNull();
        assertThat(after.get()).containsExactly(Capability.CAP_SYS_PTRACE);
        assertThat(Capabilities.effective()).isEqualTo(before);
    }
}
