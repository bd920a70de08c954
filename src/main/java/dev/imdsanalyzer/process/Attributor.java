package dev.imdsanalyzer.process;

import dev.imdsanalyzer.packet.FourTuple;
import java.util.concurrent.CompletableFuture;

/** Finds out who made connections. */
public interface Attributor extends AutoCloseable {
    /**
     * Begins the look-up of a connection that the capture has just seen for the first time. Does not block and does not
     * throw; safe on the capture thread.
     *
     * @param fourTuple the ends as the caller made them
     * @param openedNanos capture time of the first segment, ns since the epoch
     * @param initialSequenceNumber of the client's SYN, 0 to 2^32 - 1; -1 for a connection whose beginning was not seen,
     *     mostly as it was open before the capture
     */
    Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber);

    /**
     * Begins the look-up of the process of this host that answers a connection in the place of IMDS. Does not block and does
     * not throw; safe on the capture thread.
     *
     * @param fourTuple the ends as the caller made them
     */
    default Attribution answering(FourTuple fourTuple) {
        return PendingAttribution.settled(Caller.unknown("nobody looks for the processes that answer"));
    }

    /**
     * Begins to find out whether a process that called IMDS did so for another one, whose own connect the capture does not
     * show: a relay. Does not block and does not throw; for one thread.
     *
     * @param fourTuple the ends of its connection, as it made them
     * @param caller the process, as it was named
     * @param callNanos capture time of the call, ns since the epoch
     * @return null where nobody can be behind it, as is usual: at the cost of a look at what is known
     */
    default CompletableFuture<Behind> behind(FourTuple fourTuple, Caller caller, long callNanos) {
        return null;
    }

    /** Answers such a question by what the process holds; on another thread. */
    default CompletableFuture<Behind> behind(RelayQuestion question) {
        return CompletableFuture.completedFuture(Behind.NOBODY);
    }

    /** Every connect from now on will be seen. For the ready file. */
    boolean ready();

    @Override
    void close();
}
