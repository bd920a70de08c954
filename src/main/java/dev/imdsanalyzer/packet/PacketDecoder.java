package dev.imdsanalyzer.packet;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.FrameHandler;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;

/**
 * From a frame to the TCP segment that it carries, if that is traffic with IMDS.
 *
 * <p>Frames whose headers contradict themselves are dropped and counted. A packet that claims more bytes than its frame
 * brought was cut short by the capture; some programs that write captures hide that in the frame's original length. The
 * missing bytes are reported with the segment.
 *
 * <p>Confined to one thread. Allocates nothing but for IP fragments; see {@link FragmentTable} for their bounds.
 */
public final class PacketDecoder implements FrameHandler {
    private final PacketHandler handler;
    private final Counters counters;

    private final LinkHeader link = new LinkHeader();
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final FragmentTable fragments;
    private final SegmentDecoder segments;
    private final TimeExceededDecoder timeExceeded;

    public PacketDecoder(PacketHandler handler, Counters counters) {
        this.handler = handler;
        this.counters = counters;
        this.fragments = new FragmentTable(FragmentTable.Budget.DEFAULT, counters);
        this.segments = new SegmentDecoder(handler, counters);
        this.timeExceeded = new TimeExceededDecoder(handler, counters);
    }

    @Override
    public void onFrame(Frame frame) {
        counters.increment(Counter.FRAMES);
        if (!link.wrap(frame)) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        int protocol = link.protocol();
        if (protocol == LinkHeader.ETHERTYPE_IPV4) {
            decodeIpv4(frame);
        } else if (protocol == LinkHeader.ETHERTYPE_IPV6) {
            decodeIpv6(frame);
        } else {
            counters.increment(Counter.FRAMES_IGNORED);
        }
    }

    @Override
    public void onIdle(long nowNanos) {
        fragments.expire(nowNanos);
        handler.onIdle(nowNanos);
    }

    private void decodeIpv4(Frame frame) {
        byte[] buffer = frame.buffer();
        int start = link.networkOffset();
        int captured = frame.offset() + frame.capturedLength() - start;
        long onWire = captured + missing(frame);
        if (!ipv4.wrap(buffer, start, captured)) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        int headerLength = ipv4.headerLength();
        long totalLength = ipv4.totalLength() == 0 ? onWire : ipv4.totalLength();
        if (totalLength < headerLength) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        // What is captured beyond the total length is Ethernet padding.
        int payload = start + headerLength;
        int end = start + (int) Math.min(captured, totalLength);
        long wireLength = totalLength - headerLength;
        int protocol = ipv4.protocol();
        if (protocol == IcmpHeader.ICMP_PROTOCOL) {
            timeExceeded.onIcmp(frame.timestampNanos(), link.interfaceIndex(), buffer, payload, end);
            return;
        }
        if (protocol != TcpHeader.PROTOCOL
                || (ipv4.source() != ImdsEndpoint.IPV4 && ipv4.destination() != ImdsEndpoint.IPV4)) {
            counters.increment(Counter.FRAMES_IGNORED);
            return;
        }
        segments.addresses(frame, link, ipv4);
        if (ipv4.fragmentOffset() == 0 && !ipv4.moreFragments()) {
            segments.decode(buffer, payload, end, wireLength);
            return;
        }
        if (segments.isHeaderWrong()) {
            counters.increment(Counter.FRAGMENTS_EXPIRED);
            return;
        }
        FragmentTable.Packet whole = fragments.add(
                segments.fragmentKey(ipv4.identification()),
                ipv4.fragmentOffset(),
                ipv4.moreFragments(),
                TcpHeader.PROTOCOL,
                buffer,
                payload,
                end - payload,
                wireLength);
        if (whole != null) {
            segments.contradicted(whole.isContradicted());
            segments.decode(whole.buffer(), 0, whole.length(), whole.length());
            fragments.release(whole);
        }
    }

    private void decodeIpv6(Frame frame) {
        byte[] buffer = frame.buffer();
        int start = link.networkOffset();
        int captured = frame.offset() + frame.capturedLength() - start;
        long onWire = captured + missing(frame);
        if (!ipv6.wrap(buffer, start, captured)) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        long totalLength = ipv6.payloadLength() == 0 ? onWire : Ipv6Header.LENGTH + ipv6.payloadLength();
        int end = start + (int) Math.min(captured, totalLength);
        if (!ipv6.walk(end)) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        if (ipv6.upperProtocol() == IcmpHeader.ICMPV6_PROTOCOL && !ipv6.hasFragmentHeader()) {
            timeExceeded.onIcmpv6(frame.timestampNanos(), link.interfaceIndex(), buffer, ipv6.upperOffset(), end);
            return;
        }
        if (!ImdsEndpoint.isIpv6(ipv6.sourceHigh(), ipv6.sourceLow())
                && !ImdsEndpoint.isIpv6(ipv6.destinationHigh(), ipv6.destinationLow())) {
            counters.increment(Counter.FRAMES_IGNORED);
            return;
        }
        segments.addresses(frame, link, ipv6);
        int payload = ipv6.upperOffset();
        long wireLength = start + totalLength - payload;
        if (ipv6.hasFragmentHeader()) {
            decodeIpv6Fragment(buffer, payload, end, wireLength);
        } else {
            decodeIpv6Upper(buffer, payload, end, wireLength);
        }
    }

    private void decodeIpv6Fragment(byte[] buffer, int payload, int end, long wireLength) {
        int protocol = ipv6.upperProtocol();
        if (ipv6.fragmentOffset() == 0 && !ipv6.moreFragments()) {
            // An atomic fragment is a whole packet, whatever else is on its way: RFC 6946 section 4.
            decodeIpv6Behind(protocol, buffer, payload, end, wireLength);
            return;
        }
        FragmentTable.Packet whole = fragments.add(
                segments.fragmentKey(ipv6.identification()),
                ipv6.fragmentOffset(),
                ipv6.moreFragments(),
                protocol,
                buffer,
                payload,
                end - payload,
                wireLength);
        if (whole != null) {
            segments.contradicted(whole.isContradicted());
            decodeIpv6Behind(whole.protocol(), whole.buffer(), 0, whole.length(), whole.length());
            fragments.release(whole);
        }
    }

    /** Goes on after a fragment header, where destination options may still stand before TCP. */
    private void decodeIpv6Behind(int protocol, byte[] buffer, int from, int end, long wireLength) {
        if (!ipv6.walk(buffer, protocol, from, end) || ipv6.hasFragmentHeader()) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return;
        }
        decodeIpv6Upper(buffer, ipv6.upperOffset(), end, wireLength - (ipv6.upperOffset() - from));
    }

    private void decodeIpv6Upper(byte[] buffer, int payload, int end, long wireLength) {
        if (ipv6.upperProtocol() == TcpHeader.PROTOCOL) {
            segments.decode(buffer, payload, end, wireLength);
        } else {
            counters.increment(Counter.FRAMES_IGNORED);
        }
    }

    /** Bytes of the frame that the capture left out. */
    private static long missing(Frame frame) {
        return Math.max(0, frame.originalLength() - (long) frame.capturedLength());
    }
}
