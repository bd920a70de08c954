package dev.imdsanalyzer.packet;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;

/**
 * Finds the packet from IMDS that an ICMP error says died on its way. Everything it looks at comes from whoever sent
 * the error, so it is believed no further than {@link PacketHandler#onTimeExceeded} says.
 */
final class TimeExceededDecoder {
    private final PacketHandler handler;
    private final Counters counters;
    private final TcpSegment quoted = new TcpSegment();
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final TcpHeader tcp = new TcpHeader();

    TimeExceededDecoder(PacketHandler handler, Counters counters) {
        this.handler = handler;
        this.counters = counters;
    }

    /**
     * Looks at an ICMP message.
     *
     * @param offset index of its header
     * @param end index after its last byte that was captured
     */
    void onIcmp(long timestampNanos, int interfaceIndex, byte[] buffer, int offset, int end) {
        int inner = offset + IcmpHeader.LENGTH;
        if (inner > end
                || !IcmpHeader.isTimeExceeded(buffer, offset)
                || !ipv4.wrap(buffer, inner, end - inner)
                || ipv4.source() != ImdsEndpoint.IPV4
                || ipv4.protocol() != TcpHeader.PROTOCOL
                || ipv4.fragmentOffset() != 0) {
            counters.increment(Counter.FRAMES_IGNORED);
            return;
        }
        quoted.ipv6 = false;
        quoted.serverHigh = 0;
        quoted.serverLow = ipv4.source() & 0xFFFFFFFFL;
        quoted.clientHigh = 0;
        quoted.clientLow = ipv4.destination() & 0xFFFFFFFFL;
        quoted.timeToLive = ipv4.timeToLive();
        report(timestampNanos, interfaceIndex, buffer, inner + ipv4.headerLength(), end);
    }

    /** The same for ICMPv6. */
    void onIcmpv6(long timestampNanos, int interfaceIndex, byte[] buffer, int offset, int end) {
        int inner = offset + IcmpHeader.LENGTH;
        if (inner > end
                || !IcmpHeader.isIpv6TimeExceeded(buffer, offset)
                || !ipv6.wrap(buffer, inner, end - inner)
                || !ImdsEndpoint.isIpv6(ipv6.sourceHigh(), ipv6.sourceLow())
                || !ipv6.walk(end)
                || ipv6.upperProtocol() != TcpHeader.PROTOCOL
                || (ipv6.hasFragmentHeader() && ipv6.fragmentOffset() != 0)) {
            counters.increment(Counter.FRAMES_IGNORED);
            return;
        }
        quoted.ipv6 = true;
        quoted.serverHigh = ipv6.sourceHigh();
        quoted.serverLow = ipv6.sourceLow();
        quoted.clientHigh = ipv6.destinationHigh();
        quoted.clientLow = ipv6.destinationLow();
        quoted.timeToLive = ipv6.hopLimit();
        report(timestampNanos, interfaceIndex, buffer, ipv6.upperOffset(), end);
    }

    private void report(long timestampNanos, int interfaceIndex, byte[] buffer, int offset, int end) {
        if (end - offset < TcpHeader.QUOTED_LENGTH || tcp.wrap(buffer, offset).sourcePort() != ImdsEndpoint.PORT) {
            counters.increment(Counter.FRAMES_IGNORED);
            return;
        }
        quoted.timestampNanos = timestampNanos;
        quoted.interfaceIndex = interfaceIndex;
        quoted.fromClient = false;
        quoted.serverPort = tcp.sourcePort();
        quoted.clientPort = tcp.destinationPort();
        quoted.sequenceNumber = tcp.sequenceNumber();
        quoted.buffer = buffer;
        quoted.payloadOffset = end;
        counters.increment(Counter.TIME_EXCEEDED);
        handler.onTimeExceeded(quoted);
    }
}
