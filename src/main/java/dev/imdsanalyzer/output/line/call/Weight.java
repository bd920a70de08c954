package dev.imdsanalyzer.output.line.call;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.process.Caller;

/**
 * About how much memory is held, in characters: those of all texts, and a share for the objects around them. Whoever calls
 * IMDS chooses most of these texts, so a bound on the number of calls alone bounds nothing.
 *
 * <p>A text with characters beyond Latin-1 takes two bytes for each. What several calls share counts for each of them.
 */
public final class Weight {
    private static final int CALL = 256;

    private Weight() {}

    /** A call and its texts. */
    public static int of(ImdsCall call) {
        return CALL
                + length(call.method())
                + length(call.path())
                + length(call.query())
                + length(call.userAgent())
                + length(call.userAgentName())
                + length(call.userAgentVersion())
                + length(call.server())
                + length(call.detail());
    }

    /** A caller and all its ancestors, whose weight is in bytes, at two for each character. */
    public static int of(Caller caller) {
        return caller.weight() / 2;
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }
}
