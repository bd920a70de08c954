package dev.imdsanalyzer.imds.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each snippet run as it is told, but for the address, against an emulated IMDS that requires tokens, where its language is
 * installed. PowerShell is not to be had on the machines of this project: its lines are only read.
 */
@Tag("programs")
class TokenSnippetsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path EMULATOR = Path.of("src/test/emulator/imds_emulator.py");
    private static final String GO_BEGIN = """
            package main
            import ("io"; "log"; "net/http"; "os")
            func main() {
            """;
    private static final String GO_END = "\nif err == nil { io.Copy(os.Stdout, answer.Body) }\n}\n";
    private static final String JAVA_BEGIN = """
            import java.io.*;
            import java.net.*;
            public class Snippet { public static void main(String[] a) throws Exception {
            """;

    /** How a language takes a program; the first word is looked for on the path. */
    private static final Map<String, List<String>> RUN = Map.of(
            "shell", List.of("curl", "sh", "-c"),
            "wget", List.of("wget", "sh", "-c"),
            "python", List.of("python3", "python3", "-c"),
            "python2", List.of("python2.7", "python2.7", "-c"),
            "php", List.of("php", "php", "-r"),
            "ruby", List.of("ruby", "ruby", "-e"),
            "node", List.of("node", "node", "--input-type=module", "-e"),
            "perl", List.of("perl", "perl", "-e"),
            "go", List.of("go", "go", "run"),
            "java", List.of("java", "java"));

    @TempDir
    private Path folder;

    static Stream<String> languages() {
        return new TreeSet<>(RUN.keySet()).stream();
    }

    @Test
    void everyLanguageButPowerShellIsRun() {
        assertThat(TokenSnippet.keys())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(languages(), Stream.of("powershell")).toList());
    }

    @ParameterizedTest
    @MethodSource("languages")
    void getsWhatItAsksForWhereTokensAreRequired(String language) throws Exception {
        assumeTrue(isInstalled(RUN.get(language).get(0)), language + " is not installed");
        try (Emulator emulator = new Emulator()) {
            Ended ended = run(language, emulator.port);

            assertThat(ended.output).contains("i-");
            assertThat(ended.status).isZero();
            assertThat(emulator.truth())
                    .containsExactly("PUT /latest/api/token v2 200", "GET /latest/meta-data/instance-id v2 200");
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void failsWithoutAnImdsV1RequestWhereItGetsNoToken(String language) throws Exception {
        assumeTrue(isInstalled(RUN.get(language).get(0)), language + " is not installed");
        try (Emulator emulator = new Emulator()) {
            emulator.disableEndpoint();
            Ended ended = run(language, emulator.port);

            assertThat(ended.status).isNotZero();
            assertThat(emulator.truth()).containsExactly("PUT /latest/api/token v2 403");
        }
    }

    private record Ended(int status, String output) {}

    private Ended run(String language, int port) throws Exception {
        String code = String.join("\n", TokenSnippet.ofKey(language).lines())
                .replace("\"169.254.169.254\", 80", "\"127.0.0.1\", " + port)
                .replace("169.254.169.254", "127.0.0.1:" + port);
        List<String> words = RUN.get(language);
        String last = switch (language) {
            case "go" -> file("snippet.go", GO_BEGIN + code + GO_END);
            case "java" -> file("Snippet.java", JAVA_BEGIN + code + "\n}}\n");
            default -> code;
        };
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(words.stream().skip(1), Stream.of(last)).toList());
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().put("GOCACHE", folder.resolve("go").toString());
        Path output = folder.resolve("output");
        Process process = builder.redirectOutput(output.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .directory(folder.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output));
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    /** A program of that name on the path may be a stand-in that finds none. */
    private static boolean isInstalled(String program) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program, program.equals("go") ? "version" : "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /** On the loopback device alone, on a port of its own. */
    private final class Emulator implements AutoCloseable {
        private final int port;
        private final Process process;
        private final BufferedReader answers;
        private final BufferedWriter commands;
        private final Path truth = folder.resolve("truth");

        Emulator() throws IOException {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            process = new ProcessBuilder(
                            "python3",
                            "-B",
                            EMULATOR.toAbsolutePath().toString(),
                            "--listen",
                            "127.0.0.1:" + port,
                            "--tokens",
                            "required",
                            "--truth",
                            truth.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            commands = process.outputWriter(StandardCharsets.UTF_8);
            assertThat(answers.readLine()).isEqualTo("ready");
        }

        void disableEndpoint() throws IOException {
            commands.write("set endpoint disabled\n");
            commands.flush();
            assertThat(answers.readLine()).isEqualTo("ok");
        }

        List<String> truth() throws IOException {
            return Files.readAllLines(truth).stream().map(Emulator::request).toList();
        }

        private static String request(String line) {
            JsonNode record = JSON.readTree(line);
            return record.get("method").stringValue() + " "
                    + record.get("target").stringValue() + " "
                    + record.get("version").stringValue() + " "
                    + record.get("status").intValue();
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
