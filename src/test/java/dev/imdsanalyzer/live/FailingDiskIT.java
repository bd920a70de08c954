package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.LineValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What becomes of the lines when the place for them fails under a running analyzer. What is mounted is so in the
 * analyzer's own mount namespace, through which the log is read as well.
 */
@LiveTest
class FailingDiskIT extends OneScene {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int QUEUE = 64;

    @Test
    void captureGoesOnAndEveryLossIsToldWhateverHappensToTheFolder() throws IOException {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        List<String> options = List.of(
                "--set",
                "output.fold_seconds=0",
                "--set",
                "output.queue=" + QUEUE,
                "--set",
                "output.summary_seconds=1",
                "--set",
                "attribution.connect=false");
        try (Analyzer analyzer = Analyzer.start(scene.topology().host(), folder, logs, null, options)) {
            Path seen = Path.of("/proc/" + analyzer.pid() + "/root" + logs);
            callIsWritten(seen, "at-first");
            assertThat(Files.getPosixFilePermissions(only(seen)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));

            inItsMounts(analyzer, "mount -t tmpfs -o size=1m tmpfs " + logs);
            callIsWritten(seen, "in-another-file-system");
            fullDiskLosesWhatTheQueueCannotHoldAndSaysSo(analyzer, seen);
            inItsMounts(analyzer, "umount -l " + logs);

            inItsMounts(analyzer, "mount -t tmpfs -o ro tmpfs " + logs);
            scene.calls("read-only", 5);
            inItsMounts(analyzer, "umount -l " + logs);
            awaitCalls(seen, "read-only", 5);

            Files.delete(only(seen));
            callIsWritten(seen, "file-deleted");

            Files.delete(only(seen));
            Files.delete(logs);
            callIsWritten(seen, "folder-deleted");

            Files.delete(only(seen));
            Files.delete(logs);
            Files.writeString(logs, "a file in the folder's place");
            scene.calls("no-folder", 5);
            Files.delete(logs);
            awaitCalls(seen, "no-folder", 5);
            assertThat(analyzer.stop()).as(analyzer.diagnostics()).isZero();
        }
        lines(logs).forEach(line -> LineValidator.check(line.raw()));
    }

    private static void fullDiskLosesWhatTheQueueCannotHoldAndSaysSo(Analyzer analyzer, Path seen) throws IOException {
        Path ballast = seen.resolve("ballast");
        fill(ballast);
        int before = scene.emulator().truth().size();
        scene.calls("full", 700);
        assertThat(scene.emulator().truth()).hasSize(before + 700);
        awaitDiagnostics(analyzer, ": No space left on device; they wait");
        Files.delete(ballast);
        awaitDiagnostics(analyzer, " again after ");

        Await.until(
                "every call is written or told to be lost",
                LIMIT,
                () -> written(seen, "full") + lost(seen) == 700,
                () -> written(seen, "full") + " written, " + lost(seen) + " told to be lost");
        assertThat(lost(seen)).isPositive();
        // Summaries stand in the queue, too.
        assertThat(written(seen, "full")).isGreaterThan(QUEUE / 2);
        callIsWritten(seen, "after-full");
        Await.until(
                "a summary counts them",
                LIMIT,
                () -> lines(seen).stream()
                        .anyMatch(line -> line.number("imds.counters.lines_dropped")
                                .filter(count -> count == lost(seen))
                                .isPresent()),
                () -> "" + lines(seen));
    }

    private static void awaitDiagnostics(Analyzer analyzer, String part) {
        Await.until(
                "the diagnostics say so", LIMIT, () -> analyzer.diagnostics().contains(part), analyzer::diagnostics);
    }

    /** Until not even one more byte has room. */
    private static void fill(Path ballast) {
        byte[] block = new byte[4096];
        try (var out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static void callIsWritten(Path seen, String name) {
        scene.calls(name, 1);
        awaitCalls(seen, name, 1);
    }

    private static void awaitCalls(Path seen, String name, int count) {
        Await.until(
                count + " calls " + name + " are written",
                LIMIT,
                () -> written(seen, name) == count,
                () -> "" + lines(seen));
    }

    private static long written(Path seen, String name) {
        return lines(seen).stream()
                .filter(line -> line.isRequest() && line.target().contains("?" + name + "."))
                .count();
    }

    private static long lost(Path seen) {
        return lines(seen).stream()
                .filter(line ->
                        line.text("event.action").filter("capture-gap"::equals).isPresent())
                .mapToLong(line -> line.number("imds.gap.lines_lost").orElseThrow())
                .sum();
    }

    private static List<LogLine> lines(Path seen) {
        List<LogLine> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(seen)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                String text = Files.readString(file);
                text.substring(0, text.lastIndexOf('\n') + 1)
                        .lines()
                        .map(LogLine::of)
                        .forEach(lines::add);
            }
        } catch (IOException | UncheckedIOException vanished) {
            return List.of();
        }
        return lines;
    }

    private static Path only(Path seen) throws IOException {
        try (Stream<Path> files = Files.list(seen)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void inItsMounts(Analyzer analyzer, String command) {
        Processes.run(
                new ProcessBuilder("nsenter", "--mount=/proc/" + analyzer.pid() + "/ns/mnt", "--", "sh", "-c", command),
                "",
                Duration.ofMillis(TimeUnit.SECONDS.toMillis(20)));
    }
}
