package dev.imdsanalyzer.report.input;

import java.io.IOException;
import java.util.List;

/** An input is something that other commands read, or nothing of ours. The message is for the user. */
public final class NotALogException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    private NotALogException(String input, String reason) {
        super(input + ": " + reason);
        this.reason = reason;
    }

    /** The message without the input's name. */
    String reason() {
        return reason;
    }

    /**
     * Refuses what was read in full without a line of ours, and held lines of somebody else.
     *
     * @param inputs as they were named
     */
    public static void requireLog(List<String> inputs, InputCounts counts) throws NotALogException {
        if (counts.events() == 0 && counts.foreign() > 0 && counts.damaged() == 0) {
            String more = inputs.size() > 1 ? " and " + (inputs.size() - 1) + " more" : "";
            throw new NotALogException(
                    inputs.get(0) + more,
                    "no line of this program's log is in it: a log is what run writes, one JSON object a line");
        }
    }

    static NotALogException capture(String input) {
        return new NotALogException(input, "this is a capture: use read (imds-packet-analyzer read " + input + ")");
    }
}
