package dev.imdsanalyzer.tcp;

import java.time.Duration;

/**
 * Bounds of memory and patience. Past a bound the oldest goes first, and is counted.
 *
 * @param connections connections remembered at once, just closed ones included; at least 1
 * @param bufferedBytesPerDirection stream bytes kept of one direction of one connection, in order or not; at least 1
 * @param bufferedBytes memory for kept stream bytes of all connections together, in bytes
 * @param outOfOrderSegments segments of one direction that may wait for bytes before them; at least 1
 * @param reorderTime how long bytes that the other side has acknowledged may be late, because another interface or
 *     CPU delivered them later; after it they are taken as lost by the capture
 * @param retransmissionTime how long to wait for bytes that nobody has acknowledged: the network lost them, and their
 *     sender will repeat them
 * @param idleTime after which a connection without any segment is closed
 * @param lingerTime how long a closed connection still takes in late segments, so that they open no new one
 */
public record ReassemblyLimits(
        int connections,
        int bufferedBytesPerDirection,
        int bufferedBytes,
        int outOfOrderSegments,
        Duration reorderTime,
        Duration retransmissionTime,
        Duration idleTime,
        Duration lingerTime) {

    public ReassemblyLimits {
        requireAtLeast(1, connections, "connections");
        requireAtLeast(1, bufferedBytesPerDirection, "bufferedBytesPerDirection");
        requireAtLeast(0, bufferedBytes, "bufferedBytes");
        requireAtLeast(1, outOfOrderSegments, "outOfOrderSegments");
    }

    /** 16 384 connections, 128 KiB a direction, 4 MiB in all; 0.1 s, 5 s, 5 min, 10 s. */
    public static ReassemblyLimits defaults() {
        return new ReassemblyLimits(
                16_384,
                128 * 1024,
                4 * 1024 * 1024,
                128,
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10));
    }

    private static void requireAtLeast(int minimum, int value, String name) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be at least " + minimum + ", not " + value);
        }
    }
}
