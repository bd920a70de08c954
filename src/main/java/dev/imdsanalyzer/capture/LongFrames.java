package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.packet.BlockRing;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The few packets that do not fit a slot of the other rings, whole.
 *
 * <p>Another ring gets the long ones cut; this one gets them whole, byte behind byte. Frames are delivered in the order of the former, and a cut one is completed by its whole twin from
 * here. Where the twin was lost, the cut frame is still good: a request's line and the start of its head are in it. That is
 * counted.
 *
 * <p>This ring has to be opened after the other one: the kernel gives a packet to the newest socket first
 * ({@code dev_add_pack} in net/core/dev.c puts it at the head of the list), so that the twin is here already when the
 * other ring's packet can be read. Confined to the thread that reads the rings, but for {@link #lost}.
 */
final class LongFrames {
    private static final class LongFrame {
        private final byte[] bytes;
        private final int originalLength;

        private LongFrame(byte[] bytes, int originalLength) {
            this.bytes = bytes;
            this.originalLength = originalLength;
        }

        private boolean isTwinOf(Frame cut) {
            int length = cut.capturedLength();
            return originalLength == cut.originalLength()
                    && bytes.length >= length
                    && Arrays.equals(bytes, 0, length, cut.buffer(), cut.offset(), cut.offset() + length);
        }
    }

    /** Bound of the frames that were taken from the ring before their twin came, or left over where that was lost. */
    static final int MAX_WAITING_BYTES = 2 << 20;

    /** Between looking at the closed blocks and at the open one the kernel may close it. */
    private static final int LOOKS = 3;

    private final BlockRing ring;
    private final ArrayDeque<LongFrame> waiting = new ArrayDeque<>();
    private final AtomicLong lost = new AtomicLong();
    private int waitingBytes;

    /** Where the packets stand that were taken out of the block which the kernel still fills. */
    private final BitSet takenFromOpenBlock = new BitSet();

    LongFrames(BlockRing ring) {
        this.ring = ring;
    }

    /** Takes what was handed over, to make room there. */
    void collect() {
        while (ring.next()) {
            if (!takenFromOpenBlock.get(ring.position())) {
                keep(copy());
            }
            takenFromOpenBlock.clear(ring.position());
        }
    }

    private LongFrame copy() {
        byte[] bytes = new byte[CookedFrame.HEADER_LENGTH + ring.capturedLength()];
        CookedFrame.copy(ring, bytes);
        return new LongFrame(bytes, CookedFrame.HEADER_LENGTH + ring.originalLength());
    }

    private void keep(LongFrame frame) {
        waiting.add(frame);
        waitingBytes += frame.bytes.length;
        while (waitingBytes > MAX_WAITING_BYTES) {
            waitingBytes -= waiting.remove().bytes.length;
        }
    }

    /** Puts the whole of a frame in place of it; leaves one alone that is whole, or of which there is no more. */
    void complete(Frame cut) {
        if (cut.capturedLength() >= cut.originalLength()) {
            return;
        }
        LongFrame twin = null;
        for (int look = 0; look < LOOKS && twin == null; look++) {
            collect();
            twin = takeWaiting(cut);
            if (twin == null) {
                twin = takeFromOpenBlock(cut);
            }
        }
        if (twin == null) {
            lost.incrementAndGet();
        } else {
            cut.replaceBytes(twin.bytes);
        }
    }

    /** Two processors may fill the two rings in different order, so what stands before the twin stays. */
    private LongFrame takeWaiting(Frame cut) {
        for (LongFrame frame : waiting) {
            if (frame.isTwinOf(cut)) {
                waiting.remove(frame);
                waitingBytes -= frame.bytes.length;
                return frame;
            }
        }
        return null;
    }

    /** Packets that another processor has not copied to their end yet are there, too, but none is the twin. */
    private LongFrame takeFromOpenBlock(Frame cut) {
        LongFrame twin = null;
        while (ring.nextOpen()) {
            boolean candidate = twin == null
                    && ring.originalLength() == cut.originalLength() - CookedFrame.HEADER_LENGTH
                    && !takenFromOpenBlock.get(ring.position());
            if (candidate) {
                LongFrame frame = copy();
                if (frame.isTwinOf(cut)) {
                    takenFromOpenBlock.set(ring.position());
                    twin = frame;
                }
            }
        }
        return twin;
    }

    /** Frames that could not be completed. Any thread. */
    long lost() {
        return lost.get();
    }
}
