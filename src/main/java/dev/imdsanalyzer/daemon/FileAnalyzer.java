package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.FileSource;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.imds.CallHandler;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.output.DestinationException;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.output.HostFacts;
import dev.imdsanalyzer.output.PeakWatch;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counters;
import java.nio.file.Path;
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
        CallReview review = new CallReview(settings, configuration.allowedCallers());
        try (EventLog log =
                EventLog.open(OutputDestinations.settings(configuration, version, true), HostFacts.NONE, counters)) {
            for (String file : files) {
                readOne(file, settings, call -> log.write(review.review(call, NOBODY), NOBODY), log.peaks());
            }
        } catch (DestinationException e) {
            throw new OutputException(e.getMessage(), e);
        }
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
