package dev.imdsanalyzer.capture;

import java.io.ByteArrayInputStream;

/** Gives one byte a read, as a slow pipe may. */
final class TricklingStream extends ByteArrayInputStream {
    TricklingStream(byte[] bytes) {
        super(bytes);
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(1, length));
    }
}
