package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;

/** What one direction asks its connection. */
public interface SeenConnection extends Connection {
    /** When it began, ns since the epoch; Long.MIN_VALUE if before the capture. */
    long beganNanos();

    /** Whether its segments are seen at more than one place. */
    boolean passesPlaces();

    /** How far the stream was delivered that goes the other way; 0 before it is known where that begins. */
    int answered(Direction direction);
}
