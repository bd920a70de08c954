package dev.imdsanalyzer.output;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;

/**
 * About how much memory is held, in characters: those of all texts, and a share for the objects around them. Whoever calls
 * IMDS chooses most of these texts, so a bound on the number of calls alone bounds nothing.
 *
 * <p>A text with characters beyond Latin-1 takes two bytes for each. What several calls share counts for each of them.
 */
public final class Weight {
    private static final int CALL = 256;
    private static final int CALLER = 256;
    private static final int ANCESTOR = 64;

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

    /** A caller and all its ancestors. */
    public static int of(Caller caller) {
        int weight = CALLER
                + length(caller.reason())
                + length(caller.executable())
                + length(caller.script())
                + length(caller.commandLine())
                + length(caller.workingDirectory())
                + length(caller.systemdUnit());
        for (Ancestor ancestor : caller.ancestors()) {
            weight += ANCESTOR
                    + length(ancestor.name())
                    + length(ancestor.executable())
                    + length(ancestor.commandLine())
                    + length(ancestor.script());
        }
        return weight;
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }
}
