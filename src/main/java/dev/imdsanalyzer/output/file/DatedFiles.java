package dev.imdsanalyzer.output.file;

import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.TriggeringPolicy;
import ch.qos.logback.core.rolling.helper.CompressionMode;
import dev.imdsanalyzer.output.line.Line;
import java.io.File;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/**
 * The policy of files that are written directly under their dated names and never renamed. A file is left for another
 * when a line does not fit any more, and when today's date in UTC is another one than its own: earlier, too, for a clock
 * that was set back must not keep lines in a file of some far day.
 *
 * <p>Logback's own policy of this kind goes by the wall clock alone: set ahead it deletes everything, set back it deletes
 * nothing any more.
 */
final class DatedFiles extends RollingPolicyBase implements TriggeringPolicy<Line> {
    private final Destination destination;
    private final FileClock clock;
    private final Retention retention;
    private final EventAppender appender;
    private Path active;
    private long activeDay;

    /** @param appender whose file it is */
    DatedFiles(Destination destination, FileClock clock, Retention retention, EventAppender appender) {
        this.destination = destination;
        this.clock = clock;
        this.retention = retention;
        this.appender = appender;
    }

    @Override
    public void start() {
        choose(false);
        super.start();
    }

    @Override
    public boolean isTriggeringEvent(File activeFile, Line line) {
        return clock.epochDay() != activeDay || !appender.hasRoomWithin(destination.maxFileBytes());
    }

    @Override
    public void rollover() {
        choose(clock.epochDay() == activeDay);
    }

    /** @param next whether today's newest file has no room left, whatever its length */
    private void choose(boolean next) {
        LocalDate today = clock.today();
        int index = 0;
        List<DatedFile> files = DatedFile.list(destination.path());
        for (DatedFile file : files) {
            if (file.date().equals(today)) {
                boolean full = next || file.bytes() >= destination.maxFileBytes();
                index = full ? file.index() + 1 : file.index();
            }
        }
        active = DatedFile.path(destination.path(), today, index);
        activeDay = today.toEpochDay();
        retention.clean(active);
    }

    @Override
    public String getActiveFileName() {
        return active.toString();
    }

    @Override
    public CompressionMode getCompressionMode() {
        return CompressionMode.NONE;
    }
}
