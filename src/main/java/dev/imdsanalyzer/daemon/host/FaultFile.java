package dev.imdsanalyzer.daemon.host;

import dev.imdsanalyzer.status.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the service has survived, for {@code doctor}: a line each, in the folder that systemd makes for it (RuntimeDirectory=
 * of systemd.exec(5)). Nowhere else: there stderr has it at the end. For one thread.
 */
public final class FaultFile {
    /** In the service's folder. */
    public static final String NAME = "faults";

    /** Failures may come as fast as packets. */
    private static final long PAUSE_NANOS = 10_000_000_000L;

    private final Path file;
    private final Faults faults;
    private long written;
    private long writtenNanos;

    private FaultFile(Path file, Faults faults) {
        this.file = file;
        this.faults = faults;
    }

    /** @param environment names the folder, or none */
    public static FaultFile of(Map<String, String> environment, Faults faults) {
        String folders = environment.get("RUNTIME_DIRECTORY");
        return new FaultFile(folders == null ? null : Path.of(folders.split(":", 2)[0], NAME), faults);
    }

    /**
     * Writes the file anew where there is something new, at most every ten seconds.
     *
     * @param nowNanos monotonic
     */
    public void update(long nowNanos) {
        long total = faults.total();
        if (file == null || total == written || (written > 0 && nowNanos - writtenNanos < PAUSE_NANOS)) {
            return;
        }
        written = total;
        writtenNanos = nowNanos;
        List<String> lines = new ArrayList<>();
        faults.tell(lines::add);
        Path whole = file.resolveSibling(NAME + ".new");
        try {
            Files.write(whole, lines);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // The next failure is another chance, and stderr has them all at the end.
        }
    }
}
