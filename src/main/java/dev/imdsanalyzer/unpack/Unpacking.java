package dev.imdsanalyzer.unpack;

import java.io.IOException;
import java.io.InputStream;

/**
 * Undoes compression by what the bytes are, not by the file's name, and within another: at most {@link #MAXIMUM_LAYERS} of
 * gzip, bzip2, xz or zstd. Memory is bounded by about 160 MiB whatever the data claims, and what comes out by the size of
 * what went in.
 */
public final class Unpacking {
    /** So many first bytes tell whether something is packed. */
    public static final int HEAD_LENGTH = Packing.HEAD_LENGTH;

    static final int MAXIMUM_LAYERS = 4;

    private Unpacking() {}

    /** Whether data that begins so is packed. */
    public static boolean isPacked(byte[] head, int length) {
        return Packing.of(head, length) != null;
    }

    /**
     * What is inside, or the same bytes if nothing is packed. Closing it closes the input.
     *
     * @throws UnpackException now or while it is read, if the data is damaged, cut short, or past the bounds
     */
    public static InputStream open(InputStream in) throws IOException {
        PackedStream stored = new PackedStream(in);
        PackedStream outer = stored;
        byte[] head = new byte[HEAD_LENGTH];
        for (int layers = 0; ; layers++) {
            Packing packing = Packing.of(head, outer.peek(head));
            if (packing == null) {
                return outer;
            }
            if (layers == MAXIMUM_LAYERS) {
                throw new UnpackException("packed more than " + MAXIMUM_LAYERS
                        + " times, one within the other: unpack it with \"" + packing.title() + " -dc\" first");
            }
            outer = new PackedStream(new UnpackedStream(packing, outer, stored));
        }
    }
}
