package dev.imdsanalyzer.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A request line as the most lenient of the common servers reads it: words between whatever Python takes for white space,
 * a method of any length, a version that BusyBox does not look at. Where a line can be read in more than one way, the target
 * is all that stands between method and version.
 *
 * <p>Positions are those of the array it was read from. To be used again for any number of lines.
 */
final class RequestLine {
    /** What {@link #minorVersion} says of a request without a version, and of one whose version is no HTTP/1. */
    static final int HTTP_0_9 = 9;

    static final int NOT_HTTP_1 = -1;

    private static final int BEGINNING = 4_096;

    private static final byte[] NAME = ascii("http/");
    private static final byte[] GET = ascii("GET");
    private static final byte[] HTTP2_METHOD = ascii("PRI");
    private static final byte[] PROXY = ascii("PROXY");
    private static final byte[] SCHEME_END = ascii("://");

    /** RFC 9110 section 9 and RFC 5789. */
    private static final byte[][] STANDARD_METHODS = Stream.of(
                    "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH")
            .map(RequestLine::ascii)
            .toArray(byte[][]::new);

    private byte[] bytes;
    private int methodStart;
    private int methodEnd;
    private int targetStart;
    private int targetEnd;
    private int minorVersion;
    private boolean versionMissing;
    private Anomaly oddity;
    private Anomaly problem;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether some server splits words there: the white space of Python's {@code str.split} but the line feed. */
    static boolean isBlank(byte octet) {
        return isAsciiBlank(octet) || octet == (byte) 0x85 || octet == (byte) 0xa0;
    }

    private static boolean isAsciiBlank(byte octet) {
        return octet == Octets.SP || (octet >= Octets.TAB && octet <= Octets.CR) || (octet >= 0x1c && octet <= 0x1f);
    }

    /**
     * Reads a line. Afterwards {@link #problem} is set, or the rest is.
     *
     * @param start of its first word
     * @param end of its text: without the line end
     */
    void read(byte[] buffer, int start, int end) {
        begin(buffer, start, end);
        int textEnd = end;
        while (textEnd > targetStart && isAsciiBlank(bytes[textEnd - 1])) {
            textEnd--;
        }
        if (targetStart >= textEnd) {
            problem = Anomaly.BAD_REQUEST_LINE;
            return;
        }
        int version = versionStart(textEnd);
        if (version < 0) {
            readWithoutVersion(textEnd);
            return;
        }
        targetEnd = version;
        while (targetEnd > targetStart && isBlank(bytes[targetEnd - 1])) {
            targetEnd--;
        }
        int versionEnd = wordEnd(version, textEnd);
        noteBlanks(methodEnd, targetStart);
        noteBlanks(targetEnd, version);
        if (versionEnd < textEnd || hasBlank(targetStart, targetEnd)) {
            odd(Anomaly.BAD_REQUEST_LINE);
        }
        readVersion(version, versionEnd);
    }

    /**
     * Reads the beginning of a line: its version is not known, its target is what there is of it. Looks at no more than
     * {@link #BEGINNING} bytes of a word, so that it may be asked for again and again.
     */
    void readBeginning(byte[] buffer, int start, int end) {
        int seen = Math.min(end, start + BEGINNING);
        begin(buffer, start, seen);
        targetEnd = targetStart;
        while (targetEnd < Math.min(end, targetStart + BEGINNING) && !isAsciiBlank(bytes[targetEnd])) {
            targetEnd++;
        }
        if (targetEnd == targetStart + BEGINNING) {
            targetEnd = end;
        }
        minorVersion = NOT_HTTP_1;
        if (targetStart == seen || !isTarget()) {
            problem = Anomaly.HEAD_TOO_LARGE;
        }
    }

    private void begin(byte[] buffer, int start, int end) {
        bytes = buffer;
        oddity = null;
        problem = null;
        versionMissing = false;
        methodStart = start;
        methodEnd = wordEnd(start, end);
        targetStart = methodEnd;
        while (targetStart < end && isBlank(bytes[targetStart])) {
            targetStart++;
        }
    }

    private int wordEnd(int from, int end) {
        int next = from;
        while (next < end && !isBlank(bytes[next])) {
            next++;
        }
        return next;
    }

    /** Where the last word begins that looks like a version and stands behind a target; -1 if there is none. */
    private int versionStart(int end) {
        for (int at = end - NAME.length; at > targetStart; at--) {
            if (isBlank(bytes[at - 1]) && Octets.equalIgnoringCase(bytes, at, NAME)) {
                return at;
            }
        }
        return -1;
    }

    private void readWithoutVersion(int end) {
        targetEnd = end;
        noteBlanks(methodEnd, targetStart);
        boolean oneWord = !hasBlank(targetStart, targetEnd);
        if (oneWord && isMethod(GET) && bytes[targetStart] == '/') {
            minorVersion = HTTP_0_9;
        } else if (isTarget()) {
            targetEnd = wordEnd(targetStart, end);
            minorVersion = NOT_HTTP_1;
            versionMissing = true;
            odd(Anomaly.BAD_REQUEST_LINE);
        } else {
            problem = isMethod(PROXY) ? Anomaly.PROXY_PROTOCOL : Anomaly.BAD_REQUEST_LINE;
        }
    }

