package dev.imdsanalyzer.process;

import java.util.List;

/**
 * Whether a process called for another one.
 *
 * @param caller the process that called IMDS
 * @param openedNanos when its connection to IMDS was opened, ns since the epoch; -1 where that is not remembered
 * @param callNanos when it called
 * @param unseen connects of others that may concern it, whose packets the capture does not show; the newest first
 * @param more whether there were more of these than are told
 */
public record RelayQuestion(Caller caller, long openedNanos, long callNanos, List<UnseenConnect> unseen, boolean more) {
    /** As long as a relay's own connect may take after the one that it is for. */
    static final long FRESH_NANOS = 1_000_000_000L;

    /** The times are of one clock, read in two ways. */
    static final long CLOCK_NANOS = 2_000_000L;

    public RelayQuestion {
        unseen = List.copyOf(unseen);
    }

    /** With nothing unseen. */
    public RelayQuestion(Caller caller, long openedNanos, long callNanos) {
        this(caller, openedNanos, callNanos, List.of(), false);
    }

    /** The same about these. */
    public RelayQuestion with(List<UnseenConnect> connects, boolean moreThanThese) {
        return new RelayQuestion(caller, openedNanos, callNanos, connects, moreThanThese);
    }

    /**
     * Whether the caller may have called for a connect that the capture does not show: one of another process, answered by then,
     * and near or around.
     *
     * @param by who made it, at that time, ns since the epoch
     * @param establishedNanos when it was answered, ns since the epoch
     */
    public boolean concerns(Caller by, long connectNanos, long establishedNanos) {
        boolean other = by.pid() != caller.pid() || by.startNanos() != caller.startNanos();
        return other && establishedNanos <= callNanos && (isNear(by) || isAround(by, connectNanos, establishedNanos));
    }

    /** Whether it was made where the caller's own network is, so that one of the two may listen for the other. */
    public boolean isNear(UnseenConnect connect) {
        return isNear(connect.caller());
    }

    private boolean isNear(Caller by) {
        return caller.networkNamespace() >= 0 && by.networkNamespace() == caller.networkNamespace();
    }

    /**
     * Whether the caller's connect lies within the other one's time, and in another network: who forwards packets of a network
     * device of his own answers a connect once his own was answered.
     */
    public boolean isAround(UnseenConnect connect) {
        return isAround(connect.caller(), connect.connectNanos(), connect.establishedNanos());
    }

    private boolean isAround(Caller by, long connectNanos, long establishedNanos) {
        return openedNanos >= 0
                && !isNear(by)
                && connectNanos <= openedNanos + CLOCK_NANOS
                && openedNanos <= establishedNanos + CLOCK_NANOS;
    }

    /** Whether the connection as a whole was made for the one behind, whatever is called on it. */
    public boolean isCarried(Behind behind) {
        return !behind.connects().isEmpty() && isAround(behind.connects().get(0));
    }

    /** Whether the caller's connect may be there for the other one: it came right after that one was answered. */
    public boolean isFreshFor(UnseenConnect connect) {
        return connect.establishedNanos() <= openedNanos + CLOCK_NANOS
                && openedNanos - connect.establishedNanos() <= FRESH_NANOS
                && callNanos - openedNanos <= FRESH_NANOS;
    }
}
