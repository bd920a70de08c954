package dev.imdsanalyzer.tcp.buffer;

import java.util.Arrays;

/**
 * Byte arrays within a fixed budget, lent and taken back, so that a steady load allocates nothing. Their lengths are
 * powers of two from 256 bytes up. The budget holds for lent and returned ones together.
 */
public final class BytePool {
    private static final int SMALLEST_SHIFT = 8;
    private static final int CLASSES = 31 - SMALLEST_SHIFT;

    private final long budget;
    private final byte[][][] returned = new byte[CLASSES][4][];
    private final int[] returnedCount = new int[CLASSES];
    private long lentBytes;
    private long returnedBytes;

    /** @param budget of all arrays, in bytes */
    public BytePool(long budget) {
        this.budget = budget;
    }

    /** An array of at least that length with whatever content, or null if the budget has no room for it. */
    byte[] borrow(int atLeast) {
        int shift = Math.max(SMALLEST_SHIFT, 32 - Integer.numberOfLeadingZeros(atLeast - 1));
        int length = 1 << shift;
        int sizeClass = shift - SMALLEST_SHIFT;
        if (lentBytes + length > budget) {
            return null;
        }
        lentBytes += length;
        if (returnedCount[sizeClass] > 0) {
            return takeReturned(sizeClass);
        }
        makeRoom();
        return new byte[length];
    }

    void giveBack(byte[] array) {
        int sizeClass = Integer.numberOfTrailingZeros(array.length) - SMALLEST_SHIFT;
        byte[][] stack = returned[sizeClass];
        if (returnedCount[sizeClass] == stack.length) {
            stack = Arrays.copyOf(stack, 2 * stack.length);
            returned[sizeClass] = stack;
        }
        stack[returnedCount[sizeClass]++] = array;
        lentBytes -= array.length;
        returnedBytes += array.length;
    }

    long lentBytes() {
        return lentBytes;
    }

    long heldBytes() {
        return lentBytes + returnedBytes;
    }

    private byte[] takeReturned(int sizeClass) {
        int top = --returnedCount[sizeClass];
        byte[] array = returned[sizeClass][top];
        returned[sizeClass][top] = null;
        returnedBytes -= array.length;
        return array;
    }

    /** Lets go of returned arrays of other lengths, the longest first, until what is lent fits beside them. */
    private void makeRoom() {
        for (int sizeClass = CLASSES - 1; sizeClass >= 0; sizeClass--) {
            while (lentBytes + returnedBytes > budget && returnedCount[sizeClass] > 0) {
                takeReturned(sizeClass);
            }
        }
    }
}
