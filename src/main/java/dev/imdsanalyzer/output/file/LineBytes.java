package dev.imdsanalyzer.output.file;

import java.io.ByteArrayOutputStream;

/** The bytes of one line after the other, in the same memory; what a long one took is given back. One thread. */
final class LineBytes extends ByteArrayOutputStream {
    private static final int KEPT_BYTES = 32 * 1024;

    LineBytes() {
        super(KEPT_BYTES / 4);
    }

    @Override
    public synchronized void reset() {
        super.reset();
        if (buf.length > KEPT_BYTES) {
            buf = new byte[KEPT_BYTES / 4];
        }
    }
}
