package dev.imdsanalyzer.live;

import dev.imdsanalyzer.daemon.host.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** A second analyzer, which writes for people; its lines are kept until they are printed. */
final class TextOutput implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern PAINT = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern CALL = Pattern.compile("^\\d\\d:\\d\\d:\\d\\d.*IMDSv");

    private final Process process;
    private final Path output;
    private int printed;

    private TextOutput(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static TextOutput start(NetworkNamespace host, Path folder, boolean colour) {
        Path output = folder.resolve("text.out");
        Path ready = folder.resolve("text.ready");
        ProcessBuilder builder = host.command(Analyzer.command(
                "run",
                "--format",
                "text",
                "--output",
                output.toString(),
                "--set",
                "output.fold_seconds=0",
                "--ready-file",
                ready.toString()));
        if (colour) {
            builder.environment().put("CLICOLOR_FORCE", "1");
            // What it writes to a file is shown on our own terminal.
            builder.environment().put("COLUMNS", Integer.toString(Terminal.width()));
        }
        Process process = Processes.start(builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("text.err").toFile()));
        Await.until(
                "the analyzer is ready",
                START_LIMIT,
                () -> Files.exists(ready),
                () -> read(folder.resolve("text.err")));
        return new TextOutput(process, output);
    }

    /** Whole lines so far; a call is a line that begins with a time of day, and a remedy below it. */
    private List<String> lines() {
        if (!Files.exists(output)) {
            return List.of();
        }
        String text = read(output);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** Calls told so far. */
    int count() {
        return (int) lines().stream()
                .map(line -> PAINT.matcher(line).replaceAll(""))
                .filter(line -> CALL.matcher(line).find())
                .count();
    }

    void print() {
        List<String> lines = lines();
        lines.subList(printed, lines.size()).forEach(System.out::println);
        printed = lines.size();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        Processes.stop(process);
    }
}
