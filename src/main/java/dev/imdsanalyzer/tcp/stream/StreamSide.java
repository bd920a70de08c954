package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.tcp.buffer.BufferHolder;
import dev.imdsanalyzer.tcp.segment.HeldSegment;

/** What the parts of one direction ask that direction, or the other one. */
interface StreamSide extends BufferHolder {
    /** How far the other stream was delivered. */
    int answered();

    /** The other side has received this direction up to that sequence number. */
    void acknowledge(int sequenceNumber);

    /** Whether the other direction's segment was sent by who had received more of this one than was delivered. */
    boolean isBehind(HeldSegment peersSegment);
}
