package dev.imdsanalyzer.live;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * The emulated IMDS in a namespace: a Python program, as it has to set the IP TTL of single answers. What it answers, and
 * its settings, stand at the top of that program. A request is in the truth before its answer leaves.
 */
public final class ImdsEmulator implements AutoCloseable {
    private static final Path PROGRAM = Checkout.file("src/test/emulator/imds_emulator.py");
    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final Path truth;

    private ImdsEmulator(Process process, Path truth) {
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
        this.truth = truth;
    }

    /**
     * Starts it on both addresses of IMDS, and returns once it listens.
     *
     * @param truth the file that takes its records; the caller's to delete
     */
    public static ImdsEmulator start(NetworkNamespace imds, Path truth) {
        Process process = Processes.start(imds.command(List.of(
                        Python.PROGRAM,
                        "-B",
                        PROGRAM.toString(),
                        "--listen",
                        Topology.IMDS_IPV4 + ":80",
                        "--listen",
                        "[" + Topology.IMDS_IPV6 + "]:80",
                        "--truth",
                        truth.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        ImdsEmulator emulator = new ImdsEmulator(process, truth);
        emulator.expect("ready");
        return emulator;
    }

    /** Changes a setting, such as {@code set("tokens", "required")}; it counts from the next request on. */
    public void set(String name, String value) {
        try {
            commands.write("set " + name + " " + value + "\n");
            commands.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException("the emulator is gone", failure);
        }
        expect("ok");
    }

    private void expect(String answer) {
        try {
            String line = answers.readLine();
            if (!answer.equals(line)) {
                throw new IllegalStateException("the emulator answered " + line);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Every request so far, in the order of their answers. */
    public List<TruthRecord> truth() {
        try {
            String text = Files.readString(truth);
            // A last line without its end is still being written.
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(JSON::readTree)
                    .map(TruthRecord::of)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        Processes.stop(process);
    }
}
