package dev.imdsanalyzer.imds.caller;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.FindingSets;
import dev.imdsanalyzer.imds.ImdsCall;

/** What a call means that a process of this host has answered in the place of IMDS. */
public final class LocalAnswer {
    /** Value of {@code imds.answered_by}. */
    public static final String ANSWERED_BY = "local-proxy";

    private static final String ADVICE = "Nothing to change in this caller to require IMDSv2: a process of this host"
            + " answered in the place of IMDS; look at what that process asks IMDS itself, which has lines of its own.";

    private static final String REDIRECTED =
            "a request that was redirected on this host before any device showed it to IMDS's address";

    private LocalAnswer() {}

    /** The same call with {@link Finding#ANSWERED_LOCALLY}. */
    public static ImdsCall mark(ImdsCall call) {
        // Translated before it came to a device, it bore another address there; its answer bears that of IMDS.
        String detail = call.method() == null ? REDIRECTED : call.detail();
        return call.with(detail, FindingSets.with(call.findings(), Finding.ANSWERED_LOCALLY), ADVICE);
    }

    /** Whether it never reached IMDS. */
    public static boolean isOf(ImdsCall call) {
        return call.findings().contains(Finding.ANSWERED_LOCALLY);
    }
}
