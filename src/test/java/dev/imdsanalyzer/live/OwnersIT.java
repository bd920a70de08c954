package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever runs curl is one caller, whatever had ended before it could be read: many runs, several at a time, beside a busy
 * loop on each of two processors.
 */
@LiveTest
class OwnersIT {
    private static final int RUNS = 40;
    private static final int AT_A_TIME = 8;
    private static final String CURL =
            "curl -s -o /dev/null http://" + Topology.IMDS_IPV4 + "/latest/meta-data/instance-id";

    @TempDir
    static Path folder;

    private static LiveScene scene;
    private static final List<Process> BUSY = new ArrayList<>();

    @BeforeAll
    static void open() {
        scene = LiveScene.set(folder, false);
        for (int i = 0; i < 2; i++) {
            BUSY.add(Processes.start(new ProcessBuilder("sh", "-c", "while :; do :; done")));
        }
    }

    @AfterAll
    static void close() {
        BUSY.forEach(Processes::stop);
        if (scene != null) {
            scene.close();
        }
    }

    /** CURL stands for the call, FOLDER for the one of the script. */
    @ParameterizedTest
    @CsvSource(delimiterString = "::", quoteCharacter = '`', textBlock = """
            script        :: sh      :: CURL; :
            becomes       :: sh      :: exec CURL
            subshell      :: sh      :: (CURL; :); :
            pipeline      :: sh      :: CURL | cat
            two-liner     :: sh      :: bash -c 'true; CURL; true'; :
            becomes-later :: sh      :: bash -c 'true; exec CURL'; :
            here-document :: sh      :: echo 'CURL; :' | bash; :
            xargs         :: sh      :: echo x | xargs -I N CURL; :
            timeout       :: sh      :: timeout 60 CURL; :
            environment   :: sh      :: env A=b CURL; :
            find          :: sh      :: find FOLDER -maxdepth 0 -exec CURL ';'; :
            function      :: bash    :: call() { CURL; }; call; :
            background    :: bash    :: CURL & wait
            left          :: sh      :: CURL & exit 0
            left-nohup    :: sh      :: nohup CURL >/dev/null 2>&1 &
            left-setsid   :: sh      :: setsid CURL &
            left-later    :: sh      :: (sleep 0.2; CURL; :) & exit 0
            left-twice    :: sh      :: ( (sleep 0.1; CURL; :) & ) & exit 0
            left-python   :: python3 :: import subprocess; subprocess.Popen("CURL".split())
            python        :: python3 :: import subprocess; subprocess.run("CURL".split())
            python-shell  :: python3 :: import os; os.system("CURL; :")
            perl          :: perl    :: system("CURL")
            ruby          :: ruby    :: system("CURL")
            node          :: node    :: require("child_process").execSync("CURL")
            php           :: php     :: <?php system("CURL");
            """)
    void aScriptIsOneCallerHoweverItRunsCurl(String kind, String interpreter, String content) throws IOException {
        Path script = script(kind, interpreter, content);
        assertOneCaller(scene.topology().host(), script.toString(), kind + " ");
        assertOneCaller(scene.topology().container(0), script.toString(), kind + " ");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "::", quoteCharacter = '`', textBlock = """
            cron      :: sh -c SCRIPT
            run-parts :: run-parts --regex=^job$ FOLDER
            sudo      :: sudo SCRIPT
            nice      :: nice -n 1 env A=b SCRIPT
            by-name   :: sh SCRIPT
            relative  :: cd FOLDER && ./job
            """)
    void aScriptIsOneCallerWhoeverRunsIt(String kind, String how) throws IOException {
        String starter = how.substring(0, how.indexOf(' '));
        Assumptions.assumeFalse(found(starter).isEmpty(), starter + " is not installed");
        Path own = Files.createDirectory(folder.resolve("how-" + kind));
        Path script = executable(own.resolve("job"), "#!/bin/sh\n" + CURL + "\n:\n");
        assertOneCaller(
                scene.topology().host(),
                how.replace("SCRIPT", script.toString()).replace("FOLDER", own.toString()),
                "job ");
    }

    private static Path script(String kind, String interpreter, String content) throws IOException {
        String program = interpreter.equals("python3") ? Python.PROGRAM : found(interpreter);
        Assumptions.assumeFalse(program.isEmpty(), interpreter + " is not installed");
        String text = content.replace("CURL", CURL).replace("FOLDER", folder.toString());
        return executable(folder.resolve(kind), "#!" + program + "\n" + text + "\n");
    }

    private static String found(String program) {
        return Processes.run(
                        new ProcessBuilder("sh", "-c", "command -v " + program + " || :"), "", Duration.ofSeconds(20))
                .strip();
    }

    private static Path executable(Path path, String content) {
        try {
            Files.writeString(path, content);
            return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void assertOneCaller(NetworkNamespace place, String command, String label) {
        String each = executable(folder.resolve("each"), "#!/bin/sh\n" + command + "\n")
                .toString();
        ClientRun run = scene.runUnheld(
                place, List.of("sh", "-c", "seq " + RUNS + " | xargs -P " + AT_A_TIME + " -I N sh " + each), RUNS);
        assertThat(run.truth()).as(run.output()).hasSize(RUNS);
        Map<String, Long> callers = run.lines().stream()
                .collect(Collectors.groupingBy(
                        line -> line.text("caller.label").orElse("?") + " "
                                + line.text("caller.fingerprint").orElse("?"),
                        TreeMap::new,
                        Collectors.counting()));
        assertThat(callers).as(run.lines().toString()).hasSize(1);
        assertThat(callers.keySet()).allSatisfy(caller -> assertThat(caller).startsWith(label));
        assertThat(callers.values()).containsExactly((long) RUNS);
    }
}
