package dev.imdsanalyzer.output.line;

import ch.qos.logback.core.spi.DeferredProcessingAware;
import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.TextLine;

/** One line of the log on its way to its destination. Immutable, so that it may change threads. */
public abstract class Line implements DeferredProcessingAware {
    /**
     * Writes all fields but the braces around them, {@code timestamp} first.
     *
     * @param callers writes those of a caller, which are kept
     */
    public abstract void writeJson(LineJson json, CallerMembers callers);

    /** Writes the line for a person, with its line end; nothing for lines that only machines want. */
    public abstract void writeText(TextLine text);

    /** About how many characters of memory this line holds to itself. */
    public int weight() {
        return 256;
    }

    /** How many calls are lost if this line is. */
    public long calls() {
        return 0;
    }

    @Override
    public final void prepareForDeferredProcessing() {}
}
