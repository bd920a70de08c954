package dev.imdsanalyzer.imds;

import org.jspecify.annotations.Nullable;

/**
 * What was answered.
 *
 * @param status 0 if no response was seen
 * @param server the Server field; null if unknown
 * @param bodyBytes -1 if unknown
 * @param tokenTtlGrantedSeconds as the response said; -1 if it did not
 */
public record CallResponse(int status, @Nullable String server, long bodyBytes, int tokenTtlGrantedSeconds) {
    /** Nothing of it was seen. */
    public static final CallResponse UNSEEN = new CallResponse(0, null, -1, -1);
}
