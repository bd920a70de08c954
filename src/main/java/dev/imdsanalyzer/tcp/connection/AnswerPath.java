package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.packet.Travel;

/**
 * Which ways the segments of one connection went through the devices of this host, as far as that tells where its answers
 * were made.
 *
 * <p>IMDS is not on the host: what it answers comes in by a device, and what it is asked goes out by one, before or after
 * it passed others. Answers that only leave, or stay on the loopback device, while no request goes on, were made here,
 * whatever address they bear: after address translation to a local process, or where IMDS's address is the host's own.
 * Says something only of a capture on all devices. What was seen is a byte, as there is one for each half-open connection.
 */
final class AnswerPath {
    private static final int ANSWER_MADE_HERE = 1;
    private static final int ANSWER_CAME_IN = 2;
    private static final int REQUEST_WENT_ON = 4;

    private AnswerPath() {}

    /**
     * Takes note of any sight of any segment; also of those that do not count, which can only make the answer a no.
     *
     * @param seen 0 at first
     * @return what was seen by now
     */
    static byte noted(byte seen, TcpSegment segment) {
        if (segment.fromClient) {
            return (byte) (seen | (segment.loopback || segment.travel == Travel.IN ? 0 : REQUEST_WENT_ON));
        }
        return (byte) (seen | (segment.loopback || segment.travel == Travel.OUT ? ANSWER_MADE_HERE : ANSWER_CAME_IN));
    }

    /** Whether there were answers, and all of them were made on this host. */
    static boolean isLocal(byte seen) {
        return seen == ANSWER_MADE_HERE;
    }
}
