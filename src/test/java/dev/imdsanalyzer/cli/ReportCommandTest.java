package dev.imdsanalyzer.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as a program of its own: files, pipes, permissions and exit codes. */
@LinuxOnly("setpriv(1) and /proc")
class ReportCommandTest {
    private static final Instant END = Instant.parse("2026-11-21T23:00:00Z");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String PREFIX = "imds-packet-analyzer: ";

    @TempDir
    Path folder;

    private Path log;

    @BeforeEach
    void writeLog() throws IOException {
        log = new SampleLog("i-0123456789abcdef0", "web-1")
                .watched(END.minus(Duration.ofDays(15)), END)
                .v2(END, Program.CURL)
                .write(folder.resolve("a.jsonl"));
    }

    private record Result(int exitCode, String out, String err) {}

    /** Runs {@code report} with these words in a shell, which may add pipes; {@code $REPORT} stands for it. */
    private Result shell(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script);
        builder.directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment()
                .put(
                        "REPORT",
                        JAVA + " -XX:TieredStopAtLevel=1 -cp " + System.getProperty("java.class.path")
                                + " dev.imdsanalyzer.cli.Main report");
        int code = builder.start().waitFor();
        return new Result(
                code, Files.readString(folder.resolve("out"), UTF_8), Files.readString(folder.resolve("err"), UTF_8));
    }

    /** A shell without the right to read whatever it likes, which root has. */
    private static String unprivileged(String script) {
        return "root".equals(System.getProperty("user.name"))
                ? "exec setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search bash -c '"
                        + script + "'"
                : script;
    }

    private static void forbid(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    }

    @Test
    void aFileThatMayNotBeReadIsToldWithARemedy() throws Exception {
        forbid(log);
        Result result = shell(unprivileged("$REPORT a.jsonl"));
        assertThat(result.exitCode()).isEqualTo(77);
        assertThat(result.err())
                .isEqualTo(
                        PREFIX + "no permission to read 1 input, the first of them a.jsonl: run it with sudo, or join"
                                + " the group imds-packet-analyzer\n");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void whatMayBeReadIsReportedAndIsNotReady() throws Exception {
        forbid(Files.copy(log, folder.resolve("b.jsonl")));
        Result result = shell(unprivileged("$REPORT a.jsonl b.jsonl"));
        assertThat(result.exitCode()).isEqualTo(77);
        assertThat(result.out())
                .startsWith(" WATCH LONGER ")
                .contains("1 input could not be read to the end")
                .contains("b.jsonl: no permission to read it");
    }

    @Test
    void aFolderThatMayNotBeEnteredIsNoMissingFile() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.copy(log, closed.resolve("a.jsonl"));
        forbid(closed);
        try {
            assertThat(shell(unprivileged("$REPORT closed/a.jsonl")).exitCode()).isEqualTo(77);
            assertThat(shell(unprivileged("$REPORT closed")).exitCode()).isEqualTo(77);
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void pipesAreReadOnceAsStandardInputIs() throws Exception {
        Result result = shell("$REPORT <(cat a.jsonl)");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).startsWith(" READY ");
        assertThat(shell("mkfifo pipe; cat a.jsonl >pipe & $REPORT pipe").exitCode())
                .isZero();
    }

    @Test
    void aReaderThatIsGoneIsNoFaultAndAFullDiskIs() throws Exception {
        Result gone = shell("$REPORT a.jsonl | true; exit ${PIPESTATUS[0]}");
        assertThat(gone.err()).isEmpty();
        Result full = shell("$REPORT a.jsonl >/dev/full");
        assertThat(full.exitCode()).isEqualTo(74);
        assertThat(full.err()).isEqualTo(PREFIX + "the report could not be written completely\n");
    }

    @Test
    void anInputIsNoOutput() throws Exception {
        String before = Files.readString(log);
        Files.createSymbolicLink(folder.resolve("link"), log);
        Files.createLink(folder.resolve("hard"), log);
        for (String words : List.of(
                "a.jsonl --output a.jsonl",
                "a.jsonl --output link",
                "hard --output a.jsonl",
                ". --output a.jsonl",
                "hard --metric i-0123456789abcdef0=a.jsonl --output a.jsonl")) {
            Result result = shell("$REPORT " + words);
            assertThat(result.exitCode()).as(words).isEqualTo(64);
            assertThat(result.err()).contains("is an input too").hasLineCount(1);
        }
        assertThat(log).hasContent(before);
    }

    @Test
    void aReportThatFailsLeavesTheLastOne() throws Exception {
        Path last = Files.writeString(folder.resolve("report.txt"), "the last one");
        assertThat(shell("$REPORT none.jsonl --output report.txt").exitCode()).isEqualTo(66);
        assertThat(last).hasContent("the last one");
        assertThat(shell("$REPORT a.jsonl --output report.txt").exitCode()).isZero();
        assertThat(Files.readString(last)).startsWith(" READY ");
        assertThat(shell("$REPORT a.jsonl --output none/report.txt").exitCode()).isEqualTo(73);
        assertThat(shell("$REPORT a.jsonl --output /dev/null").exitCode()).isZero();
        assertThat(shell("$REPORT a.jsonl --output -").out()).startsWith(" READY ");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".new"));
        }
    }

    @Test
    void lengthsTimesAndNamesBeyondReasonAreToldInALine() throws Exception {
        for (String words : List.of(
                "--window 999999d",
                "--since +99999999-01-01T00:00:00Z",
                "--until -99999-01-01T00:00:00Z",
                "--since 999999d")) {
            Result result = shell("$REPORT " + words.replaceFirst(" ", "=") + " a.jsonl");
            assertThat(result.exitCode()).as(words + result.err()).isEqualTo(64);
            assertThat(result.err()).hasLineCount(1);
        }
        Result name = shell("LC_ALL=C $REPORT $'\\u00e9.jsonl'");
        assertThat(name.exitCode()).as(name.err()).isEqualTo(66);
        assertThat(name.err()).hasLineCount(1).contains("LC_ALL=C.UTF-8");
        assertThat(name.out()).isEmpty();
    }
}
