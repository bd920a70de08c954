package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --fail-on-v1} as a pipeline uses it: around a command, for a number of calls, and up to a signal. */
@LiveTest
class FailOnV1IT extends OneScene {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String V1 = "curl -sS -o /dev/null " + ImdsScene.url("/latest/meta-data/ami-id");
    private static final String TOKEN =
            "curl -sS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' " + ImdsScene.url("/latest/api/token");
    private static final String V2 = "curl -sS -o /dev/null -H \"X-aws-ec2-metadata-token: $(" + TOKEN + ")\" "
            + ImdsScene.url("/latest/meta-data/");

    private static final String KEPT_ALIVE = """
            import http.client, sys, time
            imds = http.client.HTTPConnection(sys.argv[1].split("//")[1].split("/")[0], timeout=10)
            while True:
                imds.request("GET", "/latest/meta-data/")
                imds.getresponse().read()
                open(sys.argv[2], "w").close()
                time.sleep(0.01)
            """;

    private record Ended(int code, String said) {}

    @Test
    void aCommandThatUsesTokensPasses(@TempDir Path own) throws IOException {
        Ended ended = run(own, "--", "sh", "-c", V2);

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said()).doesNotContain("--fail-on-v1");
    }

    @Test
    void aCommandThatUsesIMDSv1FailsWithItsCallers(@TempDir Path own) throws IOException {
        Ended ended = run(own, "--", "sh", "-c", V2 + "; " + V1 + "; " + V1);

        assertThat(ended.code()).as(ended.said()).isEqualTo(1);
        assertThat(ended.said()).containsPattern("--fail-on-v1: IMDSv1 by .*curl.*: 2 calls");
    }

    @Test
    void theCommandsOwnFailureGoesFirst(@TempDir Path own) throws IOException {
        Ended ended = run(own, "--", "sh", "-c", V1 + "; exit 7");

        assertThat(ended.code()).as(ended.said()).isEqualTo(7);
        assertThat(ended.said()).contains("--fail-on-v1: IMDSv1 by ");
    }

    @Test
    void aCommandThatWasCutShortFails(@TempDir Path own) throws IOException {
        Ended ended = run(own, "--duration", "1", "--", "sleep", "60");

        assertThat(ended.code()).as(ended.said()).isEqualTo(1);
        assertThat(ended.said()).contains("not all was seen: the duration is over before the command's end");
    }

    @Test
    void whatOthersCallBesideACommandIsNotItsFault(@TempDir Path own) throws IOException {
        // Their connections are open when the capture begins, while the command runs, and at its end.
        Path called = own.resolve("called");
        Process each = beside("sh", "-c", "while :; do " + V1 + "; done");
        Process kept = beside("python3", "-c", KEPT_ALIVE, ImdsScene.url("/"), called.toString());
        try {
            Await.until("others call", LIMIT, () -> Files.exists(called), () -> "no call");
            String command = "rm " + called + "; until [ -e " + called + " ]; do sleep 0.02; done; " + V2;
            Ended ended = run(own, "--", "sh", "-c", command);
            assertThat(ended.code()).as(ended.said()).isZero();
        } finally {
            Processes.stop(each);
            Processes.stop(kept);
        }
    }

    @Test
    void theCommandsDescendantsCountHoweverFarTheyAreFromIt(@TempDir Path own) throws IOException {
        Path done = own.resolve("done");
        String orphan = "(setsid sh -c 'sleep 0.2; " + V1 + "; touch " + done + "' >/dev/null 2>&1 &);" + " until [ -e "
                + done + " ]; do sleep 0.02; done";
        Path deep = own.resolve("deep.sh");
        Files.writeString(deep, "if [ $1 -gt 0 ]; then sh $0 $(($1 - 1)); else " + V1 + "; fi; :\n");

        Ended left = run(own, "--", "sh", "-c", orphan);
        Ended far = run(own, "--", "sh", deep.toString(), "20");

        assertThat(left.code()).as(left.said()).isEqualTo(1);
        assertThat(left.said()).contains("--fail-on-v1: IMDSv1 by ");
        assertThat(far.code()).as(far.said()).isEqualTo(1);
        assertThat(far.said()).contains("--fail-on-v1: IMDSv1 by deep.sh ");
    }

    /** It may be over before the capture has looked at anything. */
    @Test
    void aCommandThatIsOverInNoTimeIsSeen(@TempDir Path own) throws IOException {
        for (int time = 0; time < 5; time++) {
            Ended ended = run(own, "--", "sh", "-c", V1);
            assertThat(ended.code()).as(ended.said()).isEqualTo(1);
        }
    }

    /** As in a container of a build: whose the kernel's pids are cannot be told there. */
    @Test
    void inAPidNamespaceOfItsOwnACommandThatUsesIMDSv1FailsToo(@TempDir Path own) throws IOException {
        List<String> apart = List.of("unshare", "--pid", "--fork", "--mount-proc");

        Ended v1 = run(own, apart, "--", "sh", "-c", V1);
        Ended v2 = run(own, apart, "--", "sh", "-c", V2);

        assertThat(v1.code()).as(v1.said()).isEqualTo(1);
        assertThat(v1.said()).contains("maybe one of the command");
        assertThat(v2.code()).as(v2.said()).isZero();
    }

    @Test
    void upToASignalItTellsWhatWasSeen(@TempDir Path own) {
        try (Analyzer quiet = gate(own)) {
            scene.topology().host().run("sh", "-c", V2);
            Await.until("both calls are there", LIMIT, () -> quiet.requests().size() == 2, quiet::diagnostics);
            assertThat(quiet.stop()).as(quiet.diagnostics()).isZero();
        }
        try (Analyzer shut = gate(own)) {
            scene.topology().host().run("sh", "-c", V1);
            Await.until("the call is there", LIMIT, () -> shut.requests().size() == 3, shut::diagnostics);
            assertThat(shut.stop()).isEqualTo(1);
            assertThat(shut.diagnostics()).contains("--fail-on-v1: IMDSv1 by ");
        }
    }

    @Test
    void aSignalBeforeTheEndThatWasAskedForFails(@TempDir Path own) {
        try (Analyzer cut = gate(own, "--duration", "3600")) {
            assertThat(cut.stop()).isEqualTo(1);
            assertThat(cut.diagnostics()).contains("SIGTERM came before the end that was asked for");
        }
    }

    private static Analyzer gate(Path own, String... options) {
        List<String> all = new ArrayList<>(List.of("--fail-on-v1", "--set", "output.fold_seconds=0"));
        all.addAll(List.of(options));
        return Analyzer.start(scene.topology().host(), own, own.resolve("imds.jsonl"), null, all);
    }

    private static Process beside(String... command) {
        return Processes.start(scene.topology()
                .host()
                .command(List.of(command))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD));
    }

    private static Ended run(Path own, String... rest) throws IOException {
        return run(own, List.of(), rest);
    }

    private static Ended run(Path own, List<String> wrapper, String... rest) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(Analyzer.command(
                "run", "--fail-on-v1", "--output", own.resolve("log.jsonl").toString()));
        command.addAll(List.of(rest));
        Path said = own.resolve("said");
        Process process = Processes.start(scene.topology()
                .host()
                .command(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(said.toFile()));
        if (!Processes.exits(process, LIMIT)) {
            Processes.stop(process);
            throw new AssertionError("it did not end: " + Files.readString(said));
        }
        return new Ended(process.exitValue(), Files.readString(said));
    }
}
