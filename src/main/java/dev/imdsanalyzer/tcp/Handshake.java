package dev.imdsanalyzer.tcp;

/** What is known of a connection's beginning; by it the connection is found again behind a masquerade. */
final class Handshake extends FlowTable.Entry<Handshake> {
    final TrackedConnection connection;
    private final int initialSequenceNumber;
    private long newestNanos;

    Handshake(TrackedConnection connection, int initialSequenceNumber) {
        this.connection = connection;
        this.initialSequenceNumber = initialSequenceNumber;
    }

    /** The client's: the sequence number of its SYN. */
    int initialSequenceNumber() {
        return initialSequenceNumber;
    }

    /** When a SYN or its answer was seen last, by {@link CaptureClock}. */
    long newestNanos() {
        return newestNanos;
    }

    void seen(long now) {
        newestNanos = now;
    }
}
