package dev.imdsanalyzer.unpack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Gzip of any number of members. {@link GZIPInputStream} ends in silence where something else follows a member, be it a
 * member that is damaged at its begin: zeros are padding, and all else is told.
 */
final class GzipMembers extends GZIPInputStream {
    private static final int BUFFER = 64 * 1024;
    private static final int TRAILER_LENGTH = 8;

    private final PackedStream packed;
    private long takenAtFill;
    private boolean ended;

    GzipMembers(PackedStream packed) throws IOException {
        super(new UntilTheEnd(packed), BUFFER);
        this.packed = packed;
    }

    @Override
    protected void fill() throws IOException {
        super.fill();
        takenAtFill = packed.count();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count < 0 && !ended) {
            ended = true;
            checkRest();
        }
        return count;
    }

    private void checkRest() throws IOException {
        int rest = inf.getRemaining();
        for (int i = len - Math.max(0, rest - TRAILER_LENGTH); i < len; i++) {
            if (buf[i] != 0) {
                throw new ZipException("no member");
            }
        }
        // What the search for a further member took, and did not find to be one.
        if (packed.count() > takenAtFill + Math.max(0, TRAILER_LENGTH - rest)) {
            throw new ZipException("no member");
        }
    }

    /** Nothing is available at the end alone, unlike a pipe whose writer is slow: the search for members takes that for the end. */
    private static final class UntilTheEnd extends FilterInputStream {
        private final PackedStream packed;

        UntilTheEnd(PackedStream packed) {
            super(packed);
            this.packed = packed;
        }

        @Override
        public int available() throws IOException {
            return packed.peek(new byte[1]);
        }
    }
}
