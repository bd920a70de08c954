package dev.imdsanalyzer.kernel.packet;

import dev.imdsanalyzer.kernel.NativeBuffer;

/** What a ring is asked for from the kernel. */
public sealed interface RingMemory permits RingShape, BlockShape {
    /** TPACKET_V1 is 0. */
    int version();

    /** {@code struct tpacket_req} or {@code tpacket_req3}. */
    NativeBuffer request();

    /** All of it, with what no packet uses. */
    int bytes();
}
