package dev.imdsanalyzer.daemon.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text file of the kernel's, whose size it does not tell beforehand. */
public final class HostFile {
    /** Long enough for the routes of any host; a longer table is cut. */
    private static final int MAX_BYTES = 4 << 20;

    private HostFile() {}

    /** All of it, or nothing where it cannot be read. */
    public static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether it can be opened: access(2) does not count the capabilities of a user that is not root. */
    public static boolean canRead(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** The same for a folder. */
    public static boolean canList(Path folder) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            // One is read too, as a search does.
            boolean unused = entries.iterator().hasNext();
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** The reason in an exception, never null. */
    public static String reason(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(e.toString());
    }
}
