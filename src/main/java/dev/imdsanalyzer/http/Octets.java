package dev.imdsanalyzer.http;

/** What each of the 256 byte values may be in a message head, as tables indexed by the unsigned byte. */
final class Octets {
    static final byte TAB = '\t';
    static final byte LF = '\n';
    static final byte CR = '\r';
    static final byte SP = ' ';
    static final byte DELETE = 0x7f;

    /** The bytes of a token, RFC 9110 section 5.6.2: methods and field names. */
    static final boolean[] TOKEN = new boolean[256];

    /** Each byte, but A to Z as a to z. */
    private static final byte[] LOWER_CASE = new byte[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            boolean upperCase = octet >= 'A' && octet <= 'Z';
            boolean lowerCase = octet >= 'a' && octet <= 'z';
            boolean digit = octet >= '0' && octet <= '9';
            TOKEN[octet] = upperCase || lowerCase || digit || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0;
            LOWER_CASE[octet] = (byte) (upperCase ? octet + 0x20 : octet);
        }
    }

    private Octets() {}

    /** Whether that many bytes from {@code offset} are {@code lowerCase}, whatever their own case. */
    static boolean equalIgnoringCase(byte[] buffer, int offset, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            if (LOWER_CASE[buffer[offset + i] & 0xff] != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the byte is a control byte that no head may hold; CR, LF and the tab are told apart by the caller. */
    static boolean isControl(byte octet) {
        return (octet >= 0 && octet < SP) || octet == DELETE;
    }

    /**
     * The first byte from {@code from} on that is not plain text: a control byte (the tab, CR and LF among them). Bytes
     * from 0x80 on are text (obs-text, RFC 9110 section 5.5).
     *
     * @return its position, or {@code end}
     */
    static int endOfText(byte[] buffer, int from, int end) {
        int position = from;
        while (position < end && !isControl(buffer[position])) {
            position++;
        }
        return position;
    }
}
