package dev.imdsanalyzer.secrets;

import java.util.Base64;

/** What a base64 text says; RFC 4648. */
final class Base64Text {
    private static final int LONGEST = 1024;

    private Base64Text() {}

    /** Whether the text's part is base64 of something with a colon in it, as user and password are written; RFC 7617. */
    static boolean hasColon(String text, int start, int end) {
        if (end - start < 4 || end - start > LONGEST) {
            return end - start > LONGEST;
        }
        try {
            for (byte b : Base64.getDecoder().decode(text.substring(start, end))) {
                if (b == ':') {
                    return true;
                }
            }
            return false;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
