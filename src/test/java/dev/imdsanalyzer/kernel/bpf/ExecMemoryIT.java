package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.kernel.perf.CpuList;
import dev.imdsanalyzer.kernel.perf.Tracefs;
import dev.imdsanalyzer.live.LiveTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel has remembered of callers and their ancestors, while nobody listens, and all of them are gone. */
@LiveTest
class ExecMemoryIT {
    @TempDir
    Path folder;

    private ConnectPeers peers;
    private ConnectProbe probe;

    @BeforeEach
    void open() throws Exception {
        peers = new ConnectPeers(false, line -> {});
        probe = Tracefs.call(() -> ConnectProbe.open(true));
    }

    @AfterEach
    void close() throws IOException {
        probe.close();
        peers.close();
    }

    /** Of each link that has any: its programs' paths and arguments, "path: arguments (directory)". */
    private List<List<String>> programs() {
        ConnectRecord view = new ConnectRecord();
        List<List<String>> programs = new ArrayList<>();
        probe.drain(record -> {
            assertThat(view.wrap(record)).isTrue();
            if (view.kind() == ConnectRecord.KIND_CONNECT && isOurs(view)) {
                assertThat(view.has(ConnectRecord.FLAG_PROGRAMS_CUT)).isFalse();
                for (int link = 0; link <= view.ancestorCount(); link++) {
                    programs.add(
                            view.programs(link).stream().map(ExecMemoryIT::text).toList());
                }
            }
        });
        return programs;
    }

    /** The kernel tells of every connect on the machine. */
    private boolean isOurs(ConnectRecord record) {
        String path = PathParts.join(new String(record.pathParts(), StandardCharsets.UTF_8));
        return path.equals(peers.program().toString());
    }

    /** What the lost parent and those above it had executed. */
    private List<List<String>> lostPrograms(int orphan) {
        ConnectRecord view = new ConnectRecord();
        List<List<String>> programs = new ArrayList<>();
        probe.drain(record -> {
            if (view.wrap(record) && view.kind() == ConnectRecord.KIND_CONNECT && isOurs(view)) {
                assertThat(view.has(ConnectRecord.FLAG_ORPHAN)).isTrue();
                assertThat(view.orphan()).isEqualTo(orphan);
                for (int level = 0; level < ConnectRecord.LOST_PARENTS; level++) {
                    programs.add(view.lostPrograms(level).stream()
                            .map(ExecMemoryIT::text)
                            .toList());
                }
            }
        });
        return programs;
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "::", textBlock = """
            0 :: sleep 0.3; exec CURL
            1 :: sleep 0.3; CURL; true
            1 :: sleep 0.3; bash -c 'true; exec CURL'; true
            2 :: sleep 0.3; (CURL; true); true
            """)
    void whoOutlivesItsScriptIsToldWhatThatWas(int orphan, String text) throws Exception {
        script("job.sh", "#!/bin/bash\n(" + text.replace("CURL", refused()) + ") &\nexit 0\n");
        // The pipe is open until the last of them has ended.
        run("bash", "-c", "./job.sh | cat");

        assertThat(lostPrograms(orphan).get(0))
                .containsExactly("./job.sh (script): /bin/bash ./job.sh (" + folder + ")");
    }

    private static String text(ExecutedProgram program) {
        assertThat(program.pathCut()).isFalse();
        return program.path() + (program.script() ? " (script): " : ": ")
                + String.join(" ", new String(program.arguments(), StandardCharsets.UTF_8).split("\0"))
                + (program.argumentsCut() ? "…" : "") + " (" + program.workingDirectory() + ")";
    }

