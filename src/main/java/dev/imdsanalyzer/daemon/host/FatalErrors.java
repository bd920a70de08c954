package dev.imdsanalyzer.daemon.host;

import java.io.PrintStream;
import java.util.function.IntConsumer;

/**
 * Ends the process when one of its threads ends by an error: memory that ran out, a class that cannot be loaded. Nobody
 * would do that thread's work, and a capture that says nothing must not look like a host without calls. systemd starts
 * the service anew.
 */
public final class FatalErrors implements Thread.UncaughtExceptionHandler {
    /** EX_SOFTWARE of sysexits.h. */
    static final int EXIT_CODE = 70;

    private final PrintStream err;
    private final IntConsumer end;

    /** @param end ends the process with an exit code */
    FatalErrors(PrintStream err, IntConsumer end) {
        this.err = err;
        this.end = end;
    }

    /** For all threads that have no handler of their own. */
    public static void install() {
        // Not System.exit: its hooks may want what just failed.
        Thread.setDefaultUncaughtExceptionHandler(
                new FatalErrors(System.err, code -> Runtime.getRuntime().halt(code)));
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        try {
            err.println("imds-packet-analyzer: the thread " + thread.getName() + " failed: " + failure);
        } finally {
            end.accept(EXIT_CODE);
        }
    }
}
