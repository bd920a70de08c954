package dev.imdsanalyzer.packet;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;

/** The last step: from an IP payload to the one {@link TcpSegment}, for traffic with IMDS only. */
final class SegmentDecoder {
    private final PacketHandler handler;
    private final Counters counters;
    private final TcpSegment segment = new TcpSegment();
    private final TcpHeader tcp = new TcpHeader();
    private final FragmentTable.Key fragmentKey = new FragmentTable.Key();

    private Checksum headerChecksum = Checksum.RIGHT;
    /** The kernel says of this packet that somebody below it finishes or has checked the sum. */
    private boolean finishedBelow;
    /** It does so at all: then what is left unfinished elsewhere is left so. */
    private boolean sourceTells;

    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;

    SegmentDecoder(PacketHandler handler, Counters counters) {
        this.handler = handler;
        this.counters = counters;
    }

    /** Takes down who sends to whom. */
    void addresses(Frame frame, LinkHeader link, Ipv4Header header) {
        place(frame, link);
        headerChecksum = header.checksum();
        segment.networkOptions = header.headerLength() > Ipv4Header.MIN_LENGTH;
        segment.ipv6 = false;
        segment.timeToLive = header.timeToLive();
        sourceHigh = 0;
        sourceLow = header.source() & 0xFFFFFFFFL;
        destinationHigh = 0;
        destinationLow = header.destination() & 0xFFFFFFFFL;
    }

    /** The same for IPv6. */
    void addresses(Frame frame, LinkHeader link, Ipv6Header header) {
        place(frame, link);
        headerChecksum = Checksum.RIGHT;
        segment.networkOptions = header.hasExtensionHeaders();
        segment.ipv6 = true;
        segment.timeToLive = header.hopLimit();
        sourceHigh = header.sourceHigh();
        sourceLow = header.sourceLow();
        destinationHigh = header.destinationHigh();
        destinationLow = header.destinationLow();
    }

    private void place(Frame frame, LinkHeader link) {
        segment.timestampNanos = frame.timestampNanos();
        finishedBelow = frame.checksumNotReady() || frame.checksumValid();
        sourceTells |= finishedBelow;
        segment.interfaceIndex = link.interfaceIndex();
        segment.travel = link.travel();
        segment.loopback = link.loopback();
        segment.contradicted = false;
    }

    /** Takes down whether fragments contradicted each other: the receiver may have put another segment together. */
    void contradicted(boolean byFragments) {
        segment.contradicted = byFragments;
        // No device finishes the sum of a packet that was cut into fragments.
        finishedBelow = false;
    }

    /** Whether no receiver takes an IP packet with such a header. */
    boolean isHeaderWrong() {
        return headerChecksum == Checksum.WRONG;
    }

    /** What tells the fragments of one packet from those of others; valid until the next call. */
    FragmentTable.Key fragmentKey(int identification) {
        fragmentKey.timestampNanos = segment.timestampNanos;
        fragmentKey.interfaceIndex = segment.interfaceIndex;
        fragmentKey.ipv6 = segment.ipv6;
        fragmentKey.sourceHigh = sourceHigh;
        fragmentKey.sourceLow = sourceLow;
        fragmentKey.destinationHigh = destinationHigh;
        fragmentKey.destinationLow = destinationLow;
        fragmentKey.identification = identification;
        fragmentKey.timeToLive = segment.timeToLive;
        return fragmentKey;
    }

    /**
     * Decodes one TCP segment between the addresses taken down before.
     *
     * @param offset index of the TCP header
     * @param end index after the last byte of it that was captured
     * @param wireLength bytes that it had on the wire, from {@code offset} on
     */
    void decode(byte[] buffer, int offset, int end, long wireLength) {
        int captured = end - offset;
        if (captured < TcpHeader.MIN_LENGTH) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        tcp.wrap(buffer, offset);
        if (!direction()) {
            counters.increment(Counter.FRAMES_IGNORED);
            return;
        }
        int headerLength = tcp.headerLength();
        if (headerLength < TcpHeader.MIN_LENGTH || headerLength > wireLength) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        segment.sequenceNumber = tcp.sequenceNumber();
        segment.acknowledgmentNumber = tcp.acknowledgmentNumber();
        segment.flags = tcp.flags();
        segment.window = tcp.window();
        segment.urgentPointer = tcp.urgentPointer();
        segment.options.read(buffer, offset + TcpHeader.MIN_LENGTH, Math.min(offset + headerLength, end));
        segment.checksum = checksum(buffer, offset, captured, wireLength);
        segment.buffer = buffer;
        segment.payloadOffset = Math.min(offset + headerLength, end);
        segment.payloadLength = end - segment.payloadOffset;
        long missing = wireLength - headerLength - segment.payloadLength;
        segment.payloadMissing = (int) Math.min(missing, Integer.MAX_VALUE);
        if (missing > 0) {
            counters.increment(Counter.SEGMENTS_TRUNCATED);
        }
        counters.increment(Counter.SEGMENTS);
        handler.onSegment(segment);
    }

    private Checksum checksum(byte[] buffer, int offset, int captured, long wireLength) {
        if (headerChecksum == Checksum.WRONG) {
            return Checksum.WRONG;
        }
        if (captured < wireLength) {
            return Checksum.UNKNOWN;
        }
        long pseudoHeader = words(sourceHigh)
                + words(sourceLow)
                + words(destinationHigh)
                + words(destinationLow)
                + TcpHeader.PROTOCOL;
        Checksum sum = ChecksumVerifier.ofSegment(pseudoHeader, buffer, offset, captured, tcp.checksum());
        if (sum != Checksum.LEFT_TO_DEVICE || !sourceTells) {
            return sum;
        }
        return finishedBelow ? Checksum.RIGHT : Checksum.WRONG;
    }

    private static long words(long address) {
        return (address >>> 32) + (address & 0xFFFFFFFFL);
    }

    /** Tells which end is IMDS; false where neither is. */
    private boolean direction() {
        int sourcePort = tcp.sourcePort();
        int destinationPort = tcp.destinationPort();
        if (destinationPort == ImdsEndpoint.PORT && isImds(destinationHigh, destinationLow)) {
            segment.fromClient = true;
            segment.clientHigh = sourceHigh;
            segment.clientLow = sourceLow;
            segment.clientPort = sourcePort;
            segment.serverHigh = destinationHigh;
            segment.serverLow = destinationLow;
            segment.serverPort = destinationPort;
            return true;
        }
        if (sourcePort == ImdsEndpoint.PORT && isImds(sourceHigh, sourceLow)) {
            segment.fromClient = false;
            segment.clientHigh = destinationHigh;
            segment.clientLow = destinationLow;
            segment.clientPort = destinationPort;
            segment.serverHigh = sourceHigh;
            segment.serverLow = sourceLow;
            segment.serverPort = sourcePort;
            return true;
        }
        return false;
    }

    private boolean isImds(long high, long low) {
        return segment.ipv6 ? ImdsEndpoint.isIpv6(high, low) : (int) low == ImdsEndpoint.IPV4;
    }
}
