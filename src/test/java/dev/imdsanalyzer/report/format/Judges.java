package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Programs of others that judge what is generated. A test whose program is not on the machine is aborted with its name. */
final class Judges {
    private static final Path SOURCES = Path.of("src/test/artefacts");
    private static final Path MODULES = Path.of("target/artefacts");

    private Judges() {}

    /** What a judge said, and how it ended. */
    record Answer(int exitCode, String said) {}

    static Answer ask(String input, List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort(command.get(0) + " is not installed");
            throw e;
        }
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended before it had read all; what it said tells why.
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), said);
    }

    /** Fails unless the judge ends with 0; returns what it said. */
    static String accepted(List<String> command, Path... files) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        for (Path file : files) {
            all.add(file.toString());
        }
        Answer answer = ask("", all);
        assertThat(answer.exitCode()).as(answer.said()).isZero();
        return answer.said();
    }

    /** HashiCorp's parser of HCL, as JSON; fails where it refuses the file. */
    static String hcl(Path file) throws IOException, InterruptedException {
        // npm cannot install elsewhere than beside package.json.
        if (!Files.isDirectory(MODULES.resolve("node_modules/@cdktn/hcl2json"))) {
            Files.createDirectories(MODULES);
            for (String name : List.of("package.json", "package-lock.json", "hcl.js")) {
                Files.writeString(MODULES.resolve(name), Files.readString(SOURCES.resolve(name)));
            }
            accepted(List.of(
                    "npm",
                    "ci",
                    "--prefix",
                    MODULES.toString(),
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--prefer-offline",
                    "--loglevel=error"));
        }
        return accepted(List.of("node", MODULES.resolve("hcl.js").toString()), file);
    }

    /** The AWS CLI, which knows each operation's parameters and asks nobody. */
    static void awsTakes(Iterable<String> commands) throws IOException, InterruptedException {
        Answer answer = ask(
                String.join("\n", commands) + "\n",
                List.of("python3", SOURCES.resolve("aws-commands.py").toString()));
        Assumptions.assumeTrue(answer.exitCode() != 77, "python3 has no AWS CLI of 2026-03 or later");
        assertThat(answer.exitCode()).as(answer.said()).isZero();
    }
}
