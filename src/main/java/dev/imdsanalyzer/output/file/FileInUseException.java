package dev.imdsanalyzer.output.file;

import java.io.IOException;
import java.nio.file.Path;

/** Another process writes to the file. */
public final class FileInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param path the file, or its folder */
    public FileInUseException(Path path) {
        super("another process writes to " + path);
    }
}
