package dev.imdsanalyzer.process;

import dev.imdsanalyzer.packet.FourTuple;

/**
 * A connect to IMDS that the kernel reported, that something has answered, and whose packets the capture does not show.
 *
 * @param ends as the caller's network namespace has them
 * @param connectNanos when it was made, ns since the epoch
 * @param establishedNanos when it was answered, ns since the epoch
 */
public record UnseenConnect(FourTuple ends, Caller caller, long connectNanos, long establishedNanos) {
    /** Whether that process has made it. */
    public boolean isBy(Caller other) {
        return caller.pid() == other.pid() && caller.startNanos() == other.startNanos();
    }
}
