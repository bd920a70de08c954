package dev.imdsanalyzer.output.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the files {@code imds-2026-11-21.0.jsonl}.
 *
 * @param date in UTC
 * @param index from 0 on for each date
 * @param bytes its length
 */
record DatedFile(Path path, LocalDate date, int index, long bytes) {
    private static final Pattern NAME = Pattern.compile("imds-(\\d{4}-\\d{2}-\\d{2})\\.(\\d{1,9})\\.jsonl");

    static Path path(Path folder, LocalDate date, int index) {
        return folder.resolve("imds-" + date + "." + index + ".jsonl");
    }

    /**
     * All of a folder, the oldest by name first; files of other names do not belong to us.
     *
     * @param folder need not be there
     */
    static List<DatedFile> list(Path folder) {
        List<DatedFile> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "imds-*.jsonl")) {
            for (Path file : files) {
                DatedFile dated = of(file);
                if (dated != null) {
                    found.add(dated);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // What cannot be listed cannot be tidied up either; the next time may be better.
            return found;
        }
        found.sort(Comparator.comparing(DatedFile::date).thenComparing(DatedFile::index));
        return found;
    }

    /** Null for another name, and for a file that has just gone. */
    private static DatedFile of(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            return null;
        }
        try {
            return new DatedFile(
                    file, LocalDate.parse(matcher.group(1)), Integer.parseInt(matcher.group(2)), Files.size(file));
        } catch (DateTimeException | IOException e) {
            return null;
        }
    }
}
