package dev.imdsanalyzer.output;

import java.io.IOException;
import java.nio.file.Path;

/** Another process writes to the file. */
final class FileInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FileInUseException(Path path) {
        super("another process writes to " + path);
    }
}
