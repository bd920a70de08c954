package dev.imdsanalyzer.output.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;

/** Has a dated file open, as another analyzer would. */
public final class OtherWriter implements AutoCloseable {
    private final Path path;
    private final EventFile file;

    public OtherWriter(Path folder, LocalDate date) throws IOException {
        path = DatedFile.path(folder, date, 0);
        file = EventFile.open(path);
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
