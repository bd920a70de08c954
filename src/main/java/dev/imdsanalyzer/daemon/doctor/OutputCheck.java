package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the lines go: whether this user may write there, and how much room there is. Writes nothing. */
final class OutputCheck {
    private static final long MEBIBYTE = 1 << 20;

    private OutputCheck() {}

    static Check of(Configuration configuration) {
        String destination = configuration.text(Setting.OUTPUT_DESTINATION);
        if (destination.equals("-")) {
            return Check.ok("output", "standard output");
        }
        Path path = Path.of(destination).toAbsolutePath();
        boolean dated = destination.endsWith("/") || Files.isDirectory(path);
        Path existing = nearestExisting(path);
        if (!Files.isWritable(existing) || (!existing.equals(path) && !Files.isDirectory(existing))) {
            return Check.missing(
                    "output",
                    existing + " cannot be written to by this user, or is mounted read-only",
                    "no line is kept",
                    "give the folder to the user that runs the analyzer, or set output.destination");
        }
        return room(configuration, path, existing, dated);
    }

    private static Check room(Configuration configuration, Path path, Path existing, boolean dated) {
        long free;
        try {
            free = Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            return Check.weak(
                    "output",
                    path + " can be written to, its free space is unknown: " + HostFile.reason(e),
                    "nothing, until the disk is full",
                    "look at it with df");
        }
        String found = path + (existing.equals(path) ? " can be written to, " : " can be created, ") + free / MEBIBYTE
                + " MiB free";
        long wanted = configuration.number(dated ? Setting.OUTPUT_TOTAL_SIZE : Setting.OUTPUT_FILE_SIZE);
        if (free >= wanted) {
            return Check.ok("output", found);
        }
        return Check.weak(
                "output",
                found + ", " + wanted / MEBIBYTE + " MiB wanted",
                "lines are lost, counted and told once the disk is full",
                dated ? "make room, or lower output.total_size" : "make room");
    }

    private static Path nearestExisting(Path path) {
        Path existing = path;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }
}