    /** Whether the target looks like one though nothing else says that this is HTTP. */
    private boolean isTarget() {
        if (targetStart >= targetEnd) {
            return false;
        }
        byte first = bytes[targetStart];
        if (first == '/' || (first == '*' && targetEnd == targetStart + 1)) {
            return true;
        }
        int scheme = targetStart;
        while (scheme < Math.min(targetEnd, targetStart + BEGINNING) && Character.isLetter(bytes[scheme])) {
            scheme++;
        }
        return scheme + SCHEME_END.length <= targetEnd && Octets.equalIgnoringCase(bytes, scheme, SCHEME_END);
    }

    private void readVersion(int from, int end) {
        if (end - from == HttpVersion.PREFIX.length + 1 && isPlainVersion(bytes, from)) {
            minorVersion = HttpVersion.minor(bytes[end - 1]);
            return;
        }
        odd(Anomaly.BAD_VERSION);
        int dot = digits(from + NAME.length, end);
        boolean one = dot < end && bytes[dot] == '.' && isOne(from + NAME.length, dot);
        if (one && dot + 1 < end && digits(dot + 1, end) == end) {
            minorVersion = isZero(dot + 1, end) ? 0 : 1;
            return;
        }
        minorVersion = NOT_HTTP_1;
        // RFC 9113 section 3.4.
        boolean two = end - from == 8 && bytes[from + 5] == '2' && bytes[from + 7] == '0';
        if (two && isMethod(HTTP2_METHOD) && bytes[targetStart] == '*') {
            problem = Anomaly.HTTP2_PREFACE;
        }
    }

    private int digits(int from, int end) {
        int next = from;
        while (next < end && bytes[next] >= '0' && bytes[next] <= '9') {
            next++;
        }
        return next;
    }

    private boolean isOne(int from, int end) {
        return end > from && bytes[end - 1] == '1' && isZero(from, end - 1);
    }

    private boolean isZero(int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] != '0') {
                return false;
            }
        }
        return true;
    }

    private void noteBlanks(int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] != Octets.SP) {
                odd(Anomaly.BAD_REQUEST_LINE);
            }
        }
    }

    private boolean hasBlank(int from, int end) {
        for (int i = from; i < end; i++) {
            if (isAsciiBlank(bytes[i])) {
                return true;
            }
        }
        return false;
    }

    private void odd(Anomaly what) {
        if (oddity == null) {
            oddity = what;
        }
    }

    private boolean isMethod(byte[] method) {
        return Arrays.equals(bytes, methodStart, methodEnd, method, 0, method.length);
    }

    /** Why it is no request; null if it is one. */
    Anomaly problem() {
        return problem;
    }

    /** What breaks the rules though it is a request; null if nothing does. */
    Anomaly oddity() {
        return oddity;
    }

    int methodLength() {
        return methodEnd - methodStart;
    }

    int targetStart() {
        return targetStart;
    }

    int targetLength() {
        return targetEnd - targetStart;
    }

    int minorVersion() {
        return minorVersion;
    }

    /** Whether nothing in it says where its head ends: with this line, or with an empty one. */
    boolean versionMissing() {
        return versionMissing;
    }

    private static boolean isPlainVersion(byte[] buffer, int from) {
        for (int i = 0; i < HttpVersion.PREFIX.length; i++) {
            if (buffer[from + i] != HttpVersion.PREFIX[i]) {
                return false;
            }
        }
        byte digit = buffer[from + HttpVersion.PREFIX.length];
        return digit >= '0' && digit <= '9';
    }

    /**
     * Whether a plain request line with a standard method may begin there: all the bytes that there are of method, space and
     * the target's first byte agree.
     */
    static boolean mayBegin(byte[] buffer, int from, int end) {
        for (byte[] method : STANDARD_METHODS) {
            int seen = Math.min(method.length, end - from);
            if (Arrays.equals(buffer, from, from + seen, method, 0, seen)) {
                int space = from + method.length;
                return space >= end
                        || (buffer[space] == Octets.SP && (space + 1 >= end || isTargetStart(buffer[space + 1])));
            }
        }
        return false;
    }

    private static boolean isTargetStart(byte octet) {
        boolean letterOrDigit = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
        return octet == '/' || octet == '*' || octet == '[' || letterOrDigit;
    }

    /** Whether a whole line is a plain request line with a standard method and a version. */
    static boolean isPlain(byte[] buffer, int from, int end) {
        int version = end - HttpVersion.PREFIX.length - 1;
        return version - 1 > from
                && mayBegin(buffer, from, version)
                && buffer[version - 1] == Octets.SP
                && isPlainVersion(buffer, version);
    }

    static boolean isStandardMethod(byte[] buffer, int from, int length) {
        for (byte[] method : STANDARD_METHODS) {
            if (Arrays.equals(buffer, from, from + length, method, 0, method.length)) {
                return true;
            }
        }
        return false;
    }
}
