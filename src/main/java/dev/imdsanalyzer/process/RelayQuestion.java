package dev.imdsanalyzer.process;

import java.util.List;

/**
 * Whether a process called for another one.
 *
 * @param caller the process that called IMDS
 * @param openedNanos when its connection to IMDS was opened, ns since the epoch; -1 where that is not remembered
 * @param callNanos when it called
 * @param unseen connects of others, answered by then, whose packets the capture does not show; the newest first
 */
public record RelayQuestion(Caller caller, long openedNanos, long callNanos, List<UnseenConnect> unseen) {
    /** As long as a relay's own connect may take after the one that it is for. */
    static final long FRESH_NANOS = 1_000_000_000L;

    /** The times are of one clock, read in two ways. */
    static final long CLOCK_NANOS = 2_000_000L;

    public RelayQuestion {
        // Mostly there are none.
        unseen = unseen.isEmpty()
                ? unseen
                : unseen.stream().filter(connect -> !connect.isBy(caller)).toList();
    }

    /** Without the connects that cannot be behind it, wherever they were made. */
    public RelayQuestion narrowed() {
        if (unseen.isEmpty()) {
            return this;
        }
        return new RelayQuestion(
                caller,
                openedNanos,
                callNanos,
                unseen.stream().filter(one -> isNear(one) || isAround(one)).toList());
    }

    /** Whether it was made where the caller's own network is, so that one of the two may listen for the other. */
    public boolean isNear(UnseenConnect connect) {
        return caller.networkNamespace() >= 0 && connect.caller().networkNamespace() == caller.networkNamespace();
    }

    /**
     * Whether the caller's connect lies within the other one's time, and in another network: who forwards packets of a network
     * device of his own answers a connect once his own was answered.
     */
    public boolean isAround(UnseenConnect connect) {
        return openedNanos >= 0
                && !isNear(connect)
                && connect.connectNanos() <= openedNanos + CLOCK_NANOS
                && openedNanos <= connect.establishedNanos() + CLOCK_NANOS;
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
