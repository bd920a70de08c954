package dev.imdsanalyzer.output.file;

import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.TriggeringPolicy;
import ch.qos.logback.core.rolling.helper.CompressionMode;
import dev.imdsanalyzer.output.line.Line;
import java.io.File;

/** The policy of one file that is never left for another. */
final class FixedFile extends RollingPolicyBase implements TriggeringPolicy<Line> {
    private final String name;

    FixedFile(String name) {
        this.name = name;
    }

    @Override
    public boolean isTriggeringEvent(File activeFile, Line line) {
        return false;
    }

    @Override
    public void rollover() {}

    @Override
    public String getActiveFileName() {
        return name;
    }

    @Override
    public CompressionMode getCompressionMode() {
        return CompressionMode.NONE;
    }
}
