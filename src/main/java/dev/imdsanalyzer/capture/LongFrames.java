package dev.imdsanalyzer.capture;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The few frames that do not fit a slot of the main ring, whole.
 *
 * <p>With slots for the longest frames a ring of some megabytes would hold only some dozens, and lose packets in every
 * burst. So the main ring has small slots and gets all frames, the long ones cut; a second ring with large slots gets
 * the long ones only. Frames are delivered in the order of the main ring, and a cut one is replaced by its whole twin
 * from here. Where the twin was lost, the cut frame is still good, with payload missing.
 *
 * <p>This ring has to be opened after the main one: the kernel gives a frame to the newest socket first
 * ({@code dev_add_pack} in net/core/dev.c puts it at the head of the list), so that the twin is here already when the
 * main ring's frame can be read. Confined to the thread that reads the main ring.
 */
final class LongFrames implements AutoCloseable {
    private static final class LongFrame {
        private final byte[] bytes;
        private final int originalLength;

        private LongFrame(byte[] bytes, int originalLength) {
            this.bytes = bytes;
            this.originalLength = originalLength;
        }

        private boolean isTwinOf(byte[] cut, int cutOriginalLength) {
            return originalLength == cutOriginalLength
                    && bytes.length >= cut.length
                    && Arrays.equals(bytes, 0, cut.length, cut, 0, cut.length);
        }
    }

    /** Frames kept in memory whose twin the main ring has not given, or has lost. */
    private static final int MAX_WAITING = 16;

    /** Where long frames come from, without waiting. */
    interface Ring extends AutoCloseable {
        /** The next frame if there is one, else null. */
        byte[] next() throws CaptureException;

        /** Length on the wire of the frame that was last given out. */
        int originalLength();

        @Override
        void close();
    }

    private final Ring ring;
    private final ArrayDeque<LongFrame> waiting = new ArrayDeque<>();

    LongFrames(Ring ring) {
        this.ring = ring;
    }

    /** Opens the second ring; null where the main ring's slots are large enough for every frame. */
    static LongFrames open(CaptureSettings settings, int mainSlotBytes, int ringBytes) throws CaptureException {
        int mainLength = mainSlotBytes - CaptureRing.SLOT_OVERHEAD;
        if (settings.snapLength() <= mainLength) {
            return null;
        }
        // Blocks of a ring are powers of two, and a slot of this size fills one.
        int slotBytes = Integer.highestOneBit(settings.snapLength() + CaptureRing.SLOT_OVERHEAD - 1) << 1;
        // The filter's length is without the cooked header that libpcap puts before the packet: ask for a bit more.
        CaptureRing ring = CaptureRing.open(settings, slotBytes, ringBytes, mainLength - CaptureRing.SLOT_OVERHEAD);
        ring.nonBlocking();
        return new LongFrames(ring);
    }

    /** The whole of a frame that the main ring cut; the same bytes where there is no more of it. */
    byte[] wholeOf(byte[] cut, int originalLength) throws CaptureException {
        byte[] twin = takeWaiting(cut, originalLength);
        while (twin == null) {
            byte[] bytes = ring.next();
            if (bytes == null) {
                return cut;
            }
            LongFrame next = new LongFrame(bytes, ring.originalLength());
            if (next.isTwinOf(cut, originalLength)) {
                return bytes;
            }
            // Two processors may fill the two rings in different order: its twin may still come.
            waiting.add(next);
            if (waiting.size() > MAX_WAITING) {
                waiting.remove();
            }
        }
        return twin;
    }

    private byte[] takeWaiting(byte[] cut, int originalLength) {
        for (LongFrame frame : waiting) {
            if (frame.isTwinOf(cut, originalLength)) {
                waiting.remove(frame);
                return frame.bytes;
            }
        }
        return null;
    }

    @Override
    public void close() {
        ring.close();
    }
}
