package dev.imdsanalyzer.report.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text of another encoding as UTF-8: what Windows' PowerShell makes of a redirected output is UTF-16. The encoding is told by
 * the mark at the begin (Unicode, section 23.8), or by where the zeros lie in the first two characters.
 */
final class Utf8Stream extends InputStream {
    private static final int BUFFER = 64 * 1024;
    private static final int CHARACTERS = 16 * 1024;
    private static final int HEAD = 4;

    private final Reader reader;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final CharBuffer characters = CharBuffer.allocate(CHARACTERS).limit(0);
    private final ByteBuffer bytes = ByteBuffer.allocate(4 * CHARACTERS).limit(0);
    private boolean ended;

    private Utf8Stream(InputStream in, Charset charset) {
        this.reader = new InputStreamReader(in, charset);
    }

    /** The same text as UTF-8, without a mark; the stream itself, buffered, where it is that already. */
    static InputStream of(InputStream in) throws IOException {
        InputStream marked = in.markSupported() ? in : new BufferedInputStream(in, BUFFER);
        marked.mark(HEAD);
        byte[] head = new byte[HEAD];
        int length = marked.readNBytes(head, 0, HEAD);
        marked.reset();
        int first = length < 2 ? 0 : (head[0] & 0xff) << 8 | (head[1] & 0xff);
        int second = length < HEAD ? -1 : (head[2] & 0xff) << 8 | (head[3] & 0xff);
        if (first == 0xEFBB && length > 2 && (head[2] & 0xff) == 0xBF) {
            marked.skipNBytes(3);
            return marked;
        }
        if (first == 0 && second == 0xFEFF) {
            return new Utf8Stream(marked, Charset.forName("UTF-32"));
        }
        if (first == 0xFFFE) {
            return new Utf8Stream(marked, second == 0 ? Charset.forName("UTF-32") : StandardCharsets.UTF_16);
        }
        if (first == 0xFEFF || isBigEndian(first, second)) {
            return new Utf8Stream(marked, StandardCharsets.UTF_16);
        }
        boolean littleEndian = isBigEndian(swapped(first), swapped(second));
        return littleEndian ? new Utf8Stream(marked, StandardCharsets.UTF_16LE) : marked;
    }

    /** Whether two characters are of ASCII, their upper byte first. */
    private static boolean isBigEndian(int first, int second) {
        return first > 0 && first < 0x80 && second > 0 && second < 0x80;
    }

    private static int swapped(int value) {
        return value < 0 ? value : (value >> 8) | (value & 0xff) << 8;
    }

    @Override
    public int read() throws IOException {
        return fill() ? bytes.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, bytes.remaining());
        bytes.get(target, offset, count);
        return count;
    }

    /** Makes bytes available; false at the end. */
    private boolean fill() throws IOException {
        while (!bytes.hasRemaining()) {
            if (ended) {
                return false;
            }
            characters.compact();
            ended = reader.read(characters) < 0;
            characters.flip();
            bytes.clear();
            CoderResult result = encoder.encode(characters, bytes, ended);
            if (result.isUnderflow() && ended) {
                encoder.flush(bytes);
            }
            bytes.flip();
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
