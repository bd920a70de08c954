package dev.imdsanalyzer.report;

/** Calls added up by version and outcome, with the times of the first and the last. Times: microseconds since the epoch. */
public final class Tally {
    /** No such call. */
    public static final long NEVER = Long.MIN_VALUE;

    private long v1Served;
    private long v1Rejected;
    private long v2;
    private long unknown;
    private long local;
    private long fallbacks;
    private long first = Long.MAX_VALUE;
    private long last = NEVER;
    private long lastV1Served = NEVER;
    private long lastV1Rejected = NEVER;
    private long v1Harmless;
    private long v1HarmlessServed;
    private long probes;
    private long v1Forbidden;
    private long v1Recovered;
    private long lastV1Forbidden = NEVER;
    private long lastV1Line = NEVER;
    private long lastV1Admitted = NEVER;
    private long lastV1Unauthorized = NEVER;

    void add(Call call) {
        if (call.local()) {
            addLocal(call);
        } else {
            addByKind(call);
        }
        first = Math.min(first, call.firstMicros());
        last = Math.max(last, call.lastMicros());
    }

    /** A summary counts it among the IMDSv1 calls all the same. */
    private void addLocal(Call call) {
        local += call.count();
        if (call.kind() == Call.Kind.V1_SERVED || call.kind() == Call.Kind.V1_REJECTED) {
            lastV1Line = Math.max(lastV1Line, call.lastMicros());
        }
    }

    private void addByKind(Call call) {
        switch (call.kind()) {
            case V1_SERVED -> addServed(call);
            case V1_REJECTED -> addRefused(call);
            case V2 -> v2 += call.count();
            case UNKNOWN -> unknown += call.count();
        }
        if (call.fallback()) {
            fallbacks += call.count();
        }
    }

    private void addServed(Call call) {
        v1Served += call.count();
        lastV1Line = Math.max(lastV1Line, call.lastMicros());
        if (call.probe() || !call.harmless()) {
            lastV1Admitted = Math.max(lastV1Admitted, call.lastMicros());
        }
        if (call.harmless()) {
            addHarmless(call);
            v1HarmlessServed += call.count();
        } else {
            lastV1Served = Math.max(lastV1Served, call.lastMicros());
        }
    }

    private void addRefused(Call call) {
        v1Rejected += call.count();
        lastV1Line = Math.max(lastV1Line, call.lastMicros());
        if (!call.forbidden()) {
            lastV1Unauthorized = Math.max(lastV1Unauthorized, call.lastMicros());
        }
        if (call.harmless()) {
            addHarmless(call);
        } else if (call.recovered()) {
            v1Recovered += call.count();
        } else if (call.forbidden()) {
            v1Forbidden += call.count();
            lastV1Forbidden = Math.max(lastV1Forbidden, call.lastMicros());
        } else {
            lastV1Rejected = Math.max(lastV1Rejected, call.lastMicros());
        }
    }

    private void addHarmless(Call call) {
        v1Harmless += call.count();
        probes += call.probe() ? call.count() : 0;
    }

    /** IMDSv1 calls that IMDS did not refuse; 404 and a missing answer count too. */
    public long v1Served() {
        return v1Served;
    }

    /** IMDSv1 calls answered 401 or 403. */
    public long v1Rejected() {
        return v1Rejected;
    }

    /** Those of them answered 403: the endpoint is off, or they are not allowed. */
    public long v1Forbidden() {
        return v1Forbidden;
    }

    /** Those of the refused whose callers then got a token by themselves. */
    public long v1Recovered() {
        return v1Recovered;
    }

    /**
     * Those that need no IMDSv1: a GET of the token's path that was served, probes for another cloud, and a HEAD of the root that
     * was refused, which is an answer to whoever asks whether anything is there.
     */
    public long v1Harmless() {
        return v1Harmless;
    }

    /** Those of them that were not refused. */
    public long v1HarmlessServed() {
        return v1HarmlessServed;
    }

    /** Those of the harmless that asked for another cloud. */
    public long probes() {
        return probes;
    }

    /** IMDSv1 calls that were not refused, without those that need no IMDSv1. */
    public long v1ServedInTheWay() {
        return v1Served - v1HarmlessServed;
    }

    /** IMDSv1 calls answered 401 or 403, without those that need no IMDSv1 and those whose callers then got a token. */
    public long v1RejectedInTheWay() {
        return v1Rejected - v1Recovered - (v1Harmless - v1HarmlessServed);
    }

    /** IMDSv2 calls, the requests for tokens included. */
    public long v2() {
        return v2;
    }

    /** Calls whose version could not be told. */
    public long unknown() {
        return unknown;
    }

    /** Calls that a process of the host answered in the place of IMDS, of any version; they are in no other number. */
    public long local() {
        return local;
    }

    /** IMDSv1 calls by a process that had asked for a token and got none. */
    public long fallbacks() {
        return fallbacks;
    }

    /** IMDSv1 calls that stand in the way of requiring IMDSv2, or stood. */
    public long v1InTheWay() {
        return v1() - v1Harmless - v1Recovered;
    }

    /** All IMDSv1 calls. */
    public long v1() {
        return v1Served + v1Rejected;
    }

    /** All calls. */
    public long total() {
        return v1Served + v1Rejected + v2 + unknown + local;
    }

    /** Time of the first call; {@link #NEVER} if there is none. */
    public long first() {
        return first == Long.MAX_VALUE ? NEVER : first;
    }

    /** Time of the last call; {@link #NEVER} if there is none. */
    public long last() {
        return last;
    }

    /** Time of the last IMDSv1 call that was not refused, harmless ones aside. */
    public long lastV1Served() {
        return lastV1Served;
    }

    /** Time of the last IMDSv1 call that was refused with 401, as where IMDSv2 is required. */
    public long lastV1Rejected() {
        return lastV1Rejected;
    }

    /** Time of the last IMDSv1 call that was answered 403. */
    public long lastV1Forbidden() {
        return lastV1Forbidden;
    }

    /** Time of the last IMDSv1 call of any of these kinds. */
    public long lastV1() {
        return Math.max(lastV1Served, Math.max(lastV1Rejected, lastV1Forbidden));
    }

    /**
     * Time of the last call without a token, where it was refused with 401 for want of one: IMDSv2 was required then;
     * {@link #NEVER} if the last was admitted or there is none.
     */
    public long lastRefusalForWantOfToken() {
        return lastV1Unauthorized > lastV1Admitted ? lastV1Unauthorized : NEVER;
    }

    /** Time of the last IMDSv1 call, harmless ones included. */
    long lastV1Line() {
        return lastV1Line;
    }
}
