package dev.imdsanalyzer.tcp;

/** What one direction asks its connection. */
interface SeenConnection extends Connection {
    /** Whether its segments are seen at more than one place. */
    boolean passesPlaces();

    /** How far the stream was delivered that goes the other way; 0 before it is known where that begins. */
    int answered(Direction direction);
}
