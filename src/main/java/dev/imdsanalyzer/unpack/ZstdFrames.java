package dev.imdsanalyzer.unpack;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Zstandard's frames without those that bear no data, which the decompressor does not know, and with a bound on the window
 * that a frame asks for, as it takes that much memory.
 *
 * <pre>
 * frame      magic number 4, frame header, blocks, checksum 0 or 4
 * header     descriptor 1, window 0 or 1, dictionary 0 1 2 4, content size 0 1 2 4 8
 * block      3 bytes, little endian: last 1 bit, type 2 bits, size 21 bits; then its bytes, 1 of type 1 (RLE)
 * skippable  magic number 4 (184D2A5x), size 4, bytes
 * </pre>
 *
 * <p>Source: RFC 8878, section 3.1.
 */
final class ZstdFrames extends FilterInputStream {
    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int LONGEST_HEADER = 4 + 1 + 1 + 4 + 8;
    private static final int MAXIMUM_WINDOW = 64 << 20;
    private static final int[] DICTIONARY_LENGTHS = {0, 1, 2, 4};

    private final byte[] header = new byte[LONGEST_HEADER];
    private int headerPosition;
    private int headerLength;
    private long left;
    private boolean hasChecksum;
    private boolean inFrame;
    private boolean lastBlock;

    ZstdFrames(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (headerPosition == headerLength && left == 0) {
            if (!inFrame) {
                if (!beginFrame()) {
                    return -1;
                }
            } else if (lastBlock) {
                inFrame = false;
                left = hasChecksum ? Integer.BYTES : 0;
            } else {
                beginBlock();
            }
        }
        if (headerPosition < headerLength) {
            int count = Math.min(length, headerLength - headerPosition);
            System.arraycopy(header, headerPosition, bytes, offset, count);
            headerPosition += count;
            return count;
        }
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException();
        }
        left -= count;
        return count;
    }

    /** Takes the next frame's header; false at the end. */
    private boolean beginFrame() throws IOException {
        headerPosition = 0;
        headerLength = 0;
        int first = in.read();
        while (first >= 0) {
            header[0] = (byte) first;
            headerLength = 1;
            take(Integer.BYTES - 1);
            int magic = (int) number(0, Integer.BYTES);
            if (magic == MAGIC) {
                takeFrameHeader();
                return true;
            }
            if ((magic & ~0xf) != SKIPPABLE_MAGIC) {
                throw new IOException("no frame");
            }
            take(Integer.BYTES);
            in.skipNBytes(number(Integer.BYTES, Integer.BYTES));
            headerLength = 0;
            first = in.read();
        }
        return false;
    }

    private void takeFrameHeader() throws IOException {
        inFrame = true;
        lastBlock = false;
        take(1);
        int descriptor = header[4];
        hasChecksum = (descriptor & 4) != 0;
        boolean singleSegment = (descriptor & 0x20) != 0;
        int sizeFlag = (descriptor >> 6) & 3;
        int sizeLength = sizeFlag == 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag;
        if (!singleSegment) {
            take(1);
        }
        take(DICTIONARY_LENGTHS[descriptor & 3]);
        take(sizeLength);
        long window = singleSegment ? number(headerLength - sizeLength, sizeLength) : window(header[5] & 0xff);
        if (window < 0 || window > MAXIMUM_WINDOW) {
            throw new UnpackException("packed by zstd with a window of more than " + (MAXIMUM_WINDOW >> 20)
                    + " MiB: unpack it with \"zstd -dc --long=31\" first");
        }
    }

    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >> 3));
        return base + (base >> 3) * (descriptor & 7);
    }

    private void beginBlock() throws IOException {
        headerPosition = 0;
        headerLength = 0;
        take(3);
        int block = (int) number(0, 3);
        lastBlock = (block & 1) != 0;
        left = (block & 6) == 2 ? 1 : block >>> 3;
    }

    private void take(int count) throws IOException {
        if (in.readNBytes(header, headerLength, count) < count) {
            throw new EOFException();
        }
        headerLength += count;
    }

    private long number(int from, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = (value << Byte.SIZE) | (header[from + i] & 0xff);
        }
        // Two bytes of a size count from 256 on, which no bound of ours feels.
        return value;
    }
}
