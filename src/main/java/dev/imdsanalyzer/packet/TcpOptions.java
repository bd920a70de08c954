package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.NetworkOrder.int32;
import static dev.imdsanalyzer.packet.NetworkOrder.uint8;

/**
 * The options of a TCP header that decide whether a receiver takes the segment: RFC 9293 section 3.2, RFC 7323, RFC 2385,
 * RFC 5925. Read as Linux does (tcp_parse_options in net/ipv4/tcp_input.c): one whose length cannot be ends the list.
 */
public final class TcpOptions {
    /** {@link #windowScale} where there is no such option. */
    public static final int NO_SCALE = -1;

    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int WINDOW_SCALE = 3;
    private static final int TIMESTAMPS = 8;
    private static final int MD5_SIGNATURE = 19;
    private static final int AUTHENTICATION = 29;

    private static final int WINDOW_SCALE_LENGTH = 3;
    private static final int TIMESTAMPS_LENGTH = 10;
    /** RFC 7323 section 2.3. */
    private static final int LARGEST_SCALE = 14;

    /** Shift of the window in all segments but those with SYN, 0 to 14; {@link #NO_SCALE}. */
    public int windowScale = NO_SCALE;

    public boolean hasTimestamp;
    /** The sender's clock (TSval), as an unsigned 32-bit value that wraps around. */
    public int timestamp;
    /** Whether it is signed: who has no key for the connection drops it (tcp_inbound_hash). */
    public boolean signed;

    void clear() {
        windowScale = NO_SCALE;
        hasTimestamp = false;
        timestamp = 0;
        signed = false;
    }

    void read(byte[] buffer, int from, int end) {
        clear();
        int next = from;
        while (next < end) {
            int kind = uint8(buffer, next);
            if (kind == NO_OPERATION) {
                next++;
                continue;
            }
            int length = kind == END || next + 1 == end ? 0 : uint8(buffer, next + 1);
            if (length < 2 || next + length > end) {
                return;
            }
            take(kind, length, buffer, next + 2);
            next += length;
        }
    }

    private void take(int kind, int length, byte[] buffer, int value) {
        if (kind == TIMESTAMPS && length == TIMESTAMPS_LENGTH) {
            hasTimestamp = true;
            timestamp = int32(buffer, value);
        } else if (kind == WINDOW_SCALE && length == WINDOW_SCALE_LENGTH) {
            windowScale = Math.min(uint8(buffer, value), LARGEST_SCALE);
        } else if (kind == MD5_SIGNATURE || kind == AUTHENTICATION) {
            signed = true;
        }
    }
}
