package dev.imdsanalyzer.output.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a folder's dated files within their total and their age. The file in use is never deleted, and counts with the
 * room that it may still grow into, so that the total holds until the next look.
 *
 * <p>The total holds whatever the clock says. Age is judged by a steady clock alone: one that jumps ahead would make
 * every file too old, those that no log shipper has seen included.
 */
final class Retention {
    private final Destination limits;
    private final FileClock clock;
    private final StepWatch steps;

    Retention(Destination limits, FileClock clock) {
        this.limits = limits;
        this.clock = clock;
        this.steps = new StepWatch(clock);
    }

    /** @param inUse need not be there yet */
    void clean(Path inUse) {
        boolean byAge = steps.steady();
        LocalDate today = clock.today();
        LocalDate oldest = today.minusDays(limits.maxDays());
        List<DatedFile> files = oldestFirst(DatedFile.list(limits.path()), today);
        long total = totalWith(inUse, files);
        for (DatedFile file : files) {
            boolean old = byAge && file.date().isBefore(oldest);
            if (!file.path().equals(inUse) && (old || total > limits.maxTotalBytes()) && delete(file.path())) {
                total -= file.bytes();
            }
        }
    }

    /** Those of dates to come were written while the clock was ahead: before now, so before today's. */
    private static List<DatedFile> oldestFirst(List<DatedFile> byName, LocalDate today) {
        List<DatedFile> ordered = new ArrayList<>(byName.size());
        // A day's difference may be no more than midnight.
        LocalDate tomorrow = today.plusDays(1);
        byName.stream().filter(file -> file.date().isAfter(tomorrow)).forEach(ordered::add);
        byName.stream().filter(file -> !file.date().isAfter(tomorrow)).forEach(ordered::add);
        return ordered;
    }

    private long totalWith(Path inUse, List<DatedFile> files) {
        long total = limits.maxFileBytes();
        for (DatedFile file : files) {
            total += file.path().equals(inUse) ? Math.max(0, file.bytes() - limits.maxFileBytes()) : file.bytes();
        }
        return total;
    }

    /** A file that cannot be deleted costs nothing but its room. */
    private static boolean delete(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            return false;
        }
    }
}
