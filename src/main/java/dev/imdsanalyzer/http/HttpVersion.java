package dev.imdsanalyzer.http;

/** The version in a start line, {@code HTTP/1.x} (RFC 9112 section 2.3). */
final class HttpVersion {
    /** All of it but the digit of the minor version. */
    static final byte[] PREFIX = {'H', 'T', 'T', 'P', '/', '1', '.'};

    private HttpVersion() {}

    /** Whether HTTP/1.0 or HTTP/1.1 stands there; the caller knows that there are 8 bytes. */
    static boolean isRegistered(byte[] buffer, int from) {
        return buffer[from] == 'H'
                && buffer[from + 1] == 'T'
                && buffer[from + 2] == 'T'
                && buffer[from + 3] == 'P'
                && buffer[from + 4] == '/'
                && buffer[from + 5] == '1'
                && buffer[from + 6] == '.'
                && (buffer[from + 7] == '0' || buffer[from + 7] == '1');
    }

    /** A higher minor version is to be taken as the highest one known (RFC 9110 section 2.5). */
    static int minor(byte digit) {
        return Math.min(digit - '0', 1);
    }
}
