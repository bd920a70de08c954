package dev.imdsanalyzer.report.input;

import java.io.PrintStream;
import java.util.Locale;

/** A progress bar on a terminal, for inputs that take a while; silent where it is not wanted. */
public final class Progress {
    private static final long FIRST_AFTER_NANOS = 700_000_000L;
    private static final long INTERVAL_NANOS = 100_000_000L;
    private static final int WIDTH = 30;

    private final PrintStream terminal;
    private final long startNanos = System.nanoTime();
    private long lastNanos = startNanos;
    private long expectedBytes;
    private long readBytes;
    private boolean shown;

    /** @param terminal where to draw; null for nowhere */
    public Progress(PrintStream terminal) {
        this.terminal = terminal;
    }

    void expect(long bytes) {
        expectedBytes = bytes;
    }

    void advance(long bytes) {
        readBytes += bytes;
        if (terminal == null) {
            return;
        }
        long now = System.nanoTime();
        if (now - startNanos > FIRST_AFTER_NANOS && now - lastNanos > INTERVAL_NANOS) {
            lastNanos = now;
            draw(now);
        }
    }

    void done() {
        if (shown) {
            terminal.print("\r\u001b[K");
            terminal.flush();
        }
    }

    private void draw(long now) {
        shown = true;
        double share = expectedBytes <= 0 ? 0 : Math.min(1, (double) readBytes / expectedBytes);
        int full = (int) (share * WIDTH);
        double mebibytesPerSecond = readBytes / 1_048_576.0 / ((now - startNanos) / 1e9);
        terminal.printf(
                Locale.ROOT,
                "\rreading [%s%s] %3.0f %%  %.0f MiB/s\u001b[K",
                "#".repeat(full),
                ".".repeat(WIDTH - full),
                share * 100,
                mebibytesPerSecond);
        terminal.flush();
    }
}
