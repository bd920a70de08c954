package dev.imdsanalyzer.packet;

/** Takes what a decoder found, on the capture thread. */
public interface PacketHandler {
    /** One TCP segment with IMDS; valid only during the call. */
    void onSegment(TcpSegment segment);

    /**
     * An ICMP or ICMPv6 time-exceeded message that quotes a packet from IMDS: that packet died on its way to the
     * client. The quoted sequence number tells which one it was.
     *
     * @param quoted the quoted segment's addresses, ports and sequence number; no payload; valid only during the call
     */
    void onTimeExceeded(TcpSegment quoted);

    /**
     * Time passes, with or without packets: about once a second from live sources, never from files.
     *
     * @param nowNanos nanoseconds since 1970-01-01T00:00:00Z
     */
    void onIdle(long nowNanos);
}
