package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.LiveSource;
import dev.imdsanalyzer.daemon.calls.PipelineWarmUp;
import dev.imdsanalyzer.kernel.bpf.ConnectProbe;
import dev.imdsanalyzer.output.EventLog;
import java.io.IOException;
import org.slf4j.LoggerFactory;

/**
 * Loads on other processors what a live run needs soon, while the calling thread still reads the command line and the
 * configuration: JNA with what captures, the stages from a packet to a call, what encodes lines, and where the kernel's
 * structs have their members. It opens nothing and tells no failure: whoever then needs the missing thing does.
 */
public final class WarmStart {
    private WarmStart() {}

    /** Begins; any thread, once. */
    public static void begin() {
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

    private static void start(String name, WarmUp warmUp) {
        Runnable quiet = () -> {
            try {
                warmUp.run();
            } catch (IOException | RuntimeException | LinkageError e) {
                LoggerFactory.getLogger(WarmStart.class).debug("{} ended early", name, e);
            }
        };
        Thread thread = new Thread(quiet, name);
        thread.setDaemon(true);
        thread.start();
    }
}
