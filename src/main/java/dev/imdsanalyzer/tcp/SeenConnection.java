package dev.imdsanalyzer.tcp;

/** What one direction asks its connection. */
interface SeenConnection extends Connection {
    /** When it began, ns since the epoch; Long.MIN_VALUE if before the capture. */
    long beganNanos();

    /** Whether its segments are seen at more than one place. */
    boolean passesPlaces();

    /** How far the stream was delivered that goes the other way; 0 before it is known where that begins. */
    int answered(Direction direction);
}