    private Path script(String name, String text) throws IOException {
        Path script = Files.writeString(folder.resolve(name), text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void run(String... command) throws IOException {
        ConnectPeers.run(peers.host().command(List.of(command)).directory(folder.toFile()));
    }

    private String refused() {
        return peers.program() + " refused -";
    }

    @Test
    void aScriptIsNamedByItsOwnPathWithItsArgumentsAndDirectory() throws Exception {
        script("job.sh", "#!/bin/bash -u\n" + refused() + "\ntrue\n");
        run("./job.sh", "--for", "a b");

        List<List<String>> programs = programs();
        assertThat(programs.get(0)).containsExactly(peers.program() + ": " + refused() + " (" + folder + ")");
        assertThat(programs.get(1))
                .last()
                .isEqualTo("./job.sh (script): /bin/bash -u ./job.sh --for a b (" + folder + ")");
    }

    @Test
    void theScriptStaysWhereItsProcessBecomesAnotherProgram() throws Exception {
        run("bash", "-c", "true; exec " + refused());

        assertThat(programs().get(0))
                .hasSize(3)
                .last()
                .isEqualTo(peers.program() + ": " + refused() + " (" + folder + ")");
    }

    @Test
    void onlyTheLastThreeProgramsOfAProcessAreKept() throws Exception {
        run("env", "A=1", "env", "B=2", "env", "C=3", peers.program().toString(), "refused", "-");

        assertThat(programs().get(0))
                .extracting(program -> program.substring(program.indexOf(": ") + 2))
                .containsExactly(
                        "env B=2 env C=3 " + refused() + " (" + folder + ")",
                        "env C=3 " + refused() + " (" + folder + ")",
                        refused() + " (" + folder + ")");
    }

    @Test
    void longArgumentsAreCutWithAMark() throws Exception {
        run(peers.program().toString(), "refused", "x".repeat(4000));

        assertThat(programs().get(0))
                .last()
                .satisfies(program -> assertThat(program)
                        .contains(" refused xxx")
                        .contains("x…")
                        .hasSizeGreaterThan(300));
    }

    @Test
    void aSubshellHasNothingOfItsOwn() throws Exception {
        run("bash", "-c", "(" + refused() + "; true); true");

        List<List<String>> programs = programs();
        assertThat(programs.get(0)).singleElement().asString().contains(refused());
        assertThat(programs.get(1)).as("the subshell").isEmpty();
        assertThat(programs.get(2)).last().asString().contains(": bash -c (");
    }

    private static List<String> anotherUser(String... command) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"));
        all.addAll(List.of(command));
        return all;
    }

    /** Starts a script that waits, and goes on once something is written into the pipe. */
    private Process waitingScript(Path pipe) throws Exception {
        ConnectPeers.run(new ProcessBuilder("mkfifo", pipe.toString()));
        script("wait.sh", "#!/bin/bash\necho waiting\nread line <" + pipe + "\n" + refused() + "\ntrue\n");
        Process process = peers.host()
                .command(List.of("./wait.sh", "--patiently"))
                .directory(folder.toFile())
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("waiting");
        return process;
    }

    private void assertStillKnown(Process script, Path pipe) throws Exception {
        Files.writeString(pipe, "go\n");
        assertThat(script.waitFor()).isZero();
        assertThat(programs().get(1))
                .last()
                .isEqualTo("./wait.sh (script): /bin/bash ./wait.sh --patiently (" + folder + ")");
    }

    /** As many in all as in a minute with some 130 a second, or three times what there is room for. */
    @Test
    void aScriptThatWaitsStaysBesideTheExecsOfAnotherUser() throws Exception {
        Path pipe = folder.resolve("pipe");
        Process script = waitingScript(pipe);
        int execs = 4 * ExecMemory.entries(CpuList.online().size());
        Files.setPosixFilePermissions(peers.program().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        ConnectPeers.run(new ProcessBuilder(
                anotherUser(peers.program().toString(), "spawn", "/bin/true", Integer.toString(execs))));

        assertStillKnown(script, pipe);
    }

    @Test
    void aScriptThatWaitsStaysBesideAnotherUsersManyProcesses() throws Exception {
        Path pipe = folder.resolve("pipe");
        Process script = waitingScript(pipe);
        int processes = 2 * ExecMemory.entries(CpuList.online().size());
        Files.setPosixFilePermissions(peers.program().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Process many = new ProcessBuilder(
                        anotherUser(peers.program().toString(), "children", "/bin/sleep", Integer.toString(processes)))
                .start();
        try {
            assertThat(many.inputReader().readLine()).isEqualTo("ready");
            assertStillKnown(script, pipe);
        } finally {
            many.getOutputStream().close();
            many.waitFor();
        }
    }
}
