package dev.imdsanalyzer.report;

/** Calls added up by version and outcome, with the times of the first and the last. Times: microseconds since the epoch. */
public final class Tally {
    /** No such call. */
    public static final long NEVER = Long.MIN_VALUE;

    private long v1Served;
    private long v1Rejected;
    private long v2;
    private long unknown;
    private long fallbacks;
    private long first = Long.MAX_VALUE;
    private long last = NEVER;
    private long lastV1Served = NEVER;
    private long lastV1Rejected = NEVER;

    void add(Call call) {
        switch (call.kind()) {
            case V1_SERVED -> {
                v1Served += call.count();
                lastV1Served = Math.max(lastV1Served, call.lastMicros());
            }
            case V1_REJECTED -> {
                v1Rejected += call.count();
                lastV1Rejected = Math.max(lastV1Rejected, call.lastMicros());
            }
            case V2 -> v2 += call.count();
            case UNKNOWN -> unknown += call.count();
        }
        if (call.fallback()) {
            fallbacks += call.count();
        }
        first = Math.min(first, call.firstMicros());
        last = Math.max(last, call.lastMicros());
    }

    /** IMDSv1 calls that IMDS did not refuse; 404 and a missing answer count too. */
    public long v1Served() {
        return v1Served;
    }

    /** IMDSv1 calls answered 401 or 403. */
    public long v1Rejected() {
        return v1Rejected;
    }

    /** IMDSv2 calls, the requests for tokens included. */
    public long v2() {
        return v2;
    }

    /** Calls whose version could not be told. */
    public long unknown() {
        return unknown;
    }

    /** IMDSv1 calls by a process that had asked for a token and got none. */
    public long fallbacks() {
        return fallbacks;
    }

    /** All IMDSv1 calls. */
    public long v1() {
        return v1Served + v1Rejected;
    }

    /** All calls. */
    public long total() {
        return v1Served + v1Rejected + v2 + unknown;
    }

    /** Time of the first call; {@link #NEVER} if there is none. */
    public long first() {
        return first == Long.MAX_VALUE ? NEVER : first;
    }

    /** Time of the last call; {@link #NEVER} if there is none. */
    public long last() {
        return last;
    }

    /** Time of the last IMDSv1 call that was not refused. */
    public long lastV1Served() {
        return lastV1Served;
    }

    /** Time of the last IMDSv1 call that was refused. */
    public long lastV1Rejected() {
        return lastV1Rejected;
    }

    /** Time of the last IMDSv1 call of either kind. */
    public long lastV1() {
        return Math.max(lastV1Served, lastV1Rejected);
    }
}
