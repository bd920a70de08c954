package dev.imdsanalyzer.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Packets that a device or its driver lost since the capture was opened, with or without regard to the filter: what
 * sysfs-class-net-statistics calls missed and what found the device's own queue full. 0 for all devices together.
 */
final class InterfaceDrops {
    private static final String[] COUNTS = {"rx_missed_errors", "rx_fifo_errors"};

    private final Path folder;
    private final long atStart;

    InterfaceDrops(CaptureSettings settings) {
        folder = settings.isAny() ? null : Path.of("/sys/class/net", settings.device(), "statistics");
        atStart = sum();
    }

    long sinceStart() {
        return Math.max(0, sum() - atStart);
    }

    private long sum() {
        long sum = 0;
        if (folder != null) {
            for (String count : COUNTS) {
                sum += read(folder.resolve(count));
            }
        }
        return sum;
    }

    /** The device may be gone. */
    private static long read(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
