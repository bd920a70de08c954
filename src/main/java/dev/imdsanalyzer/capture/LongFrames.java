package dev.imdsanalyzer.capture;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The few packets that do not fit a slot of the other rings, whole.
 *
 * <p>With slots for the longest packets a ring of some megabytes would hold only some dozens. So the ring before has smaller
 * slots and gets all packets, the long ones cut; these get the long ones only. Frames are delivered in the order of the
 * former, and a cut one is completed by its whole twin from here. Where the twin was lost, the cut frame is still good: a
 * request's line and the start of its head are in it. That is counted.
 *
 * <p>These rings have to be opened after the other one: the kernel gives a packet to the newest socket first
 * ({@code dev_add_pack} in net/core/dev.c puts it at the head of the list), so that the twin is here already when the
 * other ring's packet can be read. Confined to the thread that reads the rings, but for {@link #lost}.
 */
final class LongFrames implements AutoCloseable {
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

    /** Bound of the frames that were taken from a ring before their twin came, or left over where that was lost. */
    static final int MAX_WAITING_BYTES = 2 << 20;

    /** Where long frames come from, without waiting. */
    interface Ring extends AutoCloseable {
        /** The next frame if there is one, else null. */
        byte[] next();

        /** Length on the wire of the frame that was last given out. */
        int originalLength();

        @Override
        void close();
    }

    private final List<? extends Ring> rings;
    private final ArrayDeque<LongFrame> waiting = new ArrayDeque<>();
    private final AtomicLong lost = new AtomicLong();
    private int waitingBytes;

    LongFrames(List<? extends Ring> rings) {
        this.rings = List.copyOf(rings);
    }

    /** Takes what is in the rings, to make room there. */
    void collect() {
        for (Ring ring : rings) {
            byte[] bytes = ring.next();
            while (bytes != null) {
                keep(new LongFrame(bytes, ring.originalLength()));
                bytes = ring.next();
            }
        }
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
        LongFrame twin = takeTwin(cut);
        if (twin == null) {
            collect();
            twin = takeTwin(cut);
        }
        if (twin == null) {
            lost.incrementAndGet();
        } else {
            cut.replaceBytes(twin.bytes);
        }
    }

    /** Two processors may fill the two rings in different order, so what stands before the twin stays. */
    private LongFrame takeTwin(Frame cut) {
        for (LongFrame frame : waiting) {
            if (frame.isTwinOf(cut)) {
                waiting.remove(frame);
                waitingBytes -= frame.bytes.length;
                return frame;
            }
        }
        return null;
    }

    /** Frames that could not be completed. Any thread. */
    long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        rings.forEach(Ring::close);
    }
}
