package dev.imdsanalyzer.report;

import java.util.Map;

/** How pressing a caller is that keeps an instance from READY, the most pressing first. Times: microseconds since the epoch. */
public enum Urgency {
    /** IMDSv2 is required somewhere and refuses it: it is broken now. */
    BREAKING("breaking"),
    /** It fetches a role's credentials by IMDSv1. */
    CREDENTIALS("credentials"),
    /** It called IMDSv1 in the last day. */
    ACTIVE("active"),
    /** It was mended or stopped, and the window since is not over. */
    QUIET("quiet");

    private static final long DAY_MICROS = 24 * 3_600_000_000L;

    private final String code;

    Urgency(String code) {
        this.code = code;
    }

    /** Part of the JSON format. */
    public String code() {
        return code;
    }

    static Urgency of(CallerGroup caller, Map<Instance, InstanceVerdict> verdicts, long windowMicros) {
        Urgency most = QUIET;
        for (CallerGroup.OnInstance on : caller.instances()) {
            InstanceVerdict instance = verdicts.get(on.instance());
            long lastV1 = on.tally().lastV1();
            if (!instance.holds(lastV1, windowMicros)) {
                continue;
            }
            Urgency here = QUIET;
            if (breaksNow(on, instance, windowMicros)) {
                here = BREAKING;
            } else if (caller.fetchedCredentialsByV1() && !isMended(on)) {
                here = CREDENTIALS;
            } else if (on.instance().lastEvent() - lastV1 <= DAY_MICROS) {
                here = ACTIVE;
            }
            most = here.compareTo(most) < 0 ? here : most;
        }
        return most;
    }

    /** Refused on an instance that requires IMDSv2, and not seen to do without since. */
    static boolean breaksNow(CallerGroup.OnInstance on, InstanceVerdict instance, long windowMicros) {
        return instance.verdict() == Verdict.REQUIRED_BUT_BREAKING
                && instance.holds(on.tally().lastV1Rejected(), windowMicros)
                && !isMended(on);
    }

    /** Whether it went on for a day without IMDSv1. Who only fell silent may have broken. */
    private static boolean isMended(CallerGroup.OnInstance on) {
        return on.tally().last() - on.tally().lastV1() > DAY_MICROS;
    }
}
