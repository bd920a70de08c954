package dev.imdsanalyzer.http;

/** Parses response heads: {@code HTTP/1.x SP status-code [SP reason-phrase]} and fields (RFC 9112 section 4). */
final class ResponseParser extends HeadParser implements ResponseHead {
    private static final int EMPTY_LINES = 0;
    private static final int TLS_RECORD = 1;
    private static final int VERSION = 2;
    private static final int BEFORE_STATUS = 3;
    private static final int STATUS = 4;
    private static final int AFTER_STATUS = 5;
    private static final int REASON = 6;

    /** Bytes of the version, then digits of the status code, that were seen. */
    private int seen;

    private int minorVersion;
    private int statusCode;

    ResponseParser(int maximumBytes) {
        super(maximumBytes);
    }

    @Override
    protected int startLine(int from, int end) {
        int next = from;
        while (next >= 0 && next < end && state < LINE_BEGIN) {
            next = switch (state) {
                case EMPTY_LINES -> emptyLines(next, end);
                case TLS_RECORD -> malformed(bytes[next] == 3 ? Anomaly.TLS : Anomaly.BAD_STATUS_LINE, next - 1);
                case VERSION -> version(next, end);
                case BEFORE_STATUS -> beforeStatus(next, end);
                case STATUS -> status(next, end);
                case AFTER_STATUS -> afterStatus(next);
                default -> reason(next, end);
            };
        }
        return next;
    }

    private int emptyLines(int from, int end) {
        int next = from;
        while (next < end && (bytes[next] == Octets.CR || bytes[next] == Octets.LF)) {
            next++;
        }
        if (next < end) {
            // Content types 21 and 22, alert and handshake (RFC 8446 section 5.1).
            boolean tls = bytes[next] == 21 || bytes[next] == 22;
            state = tls ? TLS_RECORD : VERSION;
            seen = 0;
            next += tls ? 1 : 0;
        }
        return next;
    }

    private int version(int from, int end) {
        int next = from;
        while (next < end && seen < HttpVersion.PREFIX.length) {
            if (bytes[next] != HttpVersion.PREFIX[seen]) {
                return malformed(Anomaly.BAD_STATUS_LINE, next);
            }
            next++;
            seen++;
        }
        if (next < end) {
            if (!isDigit(bytes[next])) {
                return malformed(Anomaly.BAD_STATUS_LINE, next);
            }
            minorVersion = HttpVersion.minor(bytes[next]);
            state = BEFORE_STATUS;
            seen = 0;
            next++;
        }
        return next;
    }

    private int beforeStatus(int from, int end) {
        int next = from;
        while (next < end && bytes[next] == Octets.SP) {
            next++;
            seen++;
        }
        if (next < end) {
            if (seen == 0 || bytes[next] == '0') {
                return malformed(Anomaly.BAD_STATUS_LINE, next);
            }
            state = STATUS;
            seen = 0;
            statusCode = 0;
        }
        return next;
    }

    private int status(int from, int end) {
        int next = from;
        while (next < end && seen < 3) {
            if (!isDigit(bytes[next])) {
                return malformed(Anomaly.BAD_STATUS_LINE, next);
            }
            statusCode = 10 * statusCode + bytes[next] - '0';
            next++;
            seen++;
        }
        if (seen == 3) {
            state = AFTER_STATUS;
        }
        return next;
    }

    private int afterStatus(int from) {
        byte stop = bytes[from];
        if (stop != Octets.SP && stop != Octets.CR && stop != Octets.LF) {
            return malformed(Anomaly.BAD_STATUS_LINE, from);
        }
        state = REASON;
        return from;
    }

    private int reason(int from, int end) {
        int next = from;
        while (next < end && bytes[next] != Octets.LF) {
            next++;
        }
        if (next < end) {
            state = LINE_BEGIN;
            next++;
        }
        return next;
    }

    @Override
    protected int breakOffStartLine(int end) {
        if (state != REASON) {
            return malformed(Anomaly.HEAD_TOO_LARGE, end);
        }
        ignoreRestOfLine();
        return end;
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public int statusCode() {
        return statusCode;
    }

    @Override
    public int minorVersion() {
        return minorVersion;
    }
}
