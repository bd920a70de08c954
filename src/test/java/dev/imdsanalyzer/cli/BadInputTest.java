package dev.imdsanalyzer.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Bad input: one clear line and the right exit code. */
@Isolated("takes the process's stderr")
class BadInputTest {
    @TempDir
    private Path folder;

    private Path empty;

    @BeforeEach
    void makeInputs() throws IOException {
        empty = Files.createFile(folder.resolve("empty.pcap"));
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(run()).isEqualTo("64 imds-packet-analyzer: a command is missing; see imds-packet-analyzer --help");
    }

    @Test
    void unknownOptionsAndCommandsAreWrongUsage() {
        assertThat(run("read", "--nope", "x"))
                .startsWith("64 ")
                .contains("--nope")
                .doesNotContain("\n");
        assertThat(run("frobnicate")).startsWith("64 ").contains("frobnicate").doesNotContain("\n");
        assertThat(run("read", "--set", "output.fold=1", empty.toString()))
                .isEqualTo(
                        "64 imds-packet-analyzer: --set output.fold: unknown key; did you mean output.fold_seconds?");
        assertThat(run("report", "--window", "soon", empty.toString()))
                .startsWith("64 ")
                .contains("--window must be a length such as 14d");
        assertThat(run("report", "--since", "yesterday", empty.toString()))
                .startsWith("64 ")
                .contains("--since must be a time such as");
    }

    @Test
    void inputsThatAreNotThereOrNoCapturesAreTold() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pcap"), "this is no capture, but a text of some length\n");

        assertThat(run("read", folder.resolve("none.pcap").toString()))
                .startsWith("66 ")
                .contains("does not exist");
        assertThat(run("read", empty.toString())).startsWith("65 ").contains("is empty");
        assertThat(run("read", text.toString())).startsWith("65 ").contains("is no capture file");
        assertThat(run("check-config", folder.resolve("none.yaml").toString()))
                .startsWith("66 ")
                .contains("there is no such file");
        assertThat(run("report", folder.resolve("none.jsonl").toString())).startsWith("66 ");
    }

    @Test
    void inputsForTheOtherCommandAndOtherFormsAreToldInOneLine() throws IOException {
        Path log = Files.writeString(
                folder.resolve("log.jsonl"),
                "{\"timestamp\":\"2026-11-21T12:00:00Z\",\"event\":{\"action\":\"analyzer-started\",\"schema\":1}}\n");
        Path capture =
                Files.write(folder.resolve("some.log"), HexFormat.of().parseHex("d4c3b2a1020004000000000000000000"));
        Path zip = Files.write(folder.resolve("zip.gz"), HexFormat.of().parseHex("504b030414000000"));
        Path cut = Files.write(folder.resolve("cut.jsonl"), HexFormat.of().parseHex("1f8b0800"));

        assertThat(run("read", log.toString()))
                .startsWith("65 ")
                .contains("imds-packet-analyzer report")
                .doesNotContain("\n");
        assertThat(run("read", zip.toString()))
                .startsWith("65 ")
                .contains("a zip archive")
                .doesNotContain("\n");
        assertThat(run("report", capture.toString()))
                .startsWith("65 ")
                .contains("imds-packet-analyzer read")
                .doesNotContain("\n");
        assertThat(run("report", zip.toString()))
                .startsWith("65 ")
                .contains("a zip archive")
                .doesNotContain("\n");
        assertThat(run("report", cut.toString()))
                .startsWith("65 ")
                .contains("cut short")
                .doesNotContain("\n");
        assertThat(run("report", "--cloudtrail", zip.toString(), log.toString()))
                .startsWith("65 ")
                .contains("a zip archive")
                .doesNotContain("\n");
    }

    @Test
    void anOutputThatCannotBeWrittenIsTold() {
        assertThat(run("read", "--output", folder.resolve("none/log.jsonl").toString(), empty.toString()))
                .startsWith("73 ")
                .contains("there is no folder " + folder.resolve("none"));
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void badConfigurationIsFinal() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "capture:\n  interfaces: eth0\n");

        assertThat(run("check-config", bad.toString()))
                .isEqualTo("78 imds-packet-analyzer: " + bad
                        + ":2:3: unknown key capture.interfaces; did you mean capture.interface?");
        assertThat(run("run", "--config", bad.toString())).startsWith("78 ");
    }

    @Test
    void helpAndVersionAreFine() {
        assertThat(run("--help")).startsWith("0");
        assertThat(run("run", "--help")).startsWith("0");
        assertThat(run("--version")).startsWith("0");
    }

    /** The exit code and what stood on stderr. */
    private static String run(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            int code = Main.execute(arguments);
            return (code + " " + err.toString(UTF_8)).strip();
        } finally {
            System.setErr(before);
        }
    }
}
