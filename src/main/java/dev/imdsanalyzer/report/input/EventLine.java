package dev.imdsanalyzer.report.input;

import dev.imdsanalyzer.imds.Finding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * View of one log line: where each field's value lies. Filled by {@link EventScanner}.
 * Bytes: the reader's; valid until the next line. Strings are made only when asked for.
 */
public final class EventLine {
    /** A time that is absent or cannot be read. */
    public static final long NO_TIME = TimestampParser.NO_TIME;

    private static final Field[] IDENTITY = {
        Field.TIMESTAMP,
        Field.INSTANCE_ID,
        Field.HOST_NAME,
        Field.ACTION,
        Field.RUN_ID,
        Field.PATH,
        Field.SOURCE_IP,
        Field.SOURCE_PORT,
        Field.PID,
        Field.STATUS,
        Field.DURATION,
        Field.REPEAT_COUNT,
        Field.VERSION,
        Field.CATEGORY,
        Field.SCHEMA,
        Field.START,
        Field.END,
        Field.FINGERPRINT,
        Field.CAPTURE,
        Field.COVERAGE_SECONDS,
        Field.COVERAGE_GAP_SECONDS
    };
    private static final int LONGEST_NUMBER = 64;
    private static final JsonFactory JSON = new JsonFactory();
    private static final int FIELDS = Field.values().length;

    private byte[] bytes;
    private final int[] starts = new int[FIELDS];
    private final int[] ends = new int[FIELDS];
    private final long[] hashes = new long[FIELDS];
    // A field is present, escaped or hashed where the number of the line stands: no line has to clear them.
    private final int[] present = new int[FIELDS];
    private final int[] escaped = new int[FIELDS];
    private final int[] hashed = new int[FIELDS];
    private int number = 1;
    private long time;
    private boolean timeRead;
    private int findings;
    private boolean recovery;

    private int from;
    private int to;

    /** The whole object, in whatever layout it came, as JSON. */
    public byte[] whole() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    void span(int first, int end) {
        from = first;
        to = end;
    }

    void reset(byte[] lineBytes) {
        bytes = lineBytes;
        number++;
        timeRead = false;
        findings = 0;
        recovery = false;
    }

    void set(Field field, int from, int to, boolean hasEscapes) {
        int index = field.ordinal();
        starts[index] = from;
        ends[index] = to;
        present[index] = number;
        escaped[index] = hasEscapes ? number : 0;
    }

    void addFinding(Finding finding) {
        findings |= 1 << finding.ordinal();
    }

    private boolean isEscaped(Field field) {
        return escaped[field.ordinal()] == number;
    }

    /** Whether the line has this field. */
    public boolean has(Field field) {
        return present[field.ordinal()] == number;
    }

    void addRecovery() {
        recovery = true;
    }

    /** Whether the line says {@code imdsv1-recovers}: refused, and then the caller got a token by itself. */
    public boolean recovers() {
        return recovery;
    }

    /** The findings as bits: 1 shifted by the ordinal of {@link Finding}. */
    public int findings() {
        return findings;
    }

    /** Whether the line carries this finding. */
    public boolean has(Finding finding) {
        return (findings & 1 << finding.ordinal()) != 0;
    }

    /** A string field's text, or a number's digits; null if absent. */
    public String text(Field field) {
        if (!has(field)) {
            return null;
        }
        int from = starts[field.ordinal()];
        int length = ends[field.ordinal()] - from;
        return isEscaped(field)
                ? unescape(bytes, from, length)
                : new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    /** Whether a field stands there with exactly these ASCII characters. */
    public boolean is(Field field, String ascii) {
        int from = starts[field.ordinal()];
        if (!has(field) || ends[field.ordinal()] - from != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A hash of the field's text, the same however it was escaped; 0 if absent. */
    public long hash(Field field) {
        int index = field.ordinal();
        if (!has(field)) {
            return 0;
        }
        if (hashed[index] != number) {
            hashed[index] = number;
            if (isEscaped(field)) {
                byte[] text = text(field).getBytes(StandardCharsets.UTF_8);
                hashes[index] = Bytes.hash(text, 0, text.length);
            } else {
                hashes[index] = Bytes.hash(bytes, starts[index], ends[index]);
            }
        }
        return hashes[index];
    }

    /** Whether the field's text is this one; without making one where that can be. */
    public boolean hasText(Field field, String text) {
        if (text == null || !has(field)) {
            return text == null && !has(field);
        }
        return is(field, text) || text.equals(text(field));
    }

    /** A whole number, or {@code absent}; a fraction is cut off. */
    public long number(Field field, long absent) {
        if (!has(field)) {
            return absent;
        }
        int at = starts[field.ordinal()];
        int end = ends[field.ordinal()];
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int digits = 0;
        for (; at < end && bytes[at] >= '0' && bytes[at] <= '9' && digits < 18; at++, digits++) {
            value = value * 10 + (bytes[at] - '0');
        }
        if (digits == 0) {
            return absent;
        }
        return negative ? -value : value;
    }

    /** A number with a fraction, or NaN. */
    public double decimal(Field field) {
        int index = field.ordinal();
        if (!has(field) || ends[index] - starts[index] > LONGEST_NUMBER) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(text(field));
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Whether it is one of ours. */
    boolean isEvent() {
        return has(Field.ACTION) && has(Field.TIMESTAMP);
    }

    /** The line's own time in microseconds since the epoch, or {@link #NO_TIME}. */
    public long time() {
        if (!timeRead) {
            time = micros(Field.TIMESTAMP);
            timeRead = true;
        }
        return time;
    }

    /** A time in microseconds since the epoch, or {@link #NO_TIME}. */
    public long micros(Field field) {
        int from = starts[field.ordinal()];
        return !has(field) ? NO_TIME : TimestampParser.micros(bytes, from, ends[field.ordinal()]);
    }

    /** The value as it stands in the line: for objects and arrays; null if absent. */
    public byte[] json(Field field) {
        int from = starts[field.ordinal()];
        return !has(field) ? null : Arrays.copyOfRange(bytes, from, ends[field.ordinal()]);
    }

    /**
     * What makes this line itself: equal for two copies of a line, in whatever wrapping they came, and different for two
     * calls, since the time has microseconds and the connection's port and the duration stand beside it. Everything that a
     * verdict rests on is in it: a forged twin of a line must not take its place.
     */
    long identity() {
        long hash = recovery ? ~findings : findings;
        for (Field field : IDENTITY) {
            hash = Bytes.mix(hash, hash(field));
        }
        return hash;
    }

    /** What tells hosts apart: the instance id where there is one, else the name. 0 where there is neither. */
    long hostIdentity() {
        return has(Field.INSTANCE_ID) ? hash(Field.INSTANCE_ID) : hash(Field.HOST_NAME);
    }

    private static String unescape(byte[] bytes, int from, int length) {
        // The scanner has cut off the quotes, which lie on either side.
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes, from - 1, length + 2)) {
            parser.nextToken();
            return parser.getString();
        } catch (JacksonException e) {
            return new String(bytes, from, length, StandardCharsets.UTF_8);
        }
    }
}
