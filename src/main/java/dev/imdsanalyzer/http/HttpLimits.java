package dev.imdsanalyzer.http;

import java.time.Duration;

/**
 * Bounds of what is kept for one connection.
 *
 * @param maximumHeadBytes a head that is not complete within so many bytes is malformed; 1 to 65,536
 * @param maximumPendingRequests requests of one connection that wait for their response at a time; at least 1
 * @param responseWait how long a request waits for its response's head, and then as long again for the body's end
 */
public record HttpLimits(int maximumHeadBytes, int maximumPendingRequests, Duration responseWait) {
    public HttpLimits {
        if (maximumHeadBytes < 1 || maximumHeadBytes > HeadParser.OFFSET_LIMIT) {
            throw new IllegalArgumentException("maximum head size out of range: " + maximumHeadBytes);
        }
        if (maximumPendingRequests < 1) {
            throw new IllegalArgumentException("no request may wait: " + maximumPendingRequests);
        }
        if (responseWait.isNegative() || responseWait.isZero()) {
            throw new IllegalArgumentException("no time to wait: " + responseWait);
        }
    }

    /** 64 KiB, 64 requests, 5 seconds. */
    public static HttpLimits defaults() {
        return new HttpLimits(HeadParser.OFFSET_LIMIT, 64, Duration.ofSeconds(5));
    }
}
