package dev.imdsanalyzer.output;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Puts appenders together, in a Logback context of their own: lines and diagnostics never meet. */
final class Appenders {
    private final ContextBase context = new ContextBase();
    private final Destination destination;
    private final Encoder<Line> encoder;

    Appenders(Destination destination, Encoder<Line> encoder) {
        this.destination = destination;
        this.encoder = encoder;
        context.setName("events");
        context.start();
        encoder.setContext(context);
        encoder.start();
    }

    /** A started appender, or one that is not started because its file could not be opened. */
    EventAppender open() {
        EventAppender appender = new EventAppender();
        appender.setContext(context);
        appender.setName("events");
        appender.setEncoder(encoder);
        if (destination.dated()) {
            appender.setRollingPolicy(datedFiles(appender));
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

    /** Without a file name of its own, Logback writes straight to the dated file and renames nothing. */
    private SizeAndTimeBasedRollingPolicy<Line> datedFiles(EventAppender appender) {
        OldFiles.delete(destination.path(), LocalDate.now(ZoneOffset.UTC).minusDays(destination.maxDays()));
        SizeAndTimeBasedRollingPolicy<Line> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(destination.path() + "/imds-%d{yyyy-MM-dd,UTC}.%i.jsonl");
        policy.setMaxFileSize(new FileSize(destination.maxFileBytes()));
        policy.setMaxHistory(destination.maxDays());
        // Logback weighs the files before it opens the next one, which may then grow to its full size.
        long closed = Math.max(destination.maxFileBytes(), destination.maxTotalBytes() - destination.maxFileBytes());
        policy.setTotalSizeCap(new FileSize(closed));
        policy.setCleanHistoryOnStart(true);
        policy.start();
        return policy;
    }

    /** Whether a destination that failed may work later. */
    boolean mayRecover() {
        return destination.path() != null;
    }

    /** Ends the threads that delete old files. */
    void close() {
        context.stop();
    }
}
