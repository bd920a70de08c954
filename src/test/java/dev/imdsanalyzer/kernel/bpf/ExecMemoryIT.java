package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

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
            if (view.kind() == ConnectRecord.KIND_CONNECT) {
                assertThat(view.has(ConnectRecord.FLAG_PROGRAMS_CUT)).isFalse();
                for (int link = 0; link <= view.ancestorCount(); link++) {
                    programs.add(
                            view.programs(link).stream().map(ExecMemoryIT::text).toList());
                }
            }
        });
        return programs;
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
}
