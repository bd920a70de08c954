package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.LiveSource;
import dev.imdsanalyzer.daemon.calls.PipelineWarmUp;
import dev.imdsanalyzer.daemon.host.Footprint;
import dev.imdsanalyzer.kernel.bpf.ConnectProbe;
import dev.imdsanalyzer.output.EventLog;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;

/**
 * Loads on other processors what a live run needs soon, while the calling thread still reads the command line and the
 * configuration: JNA with what captures, the stages from a packet to a call, what encodes lines, and where the kernel's
 * structs have their members; and cuts the mappings of the JVM's files. It opens no capture. Whoever then needs the missing
 * thing tells that it is missing; why is known here alone, as the JVM keeps no cause of a class that failed once (JVMS 5.5).
 */
public final class WarmStart {
    private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

    private WarmStart() {}

    /** Begins; any thread, once. */
    public static void begin() {
        start("warm-memory", Footprint::warmUp);
        start("warm-log", EventLog::warmUp);
        // Here, as SLF4J gives only stand-ins to a thread that asks while another one is setting it up.
        LoggerFactory.getILoggerFactory();
        start("warm-capture", LiveSource::warmUp);
        start("warm-kernel", ConnectProbe::warmUp);
        start("warm-stages", PipelineWarmUp::run);
    }

    private interface WarmUp {
        void run() throws IOException;
    }

    static void failed(Throwable failure) {
        FAILURE.compareAndSet(null, failure);
    }

    /** What first failed here, down to its cause and the place of that, to be put behind a message; empty for nothing. */
    public static String failure() {
        Throwable cause = FAILURE.get();
        if (cause == null) {
            return "";
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        StackTraceElement[] frames = cause.getStackTrace();
        return "; before it " + cause + (frames.length == 0 ? "" : " at " + frames[0]);
    }

    private static void start(String name, WarmUp warmUp) {
        Runnable quiet = () -> {
            try {
                warmUp.run();
            } catch (IOException | RuntimeException | LinkageError e) {
                failed(e);
                LoggerFactory.getLogger(WarmStart.class).debug("{} ended early", name, e);
            }
        };
        Thread thread = new Thread(quiet, name);
        thread.setDaemon(true);
        thread.start();
    }
}
