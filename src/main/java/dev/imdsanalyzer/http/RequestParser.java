package dev.imdsanalyzer.http;

/**
 * Parses request heads: {@code method SP request-target SP HTTP/1.x} and fields (RFC 9112 section 3).
 *
 * <p>A plain request line is read by {@link #wholeLine}, eight bytes at a time; any other once it is whole, by
 * {@link RequestLine}, as the most lenient of the common servers would read it. What that one takes for none is malformed.
 * A line {@code GET /path} without a version is a whole request of HTTP/0.9 (RFC 1945 section 5), which IMDS may answer: a
 * person with netcat writes such. It has no fields, so never a token.
 */
final class RequestParser extends HeadParser implements RequestHead {
    private static final int EMPTY_LINES = 0;
    private static final int TLS_RECORD = 1;
    private static final int FIRST_WORD = 2;
    private static final int REST_OF_LINE = 3;

    /** A space, HTTP/1.x, CR and LF. */
    private static final int PLAIN_VERSION_BYTES = 11;

    private int methodStart;
    private int methodLength;
    private int targetStart;
    private int targetLength;
    private int minorVersion;
    private boolean versionMissing;

    /** Reads what is not plain. */
    private final RequestLine line = new RequestLine();

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
                case FIRST_WORD -> firstWord(next, end);
                default -> restOfLine(next, end);
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
        if (methodEnd == from || targetBegin >= end) {
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
        versionMissing = false;
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
            state = bytes[next] == 22 ? TLS_RECORD : FIRST_WORD;
            next += state == TLS_RECORD ? 1 : 0;
        }
        return next;
    }

    /** Other protocols give themselves away here, and need not be kept until a line feed comes. */
    private int firstWord(int from, int end) {
        int next = from;
        while (next < end && RequestLine.isBlank(bytes[next]) && next == begin + methodStart) {
            odd(Anomaly.BAD_REQUEST_LINE);
            methodStart++;
            next++;
        }
        while (next < end && Octets.TOKEN[bytes[next] & 0xff]) {
            next++;
        }
        if (next < end) {
            boolean lineEnd = bytes[next] == Octets.CR || bytes[next] == Octets.LF;
            if (next == begin + methodStart || !(lineEnd || RequestLine.isBlank(bytes[next]))) {
                return malformed(Anomaly.NOT_HTTP, next);
            }
            state = REST_OF_LINE;
        }
        return next;
    }

    private int restOfLine(int from, int end) {
        int next = from;
        while (next < end && bytes[next] != Octets.LF) {
            noteText(bytes[next]);
            next++;
        }
        return next < end ? line(next) : next;
    }

    /** The request line is whole, and not plain. */
    private int line(int lineFeed) {
        int start = begin + methodStart;
        endText();
        line.read(bytes, start, textEnd(start, lineFeed));
        if (line.problem() != null) {
            return malformed(line.problem(), begin + methodStart);
        }
        if (line.oddity() != null) {
            odd(line.oddity());
        }
        takeLine();
        state = minorVersion == RequestLine.HTTP_0_9 ? COMPLETE : LINE_BEGIN;
        return lineFeed + 1;
    }

    private void takeLine() {
        methodLength = line.methodLength();
        targetStart = line.targetStart() - begin;
        targetLength = line.targetLength();
        minorVersion = line.minorVersion();
        versionMissing = line.versionMissing();
    }

    /** Takes what there is of a request line that is not whole yet. False if no target is there. */
    boolean peekLine() {
        if (state != REST_OF_LINE) {
            return false;
        }
        int start = begin + methodStart;
        line.readBeginning(bytes, start, begin + headLength());
        if (line.problem() != null) {
            return false;
        }
        takeLine();
        return true;
    }

    @Override
    protected int breakOffStartLine(int end) {
        if (state == REST_OF_LINE) {
            line.readBeginning(bytes, begin + methodStart, end);
        }
        if (state != REST_OF_LINE || line.problem() != null) {
            return malformed(Anomaly.HEAD_TOO_LARGE, end);
        }
        odd(Anomaly.HEAD_TOO_LARGE);
        takeLine();
        ignoreRestOfLine();
        return end;
    }

    /** Where nothing says that there are fields, the next request ends this one. */
    @Override
    protected int ignoredLine(int lineBegin, int lineFeed) {
        if (versionMissing && RequestLine.isPlain(bytes, lineBegin, textEnd(lineBegin, lineFeed))) {
            state = COMPLETE;
            return lineBegin;
        }
        return lineFeed + 1;
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
