package dev.imdsanalyzer.tcp.segment;

import dev.imdsanalyzer.packet.TcpSegment;

/**
 * The place where one direction's payload is seen first: an interface, and the four-tuple it bears there. Only a
 * segment that comes here a second time was sent twice; a repeat elsewhere is the same packet on its way through the
 * host.
 */
public final class ObservationPoint {
    /** Where the capture does not name interfaces: no sender repeats itself sooner, but bridges do. */
    private static final long SOONEST_RETRANSMISSION_NANOS = 10_000_000;

    private final int interfaceIndex;
    private final Sight sight;
    private int timeToLive;
    private int highestEnd;
    private long newestNanos;
    private int retransmissions;

    private int newestStart;
    private int newestEnd;
    private int newestAcknowledgment;

    public ObservationPoint(TcpSegment firstPayload, Sight sight) {
        this.interfaceIndex = firstPayload.interfaceIndex;
        this.sight = sight;
        highestEnd = firstPayload.sequenceNumber;
    }

    public int retransmissions() {
        return retransmissions;
    }

    /** Of the newest segment that was the first to bring its bytes. */
    public int timeToLive() {
        return timeToLive;
    }

    /**
     * Takes note of a segment with payload.
     *
     * @param end sequence number behind its payload
     * @param fresh whether it was the first to bring any of its bytes
     */
    public void note(TcpSegment segment, Sight seenAs, int end, boolean fresh) {
        if (fresh) {
            timeToLive = segment.timeToLive;
            newestStart = segment.sequenceNumber;
            newestEnd = end;
            newestAcknowledgment = segment.acknowledgmentNumber;
        }
        if (seenAs == sight && segment.interfaceIndex == interfaceIndex) {
            if (!fresh && !SequenceNumber.isBefore(highestEnd, end) && isSentAgain(segment)) {
                retransmissions++;
            }
            highestEnd = SequenceNumber.last(highestEnd, end);
            newestNanos = segment.timestampNanos;
        }
    }

    /** Whether this may be another sight of the newest segment: the same bytes in answer to the same. */
    public boolean isSightOfNewest(TcpSegment segment) {
        return segment.acknowledgmentNumber == newestAcknowledgment
                && !SequenceNumber.isBefore(segment.sequenceNumber, newestStart)
                && SequenceNumber.isBefore(segment.sequenceNumber, newestEnd);
    }

    private boolean isSentAgain(TcpSegment segment) {
        return segment.timeToLive >= timeToLive
                && (interfaceIndex != 0 || segment.timestampNanos - newestNanos >= SOONEST_RETRANSMISSION_NANOS);
    }
}
