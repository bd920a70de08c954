package dev.imdsanalyzer.output.line;

import ch.qos.logback.core.ContextBase;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.line.call.CallLine;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.nio.charset.StandardCharsets;

/** A call's line of the log without the log: as the encoder gives it, on the calling thread. */
public final class RenderedLine {
    private final Counters counters;
    private final JsonLineEncoder encoder;

    /** @param counters where a line that cannot be encoded is counted */
    public RenderedLine(Counters counters) {
        this.counters = counters;
        encoder = new JsonLineEncoder();
        encoder.setContext(new ContextBase());
        encoder.start();
    }

    public static String of(CallLine line, Counters counters) {
        return new String(new RenderedLine(counters).encoder.encode(line), StandardCharsets.UTF_8);
    }

    /** The line with its line end; empty if it could not be encoded. */
    public String of(ImdsCall call, Caller caller) {
        try {
            return new String(encoder.encode(Samples.line(call, caller)), StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            counters.increment(Counter.INTERNAL_ERRORS);
            return "";
        }
    }
}
