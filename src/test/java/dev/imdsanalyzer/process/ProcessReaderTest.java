package dev.imdsanalyzer.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against real processes: children of the test that wait on their standard input. */
@LinuxOnly("processes in /proc")
class ProcessReaderTest {
    private ProcessReader reader;
    private Process child;

    @BeforeEach
    void open() throws IOException {
        reader = new ProcessReader();
    }

    @AfterEach
    void close() {
        reader.close();
        if (child != null) {
            child.destroyForcibly();
        }
    }

    /** A caller named by the kernel's record and the same one named by its socket are one process. */
    @Test
    void givesAProcessOneStartTimeWhoeverReadsIt() throws Exception {
        int self = (int) ProcessHandle.current().pid();
        Set<Long> starts = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            try (ProcessReader another = new ProcessReader()) {
                starts.add(another.startNanos(another.stat(self)));
            }
        }
        assertThat(starts).hasSize(1);
    }

    @Test
    void tellsEverythingOfAProcess(@TempDir Path directory) throws Exception {
        child = start(directory, "sh", "-c", "read line; :", "--password=hunter2", "it's");
        Caller caller = reader.read((int) child.pid(), AttributionMethod.SOCKET);

        assertThat(caller.method()).isEqualTo(AttributionMethod.SOCKET);
        assertThat(caller.reason()).isNull();
        assertThat(caller.pid()).isEqualTo((int) child.pid());
        assertThat(caller.name()).isEqualTo("sh");
        assertThat(caller.executable())
                .isEqualTo(Path.of("/bin/sh").toRealPath().toString());
        assertThat(caller.commandLine()).isEqualTo("sh -c 'read line; :' --password=REDACTED 'it'\\''s'");
        assertThat(caller.script()).isNull();
        assertThat(caller.workingDirectory()).isEqualTo(directory.toRealPath().toString());
        assertThat(caller.userName()).isEqualTo(System.getProperty("user.name"));
        assertThat(caller.networkNamespace()).isPositive();
        assertThat(caller.startNanos() / 1_000_000)
                .isCloseTo(
                        child.info().startInstant().orElseThrow().toEpochMilli(),
                        org.assertj.core.data.Offset.offset(2_000L));
        Ancestor parent = caller.ancestors().get(0);
        assertThat(parent.pid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(parent.name()).isEqualTo("java");
        assertThat(caller.ancestors().get(caller.ancestors().size() - 1).pid()).isEqualTo(1);
    }

    @Test
    void namesTheScriptThatAnInterpreterRuns(@TempDir Path directory) throws Exception {
        Path script = Files.writeString(directory.resolve("wait.sh"), "read line\n:\n");
        child = start(directory, "sh", "./wait.sh");
        Caller caller = reader.read((int) child.pid(), AttributionMethod.CONNECT);
        assertThat(caller.script()).isEqualTo(script.toRealPath().toString());
    }

    @Test
    void keepsThePathOfAnExecutableThatIsGone(@TempDir Path directory) throws Exception {
        Path program = directory.toRealPath().resolve("gone");
        Files.copy(Path.of("/bin/cat").toRealPath(), program);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        child = start(directory, program.toString());
        Files.delete(program);
        assertThat(reader.read((int) child.pid(), AttributionMethod.SOCKET).executable())
                .isEqualTo(program.toString());
    }

    @Test
    void knowsNothingOfAProcessThatIsGone() throws Exception {
        child = start(Path.of("/"), "true");
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.read((int) child.pid(), AttributionMethod.SOCKET)).isNull();
        assertThat(reader.ancestors((int) child.pid())).isEmpty();
    }

    @Test
    void cutsALongCommandLineWithAMark() throws Exception {
        child = start(Path.of("/"), "sh", "-c", "read line", "x".repeat(10_000));
        String commandLine =
                reader.read((int) child.pid(), AttributionMethod.SOCKET).commandLine();
        assertThat(commandLine).startsWith("sh -c 'read line' xxx").endsWith("x…");
        assertThat(commandLine.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hasSize(4096);
    }

    @Test
    void givesAncestorsTheirOwnArguments() throws Exception {
        child = start(Path.of("/"), "sh", "-c", "sh -c 'read line; :'; :");
        List<ProcessHandle> grandchildren = child.children().toList();
        while (grandchildren.isEmpty() && child.isAlive()) {
            Thread.onSpinWait();
            grandchildren = child.children().toList();
        }
        int pid = (int) grandchildren.get(0).pid();
        List<Ancestor> ancestors = reader.ancestors(pid);
        assertThat(ancestors.get(0).pid()).isEqualTo((int) child.pid());
        assertThat(ancestors.get(0).commandLine()).isEqualTo("sh -c 'sh -c '\\''read line; :'\\''; :'");
        assertThat(reader.ancestors(pid)).isEqualTo(ancestors);
    }

    private static Process start(Path directory, String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).directory(directory.toFile()).start();
        // The JDK's launcher runs first; the program's own name shows once it runs.
        String launcher = "jspawnhelper";
        while (process.isAlive()
                && process.info().command().map(c -> c.contains(launcher)).orElse(true)) {
            Thread.onSpinWait();
        }
        return process;
    }
}
