package dev.imdsanalyzer.output;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Deletes dated files that are too old. Logback looks back a month at most, so after a longer rest it would leave them
 * for ever.
 */
final class OldFiles {
    private static final Pattern NAME = Pattern.compile("imds-(\\d{4}-\\d{2}-\\d{2})\\.\\d+\\.jsonl");

    private OldFiles() {}

    /**
     * Deletes what it can; a file that cannot be deleted costs nothing but its room.
     *
     * @param folder need not be there
     * @param oldest the date of the oldest files to be kept
     */
    static void delete(Path folder, LocalDate oldest) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "imds-*.jsonl")) {
            for (Path file : files) {
                if (isOlder(file, oldest)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // The next start tries again.
            return;
        }
    }

    private static boolean isOlder(Path file, LocalDate oldest) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        try {
            return matcher.matches() && LocalDate.parse(matcher.group(1)).isBefore(oldest);
        } catch (DateTimeException e) {
            return false;
        }
    }
}
