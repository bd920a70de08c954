package dev.imdsanalyzer.output.file;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.Encoder;
import dev.imdsanalyzer.output.line.Line;
import java.nio.file.Path;

/** Puts appenders together, in a Logback context of their own: lines and diagnostics never meet. */
public final class Appenders {
    private final ContextBase context = new ContextBase();
    private final Destination destination;
    private final Encoder<Line> encoder;
    private final FileClock clock;
    /** One for all appenders: a clock that was set is remembered from file to file. */
    private final Retention retention;

    private final boolean mayRecover;

    /** Opens nothing yet. */
    public Appenders(Destination destination, Encoder<Line> encoder) {
        this(destination, encoder, FileClock.SYSTEM);
    }

    Appenders(Destination destination, Encoder<Line> encoder, FileClock clock) {
        this.destination = destination;
        this.encoder = encoder;
        this.clock = clock;
        this.retention = new Retention(destination, clock);
        this.mayRecover = destination.path() != null || EventFile.standardOutputIsRegular();
        context.setName("events");
        context.start();
        encoder.setContext(context);
        encoder.start();
    }

    /** Loads what looks for files, ahead of the first; nothing is opened. */
    public static void warmUp() {
        DatedFile.list(Path.of("/nonexistent"));
    }

    /** A started appender, or one that is not started because its file could not be opened. */
    public EventAppender open() {
        EventAppender appender = new EventAppender();
        appender.setContext(context);
        appender.setName("events");
        appender.setEncoder(encoder);
        if (destination.dated()) {
            DatedFiles policy = new DatedFiles(destination, clock, retention, appender);
            policy.start();
            appender.setRollingPolicy(policy);
        } else {
            String name = destination.path() == null
                    ? EventAppender.STANDARD_OUTPUT
                    : destination.path().toString();
            FixedFile policy = new FixedFile(name);
            policy.start();
            appender.setRollingPolicy(policy);
        }
        appender.start();
        return appender;
    }

    /** Whether another process writes to any of the dated files; to be asked before one is opened. */
    public boolean inUse() {
        return destination.dated()
                && DatedFile.list(destination.path()).stream().anyMatch(file -> EventFile.isInUse(file.path()));
    }

    /** Null for standard output. */
    public Path path() {
        return destination.path();
    }

    /** Whether a destination that failed may work later. */
    public boolean mayRecover() {
        return mayRecover;
    }

    /** Of all appenders. */
    public void close() {
        context.stop();
    }
}
