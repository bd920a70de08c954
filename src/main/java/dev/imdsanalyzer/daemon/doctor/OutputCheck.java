package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.OutputDestinations;
import dev.imdsanalyzer.daemon.host.HostFile;
import dev.imdsanalyzer.output.file.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the lines go: whether they can be written there, and how much room there is. Writes nothing. */
final class OutputCheck {
    private static final long MEBIBYTE = 1 << 20;

    private final Configuration configuration;
    private final Destination destination;
    private final Path path;

    private OutputCheck(Configuration configuration, Destination destination) {
        this.configuration = configuration;
        this.destination = destination;
        this.path = destination.path().toAbsolutePath();
    }

    /** Whether this user can write there. */
    static Check of(Configuration configuration) {
        return of(configuration, null);
    }

    /** @param service which is to write there; null for this user */
    static Check of(Configuration configuration, ServiceAccess service) {
        Destination destination = OutputDestinations.destination(configuration);
        return destination.path() == null
                ? Check.ok("output", "standard output")
                : new OutputCheck(configuration, destination).judge(service);
    }

    private Check judge(ServiceAccess service) {
        if (service != null && !Files.exists(path) && service.makes(path)) {
            return room(nearestExisting(), path + " is made by the service's unit at its start");
        }
        String obstacle = OutputDestinations.obstacle(destination);
        if (obstacle != null) {
            return Check.missing(
                    "output",
                    obstacle,
                    "the analyzer does not start: it makes no folder but the last one of a path that ends in /",
                    "make the folder, or correct output.destination");
        }
        Path existing = nearestExisting();
        if (!Files.isWritable(existing)) {
            return Check.missing(
                    "output",
                    existing + " cannot be written to by this user, or is mounted read-only",
                    "no line is kept",
                    "give the folder to the user that runs the analyzer, or set output.destination");
        }
        Check refusal = service == null ? null : service.refusal(path, existing);
        String possible = existing.equals(path) ? " can be written to" : " can be created";
        return refusal != null
                ? refusal
                : room(existing, path + possible + (service == null ? "" : " by the service's user " + service.user()));
    }

    /** There is one: the root. */
    private Path nearestExisting() {
        Path existing = path;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private Check room(Path existing, String possible) {
        long free;
        try {
            free = Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            return Check.weak(
                    "output",
                    possible + ", its free space is unknown: " + HostFile.reason(e),
                    "nothing, until the disk is full",
                    "look at it with df");
        }
        String found = possible + ", " + free / MEBIBYTE + " MiB free";
        long wanted = configuration.number(destination.dated() ? Setting.OUTPUT_TOTAL_SIZE : Setting.OUTPUT_FILE_SIZE);
        if (free >= wanted) {
            return Check.ok("output", found);
        }
        return Check.weak(
                "output",
                found + ", " + wanted / MEBIBYTE + " MiB wanted",
                "lines are lost, counted and told once the disk is full",
                destination.dated() ? "make room, or lower output.total_size" : "make room");
    }
}
