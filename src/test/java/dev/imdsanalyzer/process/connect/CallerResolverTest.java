package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.Clock;
import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.kernel.bpf.RecordBytes;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.proc.PidStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real processes, of which records are made up: two that run the same, below this one. */
@LinuxOnly("processes in /proc")
class CallerResolverTest {
    private static final int GONE = 5_000_001;
    private static final long NANOS_PER_TICK = 1_000_000_000L / Clock.ticksPerSecond();

    private final List<Process> started = new ArrayList<>();
    private final int self = (int) ProcessHandle.current().pid();
    private ProcessReader reader;
    private CallerResolver resolver;
    private int first;
    private int second;

    @BeforeEach
    void open() throws IOException {
        reader = new ProcessReader();
        resolver = new CallerResolver(reader, true, 0);
        first = start(Path.of("/usr"));
        second = start(Path.of("/etc"));
    }

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
        reader.close();
    }

    private int start(Path directory) throws IOException {
        Process process =
                new ProcessBuilder("sleep", "600").directory(directory.toFile()).start();
        started.add(process);
        awaitArguments(process);
        return (int) process.pid();
    }

    /** The process is there a moment before its arguments are (load_elf_binary in fs/binfmt_elf.c sets them last). */
    private static void awaitArguments(Process process) throws IOException {
        Path arguments = Path.of("/proc/" + process.pid() + "/cmdline");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Files.readString(arguments).startsWith("sleep\0")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private RecordBytes record(int pid, String... arguments) throws IOException {
        List<String> parts = new ArrayList<>(List.of(Files.readSymbolicLink(Path.of("/proc/" + first + "/exe"))
                .toString()
                .substring(1)
                .split("/", -1)));
        Collections.reverse(parts);
        return RecordBytes.connect(pid, pid)
                .caller(pid, 0, "sleep")
                .process("sleep", startOf(pid), 0, 7)
                .path(parts.toArray(new String[0]))
                .flag(ConnectRecord.FLAG_PATH_COMPLETE)
                .arguments(arguments);
    }

    private long startOf(int pid) {
        PidStat stat = reader.stat(pid);
        return stat == null ? 1 : stat.startTicks() * NANOS_PER_TICK;
    }

    /** Below this process, which has executed a program since the kernel remembers them. */
    private Caller resolve(int pid, long execNanos, String argument) throws IOException {
        return resolver.resolve(record(pid, "sleep", argument)
                .ancestor(self, startOf(self), "java")
                .program(0, execNanos, "/usr/bin/sleep", "srv\0", "sleep", argument)
                .program(1, 17, "/usr/bin/java", "srv\0", "java")
                .record());
    }

    @Test
    void aCallerThatRunsTheSameIsNotReadAgain() throws IOException {
        Caller one = resolve(first, 100, "600");
        Caller other = resolve(second, 200, "600");

        assertThat(other.isLike(one)).isTrue();
        assertThat(other.pid()).isEqualTo(second);
        assertThat(other.workingDirectory()).as("of the one that was read").isEqualTo("/usr");
        assertThat(other)
                .usingRecursiveComparison()
                .ignoringFields("process.pid", "process.startNanos")
                .isEqualTo(one);
    }

    /** It may be hidden from whoever asks, and be in another container. */
    @Test
    void oneWhoseControlGroupsCannotBeReadIsNotAnsweredOutOfMemoryAlone() throws IOException {
        resolve(first, 100, "600");
        ConnectRecord gone = record(GONE, "sleep", "600")
                .ancestor(self, startOf(self), "java")
                .program(0, 200, "/usr/bin/sleep", "srv\0", "sleep", "600")
                .program(1, 17, "/usr/bin/java", "srv\0", "java")
                .record();
        boolean told = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));

        assertThat(resolver.remembered(gone, false) != null).as("by the record").isEqualTo(told);
    }

    /** The kernel's memory of programs is used again and again; lengths go up to the next multiple of eight. */
    @Test
    void whatAnotherProgramLeftBehindTheTextMakesNoOtherCaller() throws IOException {
        List<Caller> callers = new ArrayList<>();
        for (int leftOver : new int[] {0, 'x'}) {
            callers.add(resolver.resolve(record(leftOver == 0 ? first : second, "sleep", "600")
                    .ancestor(self, startOf(self), "java")
                    .program(0, 100 + leftOver, "/usr/bin/sleep", "srv\0", "sleep", "600")
                    .leftOver(leftOver)
                    .program(1, 17, "/usr/bin/java", "srv\0", "java")
                    .record()));
        }

        assertThat(callers.get(1).isLike(callers.get(0))).isTrue();
    }

    /** A thousand callers of one script are kept, and most of their ancestors are the same ones. */
    @Test
    void callersBelowTheSameProcessesShareThem() throws IOException {
        Caller one = resolve(first, 100, "600");
        Caller other = resolve(second, 200, "600");

        assertThat(other.ancestors()).isSameAs(one.ancestors());
    }

    @Test
    void otherArgumentsMakeAnotherCaller() throws IOException {
        Caller one = resolve(first, 100, "600");
        Caller other = resolve(second, 200, "601");

        assertThat(other.isLike(one)).isFalse();
        assertThat(other.commandLine()).isEqualTo("sleep 601");
    }

    @Test
    void theOrderOfProgramsMakesAnotherCaller() throws IOException {
        List<Caller> callers = new ArrayList<>();
        for (boolean swapped : new boolean[] {false, true}) {
            int pid = swapped ? second : first;
            callers.add(resolver.resolve(record(pid, "sleep", "600")
                    .ancestor(self, startOf(self), "java")
                    .program(0, swapped ? 2 : 1, "/usr/bin/env", "srv\0", "env", "sleep")
                    .program(0, swapped ? 1 : 2, "/usr/bin/sleep", "srv\0", "sleep", "600")
                    .program(1, 17, "/usr/bin/java", "srv\0", "java")
                    .record()));
        }

        assertThat(callers.get(1).isLike(callers.get(0))).isFalse();
    }

    @Test
    void whatCouldNotBeReadStandsForNobodyElse() throws IOException {
        Caller gone = resolve(GONE, 100, "600");
        Caller read = resolve(first, 200, "600");

        assertThat(gone.workingDirectory()).isNull();
        assertThat(read.isLike(gone)).isFalse();
        assertThat(read.workingDirectory()).isNotNull();
    }

    /** It may have wiped a secret from its arguments, which the kernel's memory would bring back. */
    @Test
    void anAncestorThatIsGoneStandsForNoOther() throws IOException {
        List<Caller> callers = new ArrayList<>();
        for (int pid : new int[] {first, second}) {
            callers.add(resolver.resolve(record(pid, "sleep", "600")
                    .ancestor(GONE, 5, "run.sh")
                    .program(0, pid, "/usr/bin/sleep", "srv\0", "sleep", "600")
                    .program(1, 17, "/srv/run.sh", "srv\0", "/bin/sh", "/srv/run.sh")
                    .script()
                    .record()));
        }

        assertThat(callers.get(1).isLike(callers.get(0))).isFalse();
        assertThat(callers)
                .extracting(caller -> caller.ancestors().get(0).script())
                .containsOnly("/srv/run.sh");
    }

    /** Older than the kernel's memory: only its number says what it runs. */
    @Test
    void anAncestorWhoseProgramsNobodyRemembersIsItself() throws IOException {
        CallerResolver late = new CallerResolver(reader, true, Long.MAX_VALUE - 1);
        List<Caller> callers = new ArrayList<>();
        int[] parents = {self, first, self};
        for (int i = 0; i < parents.length; i++) {
            int pid = i == 2 ? second : start(Path.of("/usr"));
            callers.add(late.resolve(record(pid, "sleep", "600")
                    .ancestor(parents[i], startOf(parents[i]), "java")
                    .program(0, i, "/usr/bin/sleep", "srv\0", "sleep", "600")
                    .record()));
        }

        assertThat(callers.get(1).isLike(callers.get(0))).isFalse();
        assertThat(callers.get(2).isLike(callers.get(0))).isTrue();
    }
}
