package dev.imdsanalyzer.daemon.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text file of the kernel's, whose size it does not tell beforehand. */
final class HostFile {
    /** Long enough for the routes of any host; a longer table is cut. */
    private static final int MAX_BYTES = 4 << 20;

    private HostFile() {}

    /** All of it, or nothing where it cannot be read. */
    static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** The reason in an exception, never null. */
    static String reason(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(e.toString());
    }
}
