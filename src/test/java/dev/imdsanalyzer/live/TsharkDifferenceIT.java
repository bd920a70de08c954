package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.daemon.FileAnalyzer;
import dev.imdsanalyzer.daemon.OutputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our calls against {@code tshark -Y http}, request by request, over the recorded traces beside the checkout: method,
 * target, status, token field. Each difference stands with its reason in tshark-differences.txt, and no other is there.
 */
class TsharkDifferenceIT {
    private static final Path TRACES = Path.of("../shared/data/traces");
    private static final String TABLE = "tshark-differences.txt";

    @TempDir
    private Path folder;

    private int requests;

    @Test
    void differencesToTsharkAreThoseOfTheTable() throws Exception {
        if (!Files.isDirectory(TRACES)) {
            System.out.println(
                    "NOT COMPARED WITH TSHARK: the recorded traces are not beside this checkout, in " + TRACES);
            return;
        }
        assertThat(Processes.onPath("tshark"))
                .as("tshark, which ./dev test installs")
                .isTrue();
        List<String> differences = new ArrayList<>();
        for (Path trace : traces()) {
            differences.addAll(differences(trace));
        }

        System.out.println("compared with tshark: " + traces().size() + " files, " + requests + " requests, "
                + differences.size() + " differences:");
        table().forEach(System.out::println);
        assertThat(differences).containsExactlyInAnyOrderElementsOf(expected());
        assertThat(requests).isGreaterThan(1_000);
    }

    /** What only one of the two has. */
    private List<String> differences(Path trace) throws Exception {
        List<HttpRequestFacts> theirs = Tshark.requests(trace, folder);
        List<HttpRequestFacts> ours = new ArrayList<>(read(trace));
        requests += theirs.size();
        List<String> differences = new ArrayList<>();
        String name = trace.getFileName().toString();
        for (HttpRequestFacts one : theirs) {
            if (!ours.remove(one)) {
                differences.add(name + " | tshark | " + one);
            }
        }
        ours.forEach(one -> differences.add(name + " | ours | " + one));
        return differences;
    }

    /** What the command read writes. */
    private List<HttpRequestFacts> read(Path trace)
            throws CaptureException, ConfigurationException, IOException, OutputException {
        Path output = Files.createTempFile(folder, "read", ".jsonl");
        new FileAnalyzer(
                        new ConfigurationReader()
                                .pair("output.fold_seconds=0")
                                .pair("output.destination=" + output)
                                .read(),
                        "test")
                .read(List.of(trace.toString()));
        return Files.readAllLines(output).stream()
                .map(LogLine::of)
                .filter(LogLine::isRequest)
                .map(HttpRequestFacts::of)
                .toList();
    }

    private static List<Path> traces() throws IOException {
        try (Stream<Path> files = Files.list(TRACES)) {
            return files.filter(file -> file.toString().endsWith(".pcap"))
                    .sorted()
                    .toList();
        }
    }

    /** The rows without their reasons. */
    private static List<String> expected() throws IOException {
        return table().stream()
                .map(row -> row.substring(0, row.lastIndexOf(" | ")))
                .collect(Collectors.toList());
    }

    private static List<String> table() throws IOException {
        try (InputStream in = TsharkDifferenceIT.class.getResourceAsStream(TABLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }
}
