package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.FileSource;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.calls.CallReview;
import dev.imdsanalyzer.daemon.calls.CapturedProcesses;
import dev.imdsanalyzer.daemon.calls.HeldRefusals;
import dev.imdsanalyzer.daemon.calls.Pipeline;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.output.file.DestinationException;
import dev.imdsanalyzer.output.line.HostFacts;
import dev.imdsanalyzer.output.line.summary.PeakWatch;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code read}: capture files through the same stages, without processes. What was read before a failure is written. */
public final class FileAnalyzer {
    private static final Logger LOG = LoggerFactory.getLogger(FileAnalyzer.class);

    private final Configuration configuration;
    private final String version;
    private final Counters counters = new Counters();

    public FileAnalyzer(Configuration configuration, String version) {
        this.configuration = configuration;
        this.version = version;
    }

    /**
     * Reads files one after another, each on its own: connections do not go on from one to the next, and processes are not the
     * same.
     *
     * @param files names; {@code -} is standard input
     */
    public void read(List<String> files) throws CaptureException, OutputException {
        try (EventLog log =
                EventLog.open(OutputDestinations.settings(configuration, version, true), HostFacts.NONE, counters)) {
            for (String file : files) {
                HeldRefusals refusals = new HeldRefusals(responseWait().toNanos(), log::write);
                long cutBefore = counters.get(Counter.SEGMENTS_TRUNCATED);
                try {
                    readOne(file, refusals, log.peaks());
                } finally {
                    refusals.end();
                    tellCut(file, counters.get(Counter.SEGMENTS_TRUNCATED) - cutBefore);
                }
            }
            log.callers();
        } catch (DestinationException e) {
            throw new OutputException(e.getMessage(), e);
        } finally {
            counters.faults().tell(fault -> LOG.error("survived {}", fault));
        }
    }

    private Duration responseWait() {
        return Duration.ofSeconds(configuration.integer(Setting.LIMITS_RESPONSE_SECONDS));
    }

    private static void tellCut(String file, long segments) {
        if (segments > 0) {
            LOG.warn(
                    "{}: {} packets were cut short when they were captured (snapshot length): of the calls in them only the"
                            + " beginning is known, or nothing. Capture whole packets, as with tcpdump -s 0",
                    file,
                    segments);
        }
    }

    private void readOne(String file, HeldRefusals refusals, PeakWatch peaks) throws CaptureException {
        ImdsSettings settings = new ImdsSettings(null);
        CallReview review = new CallReview(settings, configuration.allowedCallers());
        CapturedProcesses[] processes = new CapturedProcesses[1];
        Pipeline pipeline = new Pipeline(
                configuration,
                settings,
                next -> processes[0] = new CapturedProcesses(next),
                call -> take(call, processes[0].callerOf(call.connectionId()), review, refusals),
                counters,
                peaks);
        try (FileSource source = file.equals("-") ? FileSource.standardInput() : FileSource.open(Path.of(file))) {
            source.run(processes[0].before(pipeline));
        } finally {
            pipeline.close();
        }
    }

    private static void take(ImdsCall call, Caller caller, CallReview review, HeldRefusals refusals) {
        refusals.expire(call.timestampNanos());
        refusals.add(CallReview.callerKey(call, caller), review.review(call, caller), caller);
    }
}
