package dev.imdsanalyzer.report.input;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Counts and digests (SHA-256) what is read through it. Closing reads on, up to a bound, for a reader may stop before the end:
 * at damage, or behind the last packed byte.
 */
public final class DigestStream extends InputStream {
    private static final int REST_BUFFER = 64 * 1024;

    private final InputStream in;
    private final long expected;
    private MessageDigest digest;
    private long bytes;
    private String sum;
    private boolean closed;

    /** @param expected how many bytes there are, as far as is known: so many are read before it closes; 0 to read none */
    public DigestStream(InputStream in, long expected) {
        this.in = in;
        this.expected = expected;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        if (count > 0 && sum == null) {
            digest.update(target, offset, count);
            bytes += count;
        } else if (count < 0 && sum == null) {
            sum = HexFormat.of().formatHex(digest.digest());
            digest = null;
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (in) {
            byte[] rest = new byte[REST_BUFFER];
            // The bytes expected may all be read, and the end not asked for yet.
            int length = 0;
            while (length >= 0 && sum == null && expected > 0 && bytes <= expected) {
                length = read(rest, 0, rest.length);
            }
        }
    }

    /** Bytes read. */
    public long bytes() {
        return bytes;
    }

    /** In lower-case hexadecimal; null where the end was not reached. */
    public String sha256() {
        return sum;
    }

    /** What was read, once it is closed. */
    public StoredInput stored(StoredInput.Kind kind, String name) {
        return new StoredInput(kind, name, bytes, -1, sum != null, sum);
    }
}
