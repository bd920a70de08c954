package dev.imdsanalyzer.http;

/**
 * Parses request heads: {@code method SP request-target SP HTTP/1.x} and fields (RFC 9112 section 3).
 *
 * <p>Any token of up to 64 bytes is a method, any text without spaces and control bytes is a target. A line
 * {@code GET /path} without a version is a whole request of HTTP/0.9 (RFC 1945 section 5), which IMDS may answer: a
 * person with netcat writes such. It has no fields, so never a token.
 */
final class RequestParser extends HeadParser implements RequestHead {
    /** More than twice the longest registered one; bounds what is kept while other protocols are told apart. */
    static final int MAXIMUM_METHOD_BYTES = 64;

    /** What {@link #minorVersion} says of a request without a version. */
    static final int HTTP_0_9 = 9;

    private static final int EMPTY_LINES = 0;
    private static final int TLS_RECORD = 1;
    private static final int METHOD = 2;
    private static final int BEFORE_TARGET = 3;
    private static final int TARGET = 4;
    private static final int BEFORE_VERSION = 5;
    private static final int VERSION = 6;
    private static final int AFTER_VERSION = 7;
    private static final int LINE_FEED = 8;

    /** A space, HTTP/1.x, CR and LF. */
    private static final int PLAIN_VERSION_BYTES = 11;

    private int methodStart;
    private int methodLength;
    private int targetStart;
    private int targetLength;
    /** Bytes of the version that were seen. */
    private int versionBytes;

    private int minorVersion;

    RequestParser(int maximumBytes) {
        super(maximumBytes);
    }

    @Override
    protected int startLine(int from, int end) {
        int next = state == EMPTY_LINES ? wholeLine(from, end) : from;
        while (next >= 0 && next < end && state < LINE_BEGIN) {
            next = switch (state) {
                case EMPTY_LINES -> emptyLines(next, end);
                case TLS_RECORD -> malformed(bytes[next] == 3 ? Anomaly.TLS : Anomaly.NOT_HTTP, next - 1);
                case METHOD -> method(next, end);
                case BEFORE_TARGET -> beforeTarget(next, end);
                case TARGET -> target(next, end);
                case BEFORE_VERSION -> beforeVersion(next, end);
                case VERSION -> version(next, end);
                case AFTER_VERSION -> afterVersion(next, end);
                default -> lineFeed(next);
            };
        }
        return next;
    }

    /**
     * Reads a request line that is whole and plain: single spaces, CR LF.
     *
     * @return where the line ends; {@code from}, and nothing has changed, if it is not such a one
     */
    private int wholeLine(int from, int end) {
        byte[] buffer = bytes;
        int next = from;
        while (next < end && Octets.TOKEN[buffer[next] & 0xff]) {
            next++;
        }
        int methodEnd = next;
        int targetBegin = next + 1;
        int at = targetBegin & -8;
        if (methodEnd == from || methodEnd - from > MAXIMUM_METHOD_BYTES || targetBegin >= end) {
            return from;
        }
        long stops = Words.controlsAndSpaces(Words.at(buffer, at)) & Words.from(targetBegin);
        while (stops == 0) {
            at += 8;
            if (at >= end) {
                return from;
            }
            stops = Words.controlsAndSpaces(Words.at(buffer, at));
        }
        int targetEnd = at + Words.first(stops);
        int lineEnd = targetEnd + PLAIN_VERSION_BYTES;
        if (lineEnd > end
                || buffer[methodEnd] != Octets.SP
                || targetEnd == targetBegin
                || buffer[targetEnd] != Octets.SP
                || !HttpVersion.isRegistered(buffer, targetEnd + 1)
                || buffer[lineEnd - 2] != Octets.CR
                || buffer[lineEnd - 1] != Octets.LF) {
            return from;
        }
        methodStart = from - begin;
        methodLength = methodEnd - from;
        targetStart = targetBegin - begin;
        targetLength = targetEnd - targetBegin;
        minorVersion = buffer[targetEnd + 8] - '0';
        state = LINE_BEGIN;
        return lineEnd;
    }

    private int emptyLines(int from, int end) {
        int next = from;
        while (next < end && (bytes[next] == Octets.CR || bytes[next] == Octets.LF)) {
            next++;
        }
        if (next < end) {
            methodStart = next - begin;
            // Content type 22, handshake; the next byte is the major version, 3 from SSL 3.0 to TLS 1.3 (RFC 8446 5.1).
            state = bytes[next] == 22 ? TLS_RECORD : METHOD;
            next += state == TLS_RECORD ? 1 : 0;
        }
        return next;
    }

