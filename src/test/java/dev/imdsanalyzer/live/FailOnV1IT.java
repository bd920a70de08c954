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
    }

    @Test
    void whatOthersCallBesideACommandIsNotItsFault(@TempDir Path own) throws IOException {
        // Connections that are open when the capture begins are seen in part, and that is a loss: so others begin with
        // the command.
        Path begun = own.resolve("begun");
        Path called = own.resolve("called");
        String loop =
                "until [ -e " + begun + " ]; do sleep 0.02; done; while :; do " + V1 + "; touch " + called + "; done";
        Process others = Processes.start(scene.topology()
                .host()
                .command(List.of("sh", "-c", loop))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD));
        try {
            String command = "touch " + begun + "; until [ -e " + called + " ]; do sleep 0.02; done; " + V2;
            Ended ended = run(own, "--", "sh", "-c", command);
            assertThat(ended.code()).as(ended.said()).isZero();
        } finally {
            Processes.stop(others);
        }
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

    private static Ended run(Path own, String... rest) throws IOException {
        List<String> command = Analyzer.command(
                "run", "--fail-on-v1", "--output", own.resolve("log.jsonl").toString());
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
