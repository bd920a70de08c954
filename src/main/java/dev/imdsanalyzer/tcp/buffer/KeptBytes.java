package dev.imdsanalyzer.tcp.buffer;

/**
 * Stream bytes that were presented and not consumed, in one piece. Appending costs time in proportion to what is
 * appended, over many appends: the array doubles, and bytes move to its front only once as many were consumed.
 */
public final class KeptBytes {
    /** What most streams have for all their life; nothing is appended to it. */
    public static final KeptBytes NONE = new KeptBytes();

    private byte[] array;
    private int start;
    private int length;

    public byte[] array() {
        return array;
    }

    public int start() {
        return start;
    }

    public int length() {
        return length;
    }

    /** False, and nothing appended, if the budget has no memory for it. */
    public boolean append(byte[] source, int offset, int count, BufferBudget budget, BufferHolder owner) {
        if (array == null) {
            array = budget.borrow(owner, count);
            if (array == null) {
                return false;
            }
        } else if (start + length + count > array.length && !makeRoom(count, budget, owner)) {
            return false;
        }
        System.arraycopy(source, offset, array, start + length, count);
        length += count;
        return true;
    }

    /** Lets go of the first bytes; of the memory too, if none are left. */
    public void consume(int count, BufferBudget budget) {
        start += count;
        length -= count;
        if (length == 0) {
            release(budget);
        }
    }

    public void release(BufferBudget budget) {
        if (array != null) {
            budget.giveBack(array);
            array = null;
        }
        start = 0;
        length = 0;
    }

    private boolean makeRoom(int count, BufferBudget budget, BufferHolder owner) {
        if (length + count <= array.length && start >= array.length / 2) {
            System.arraycopy(array, start, array, 0, length);
        } else {
            byte[] longer = budget.borrow(owner, Math.max(length + count, 2 * array.length));
            if (longer == null) {
                return false;
            }
            System.arraycopy(array, start, longer, 0, length);
            budget.giveBack(array);
            array = longer;
        }
        start = 0;
        return true;
    }
}
