package dev.imdsanalyzer.process;

import dev.imdsanalyzer.packet.FourTuple;

/** Finds out who made connections. */
public interface Attributor extends AutoCloseable {
    /**
     * Begins the look-up of a connection that the capture has just seen for the first time. Does not block and does not
     * throw; safe on the capture thread.
     *
     * @param fourTuple the ends as the caller made them
     * @param openedNanos capture time of the first segment, ns since the epoch
     * @param synSeen false for a connection that was open before the capture
     */
    Attribution connectionOpened(FourTuple fourTuple, long openedNanos, boolean synSeen);

    /** Every connect from now on will be seen. For the ready file. */
    boolean ready();

    @Override
    void close();
}
