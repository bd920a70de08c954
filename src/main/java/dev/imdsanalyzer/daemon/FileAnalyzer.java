package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.FileSource;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.imds.CallHandler;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.output.DestinationException;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.output.HostFacts;
import dev.imdsanalyzer.output.PeakWatch;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code read}: capture files through the same stages, without processes. What was read before a failure is written. */
public final class FileAnalyzer {
    private static final Caller NOBODY = Caller.unknown("a capture file does not tell processes");

    private final Configuration configuration;
    private final String version;
    private final Counters counters = new Counters();

    public FileAnalyzer(Configuration configuration, String version) {
        this.configuration = configuration;
        this.version = version;
    }

    /**
     * Reads files one after another, each on its own: connections do not go on from one to the next.
     *
     * @param files names; {@code -} is standard input
     */
    public void read(List<String> files) throws CaptureException, OutputException {
        ImdsSettings settings = new ImdsSettings(null);
        CallReview review = new CallReview(settings, configuration.list(Setting.POLICY_CREDENTIALS_ALLOW));
        try (EventLog log =
                EventLog.open(OutputDestinations.settings(configuration, version, true), HostFacts.NONE, counters)) {
            for (String file : files) {
                HeldRefusals refusals = new HeldRefusals(responseWait().toNanos(), log::write);
                readOne(file, settings, call -> take(call, review, refusals), log.peaks());
                refusals.end();
            }
        } catch (DestinationException e) {
            throw new OutputException(e.getMessage(), e);
        }
    }

    private Duration responseWait() {
        return Duration.ofSeconds(configuration.integer(Setting.LIMITS_RESPONSE_SECONDS));
    }

    private static void take(ImdsCall call, CallReview review, HeldRefusals refusals) {
        refusals.expire(call.timestampNanos());
        refusals.add(CallReview.callerKey(call, NOBODY), review.review(call, NOBODY), NOBODY);
    }

    private void readOne(String file, ImdsSettings settings, CallHandler calls, PeakWatch peaks)
            throws CaptureException {
        Pipeline pipeline = new Pipeline(configuration, settings, UnaryOperator.identity(), calls, counters, peaks);
        try (FileSource source = file.equals("-") ? FileSource.standardInput() : FileSource.open(Path.of(file))) {
            source.run(pipeline);
        } finally {
            pipeline.close();
        }
    }
}
