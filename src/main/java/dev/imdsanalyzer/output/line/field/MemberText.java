package dev.imdsanalyzer.output.line.field;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;

/**
 * Text that is put together in bytes of its own, used again and again, and goes into a line as it is: UTF-8, what JSON wants
 * escaped already. One thread.
 */
public final class MemberText implements SerializableString {
    private static final int FIRST_BYTES = 8192;
    /** So much goes to the generator at once, whose buffer holds four times that: what does not fit there is copied. */
    private static final int PIECE_BYTES = 2000;

    private static final int LONGEST_NUMBER = 10;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    /** What is shown to the generator. */
    private int from;

    private int to;

    /** Begins anew. */
    public void start() {
        length = 0;
    }

    public void append(byte[] text) {
        makeRoom(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    /** So many characters of US-ASCII. */
    public void append(char[] text, int count) {
        makeRoom(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text[i];
        }
    }

    /** Decimal; not negative. */
    public void append(int number) {
        makeRoom(LONGEST_NUMBER);
        int digits = 1;
        for (long power = 10; power <= number; power *= 10) {
            digits++;
        }
        int rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void makeRoom(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** Hands everything over. */
    public void writeTo(JsonGenerator generator) {
        for (from = 0; from < length; from = to) {
            to = Math.min(length, from + PIECE_BYTES);
            generator.writeRaw(this);
        }
        if (bytes.length > 2 * FIRST_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    @Override
    public int appendUnquotedUTF8(byte[] buffer, int offset) {
        int count = to - from;
        if (count > buffer.length - offset) {
            return -1;
        }
        System.arraycopy(bytes, from, buffer, offset, count);
        return count;
    }

    @Override
    public byte[] asUnquotedUTF8() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    @Override
    public String getValue() {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    @Override
    public int charLength() {
        return getValue().length();
    }

    @Override
    public int appendUnquoted(char[] buffer, int offset) {
        String value = getValue();
        if (value.length() > buffer.length - offset) {
            return -1;
        }
        value.getChars(0, value.length(), buffer, offset);
        return value.length();
    }

    @Override
    public int writeUnquotedUTF8(OutputStream out) throws IOException {
        out.write(bytes, from, to - from);
        return to - from;
    }

    @Override
    public int putUnquotedUTF8(ByteBuffer buffer) {
        if (buffer.remaining() < to - from) {
            return -1;
        }
        buffer.put(bytes, from, to - from);
        return to - from;
    }

    @Override
    public char[] asQuotedChars() {
        throw quoted();
    }

    @Override
    public byte[] asQuotedUTF8() {
        throw quoted();
    }

    @Override
    public int appendQuotedUTF8(byte[] buffer, int offset) {
        throw quoted();
    }

    @Override
    public int appendQuoted(char[] buffer, int offset) {
        throw quoted();
    }

    @Override
    public int writeQuotedUTF8(OutputStream out) {
        throw quoted();
    }

    @Override
    public int putQuotedUTF8(ByteBuffer buffer) {
        throw quoted();
    }

    private static IllegalStateException quoted() {
        return new IllegalStateException("is JSON already");
    }
}
