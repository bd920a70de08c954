package dev.imdsanalyzer.output.file;

import dev.imdsanalyzer.output.line.field.EventAction;
import dev.imdsanalyzer.output.text.UtcTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the run before this one ended without a word: killed, or with the machine. Then the sums of its folding windows
 * were never written, and nobody else can tell that calls are missing.
 *
 * <p>Looks at the end of the newest file, by the members that every line of ours has in a fixed place and form. A text of
 * a stranger cannot look like one: quotes are escaped in it.
 */
public final class PreviousRun {
    private static final int TAIL_BYTES = 256 * 1024;
    private static final String TIMESTAMP = "{\"timestamp\":\"";
    private static final String STOPPED = action(EventAction.ANALYZER_STOPPED);
    private static final String STARTED = action(EventAction.ANALYZER_STARTED);
    private static final String SUMMARY = action(EventAction.IMDS_SUMMARY);

    private PreviousRun() {}

    private static String action(EventAction action) {
        return "\"action\":\"" + action.label() + "\"";
    }

    /** When the last line was written of a run that did not end by itself, ns since the epoch; -1 if there is none. */
    public static long endNanosIfKilled(Destination destination) {
        Path newest = newest(destination);
        if (newest == null || !Files.isRegularFile(newest)) {
            return -1;
        }
        try {
            List<String> lines = lastLines(newest);
            return lines.isEmpty() || endedByItself(lines) ? -1 : timeNanos(lines.get(lines.size() - 1));
        } catch (IOException e) {
            // Whoever cannot read the log learns from the next line that there is one.
            return -1;
        }
    }

    private static Path newest(Destination destination) {
        if (!destination.dated()) {
            return destination.path();
        }
        List<DatedFile> files = DatedFile.list(destination.path()).stream()
                .filter(file -> file.bytes() > 0)
                .toList();
        return files.isEmpty() ? null : files.get(files.size() - 1).path();
    }

    /** Whole lines of ours at the end of a file, oldest first. */
    private static List<String> lastLines(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long from = Math.max(0, channel.size() - TAIL_BYTES);
            ByteBuffer tail = ByteBuffer.allocate((int) (channel.size() - from));
            int read;
            do {
                read = channel.read(tail, from + tail.position());
            } while (tail.hasRemaining() && read > 0);
            String text = new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
            List<String> lines = new ArrayList<>();
            text.lines()
                    .filter(line -> timeNanos(line) >= 0 && line.endsWith("}"))
                    .forEach(lines::add);
            return lines;
        }
    }

    /** By the last line about a run; where there are calls only, they are of one that wrote nothing else since. */
    private static boolean endedByItself(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            if (line.contains(STOPPED)) {
                return true;
            }
            if (line.contains(STARTED) || line.contains(SUMMARY)) {
                return false;
            }
        }
        return false;
    }

    private static long timeNanos(String line) {
        int end = TIMESTAMP.length() + UtcTime.LENGTH;
        if (!line.startsWith(TIMESTAMP) || line.length() < end) {
            return -1;
        }
        try {
            Instant time = Instant.parse(line.substring(TIMESTAMP.length(), end));
            return time.getEpochSecond() * 1_000_000_000L + time.getNano();
        } catch (DateTimeException e) {
            return -1;
        }
    }
}
