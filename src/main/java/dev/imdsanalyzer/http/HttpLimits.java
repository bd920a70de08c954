package dev.imdsanalyzer.http;

import java.time.Duration;

/**
 * Bounds of what is kept for one connection, and for all of them together.
 *
 * @param maximumHeadBytes a head that is not complete within so many bytes is malformed; 1 to 65,536
 * @param maximumPendingRequests requests of one connection that wait for their response at a time; at least 1
 * @param maximumWaitingRequests requests of all connections that wait for the rest of their exchange at a time; past it
 *     the one that has waited longest is given up; at least 1
 * @param responseWait how long a request waits for its response's head, and then as long again for the body's end
 */
public record HttpLimits(
        int maximumHeadBytes, int maximumPendingRequests, int maximumWaitingRequests, Duration responseWait) {
    public HttpLimits {
        if (maximumHeadBytes < 1 || maximumHeadBytes > HeadParser.OFFSET_LIMIT) {
            throw new IllegalArgumentException("maximum head size out of range: " + maximumHeadBytes);
        }
        if (maximumPendingRequests < 1 || maximumWaitingRequests < 1) {
            throw new IllegalArgumentException("no request may wait: " + maximumPendingRequests + " of one, "
                    + maximumWaitingRequests + " of all");
        }
        if (responseWait.isNegative() || responseWait.isZero()) {
            throw new IllegalArgumentException("no time to wait: " + responseWait);
        }
    }

    /** 64 KiB, 64 requests of a connection, 2 048 of all (some megabytes, if each is as long as can be), 5 seconds. */
    public static HttpLimits defaults() {
        return new HttpLimits(HeadParser.OFFSET_LIMIT, 64, 2_048, Duration.ofSeconds(5));
    }
}