    private int method(int from, int end) {
        int next = from;
        while (next < end && Octets.TOKEN[bytes[next] & 0xff]) {
            next++;
        }
        methodLength = next - begin - methodStart;
        if (methodLength > MAXIMUM_METHOD_BYTES) {
            return malformed(Anomaly.NOT_HTTP, begin + methodStart + MAXIMUM_METHOD_BYTES);
        }
        if (next < end) {
            if (bytes[next] != Octets.SP || methodLength == 0) {
                return malformed(Anomaly.NOT_HTTP, next);
            }
            state = BEFORE_TARGET;
        }
        return next;
    }

    private int beforeTarget(int from, int end) {
        int next = skipSpaces(from, end);
        if (next < end) {
            targetStart = next - begin;
            state = TARGET;
        }
        return next;
    }

    private int target(int from, int end) {
        int next = from;
        while (next < end && bytes[next] != Octets.SP && !Octets.isControl(bytes[next])) {
            next++;
        }
        targetLength = next - begin - targetStart;
        if (next < end) {
            if (bytes[next] != Octets.SP) {
                return endWithoutVersion(next);
            }
            state = BEFORE_VERSION;
        }
        return next;
    }

    private int beforeVersion(int from, int end) {
        int next = skipSpaces(from, end);
        if (next < end) {
            if (Octets.isControl(bytes[next])) {
                return endWithoutVersion(next);
            }
            versionBytes = 0;
            state = VERSION;
        }
        return next;
    }

    private int version(int from, int end) {
        int next = from;
        while (next < end && versionBytes < HttpVersion.PREFIX.length) {
            if (bytes[next] != HttpVersion.PREFIX[versionBytes]) {
                return malformed(badVersion(next), next);
            }
            next++;
            versionBytes++;
        }
        if (next < end) {
            if (bytes[next] < '0' || bytes[next] > '9') {
                return malformed(badVersion(next), next);
            }
            minorVersion = HttpVersion.minor(bytes[next]);
            state = AFTER_VERSION;
            next++;
        }
        return next;
    }

    private int afterVersion(int from, int end) {
        int next = skipSpaces(from, end);
        if (next < end) {
            byte stop = bytes[next];
            if (stop != Octets.CR && stop != Octets.LF) {
                return malformed(badByte(stop), next);
            }
            state = stop == Octets.LF ? LINE_BEGIN : LINE_FEED;
            next++;
        }
        return next;
    }

    private int lineFeed(int from) {
        return lineFeed(from, minorVersion == HTTP_0_9 ? COMPLETE : LINE_BEGIN);
    }

    /** The line stops at the control byte in {@code where}, and no version was there. */
    private int endWithoutVersion(int where) {
        byte stop = bytes[where];
        if (stop != Octets.CR && stop != Octets.LF) {
            return malformed(Anomaly.CONTROL_BYTE, where);
        }
        int method = begin + methodStart;
        boolean get = methodLength == 3 && bytes[method] == 'G' && bytes[method + 1] == 'E' && bytes[method + 2] == 'T';
        if (!get || targetLength == 0 || bytes[begin + targetStart] != '/') {
            return malformed(Anomaly.BAD_REQUEST_LINE, where);
        }
        minorVersion = HTTP_0_9;
        state = LINE_FEED;
        return stop == Octets.LF ? lineFeed(where) : where + 1;
    }

    /** Of the preface of HTTP/2, {@code PRI * HTTP/2.0} (RFC 9113 section 3.4), the version's 2 gives it away. */
    private Anomaly badVersion(int where) {
        int method = begin + methodStart;
        boolean preface = versionBytes == HttpVersion.PREFIX.length - 2
                && bytes[where] == '2'
                && methodLength == 3
                && bytes[method] == 'P'
                && bytes[method + 1] == 'R'
                && bytes[method + 2] == 'I';
        return preface ? Anomaly.HTTP2_PREFACE : badByte(bytes[where]);
    }

    private static Anomaly badByte(byte octet) {
        boolean lineEnd = octet == Octets.CR || octet == Octets.LF;
        return Octets.isControl(octet) && !lineEnd ? Anomaly.CONTROL_BYTE : Anomaly.BAD_REQUEST_LINE;
    }

    private int skipSpaces(int from, int end) {
        int next = from;
        while (next < end && bytes[next] == Octets.SP) {
            next++;
        }
        return next;
    }

    /** Whether the bytes so far were the beginning of a TLS record rather than of a request. */
    boolean stoppedInTlsRecord() {
        return state == TLS_RECORD;
    }

    @Override
    public int methodOffset() {
        return begin + methodStart;
    }

    @Override
    public int methodLength() {
        return methodLength;
    }

    @Override
    public int targetOffset() {
        return begin + targetStart;
    }

    @Override
    public int targetLength() {
        return targetLength;
    }

    @Override
    public int minorVersion() {
        return minorVersion;
    }
}
