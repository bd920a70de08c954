package dev.imdsanalyzer.report;

/** Why a line may hide an IMDSv1 call. Each keeps READY away until the window has been watched after it. */
public enum Doubt {
    UNKNOWN_VERSION("unknown-version", "call", "whose version could not be told"),
    MALFORMED("malformed", "malformed call", "that IMDS may have served"),
    CONFLICTING("conflicting", "call", "of which two contents were possible (conflicting-segments)"),
    NEWER_FORMAT("unknown-format", "line", "in a format that this version does not know"),
    BROKEN_LINE("broken-line", "half or malformed line", "that may have been a call"),
    CLOCK_SET_BACK(
            "clock-set-back",
            "time",
            "the clock was set back, or two analyzers wrote as one: when calls were made is not known"),
    UNDATED("undated", "line", "that may tell of a call or a loss and whose time cannot be believed"),
    UNSEEN_CONNECTS(
            "unseen-connects",
            "connect",
            "to IMDS that the kernel saw and whose packets the capture never showed (redirected to the loopback device, or on a"
                    + " device that is not captured?): what was asked is not known"),
    COUNTED_UNKNOWN("counted-unknown", "call", "of unknown version counted in summaries");

    private final String code;
    private final String noun;
    private final String what;

    Doubt(String code, String noun, String what) {
        this.code = code;
        this.noun = noun;
        this.what = what;
    }

    /** For a program: part of the JSON format. */
    public String code() {
        return code;
    }

    /** A clause for a person. */
    String clause(long count) {
        return Amount.of(count, noun) + " " + what;
    }
}
