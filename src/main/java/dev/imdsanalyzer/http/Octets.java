package dev.imdsanalyzer.http;

/** What a byte value may be in a message head. */
final class Octets {
    static final byte TAB = '\t';
    static final byte LF = '\n';
    static final byte CR = '\r';
    static final byte SP = ' ';
    static final byte DELETE = 0x7f;

    /** The bytes of a token, RFC 9110 section 5.6.2, indexed by the unsigned byte. */
    static final boolean[] TOKEN = new boolean[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            boolean upperCase = octet >= 'A' && octet <= 'Z';
            boolean lowerCase = octet >= 'a' && octet <= 'z';
            boolean digit = octet >= '0' && octet <= '9';
            TOKEN[octet] = upperCase || lowerCase || digit || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0;
        }
    }

    private Octets() {}

    /** Whether no head may hold it; CR, LF and the tab are told apart by the caller. */
    static boolean isControl(byte octet) {
        return (octet >= 0 && octet < SP) || octet == DELETE;
    }

    /** Whether it is optional white space, RFC 9110 section 5.6.3. */
    static boolean isBlank(byte octet) {
        return octet == SP || octet == TAB;
    }

    /** Whether the bytes from {@code offset} on are {@code lowerCase}, whatever their own case. */
    static boolean equalIgnoringCase(byte[] buffer, int offset, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            int wanted = lowerCase[i];
            int difference = buffer[offset + i] ^ wanted;
            if (difference != 0 && (difference != 0x20 || wanted < 'a' || wanted > 'z')) {
                return false;
            }
        }
        return true;
    }
}
