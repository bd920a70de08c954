package dev.imdsanalyzer.daemon.schedules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small files and folders, as far as their number, size and time allow; whatever cannot be read is not there. */
final class BoundedFiles {
    static final int MAXIMUM_FILES = 1024;
    static final int MAXIMUM_BYTES = 64 << 10;

    private static final int MAXIMUM_LISTED = 1024;

    private final long endNanos;
    private int files;

    /** @param patienceNanos after which it reads nothing more */
    BoundedFiles(long patienceNanos) {
        this.endNanos = System.nanoTime() + patienceNanos;
    }

    private boolean mayGoOn() {
        return files < MAXIMUM_FILES && System.nanoTime() - endNanos < 0;
    }

    /** What is in the folder, sorted; empty where there is none. */
    List<Path> list(Path folder) {
        List<Path> paths = new ArrayList<>();
        if (!mayGoOn() || !Files.isDirectory(folder)) {
            return paths;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (paths.size() == MAXIMUM_LISTED) {
                    break;
                }
                paths.add(entry);
            }
        } catch (IOException e) {
            return List.of();
        }
        paths.sort(null);
        return paths;
    }

    /** The start of a regular file, at most {@value #MAXIMUM_BYTES} bytes; null where there is none. */
    String text(Path file) {
        if (!mayGoOn() || !Files.isRegularFile(file)) {
            return null;
        }
        files++;
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAXIMUM_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
    }
}
