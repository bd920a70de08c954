package dev.imdsanalyzer.unpack;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One layer unpacked, as long as it is what logs and captures can be: what is made to unpack for ever is left. Our logs shrink
 * to a twentieth, and some forms can reach a millionth.
 */
final class UnpackedStream extends InputStream {
    private static final int MAXIMUM_RATIO = 400;
    private static final long ALWAYS_TAKEN = 64L << 20;

    private final Packing packing;
    private final PackedStream packed;
    /** The outermost layer: the bytes that somebody really had to store. */
    private final PackedStream stored;

    private final InputStream in;
    private long unpacked;
    private @Nullable IOException failure;

    UnpackedStream(Packing packing, PackedStream packed, PackedStream stored) throws IOException {
        this.packing = packing;
        this.packed = packed;
        this.stored = stored;
        try {
            this.in = packing.open(packed);
        } catch (IOException | RuntimeException e) {
            throw explain(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            int count = in.read(bytes, offset, length);
            unpacked += Math.max(0, count);
            if (unpacked > ALWAYS_TAKEN && unpacked / MAXIMUM_RATIO > stored.count()) {
                throw new UnpackException(
                        "unpacks to more than " + MAXIMUM_RATIO + " times its size: the rest is left");
            }
            return count;
        } catch (IOException | RuntimeException e) {
            // The readers of some forms meet damage with whatever comes of it, and must not be asked again.
            failure = explain(e);
            throw failure;
        }
    }

    private IOException explain(Exception e) {
        return packed.failure() != null ? packed.failure() : packing.explain(e);
    }

    @Override
    public void close() throws IOException {
        in.close();
        packed.close();
    }
}
