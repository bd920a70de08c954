package dev.imdsanalyzer.report.input;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Gzip, unpacked as long as it is what logs can be: a file made to unpack for ever is left. Our logs shrink to a twentieth, and
 * gzip (RFC 1951) can reach a thousandth.
 */
final class UnpackedStream extends FilterInputStream {
    private static final int MAXIMUM_RATIO = 400;
    private static final long ALWAYS_TAKEN = 256L << 20;

    private final PackedStream packed;
    private long unpacked;

    private UnpackedStream(PackedStream packed, int buffer) throws IOException {
        super(new GZIPInputStream(packed, buffer));
        this.packed = packed;
    }

    static UnpackedStream of(InputStream in, int buffer) throws IOException {
        return new UnpackedStream(new PackedStream(in), buffer);
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        check(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        check(count);
        return count;
    }

    private void check(int count) throws IOException {
        unpacked += Math.max(0, count);
        if (unpacked > ALWAYS_TAKEN && unpacked / MAXIMUM_RATIO > packed.count) {
            throw new IOException("unpacks to more than " + MAXIMUM_RATIO + " times its size: the rest is left");
        }
    }

    private static final class PackedStream extends FilterInputStream {
        private long count;

        PackedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
