package dev.imdsanalyzer.imds.request;

import dev.imdsanalyzer.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The header fields that matter to IMDS, found by their exact names, in whatever case. */
final class ImdsFields {
    static final byte[] TOKEN = name("x-aws-ec2-metadata-token");
    static final byte[] TOKEN_TTL_SECONDS = name("x-aws-ec2-metadata-token-ttl-seconds");
    static final byte[] USER_AGENT = name("user-agent");
    static final byte[] SERVER = name("server");
    static final byte[] X_FORWARDED_FOR = name("x-forwarded-for");

    /** With this token Fluent Bit probes for the version. */
    static final byte[] FLUENT_BIT_PROBE = "INVALID".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] CONTENT_TYPE = name("content-type");
    static final byte[] TEXT_PLAIN = name("text/plain");

    private ImdsFields() {}

    private static byte[] name(String lowerCase) {
        return lowerCase.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the field's value has nothing but white space (and the line breaks of obs-fold) in it. */
    static boolean isBlank(Fields fields, int field) {
        int end = fields.fieldValueOffset(field) + fields.fieldValueLength(field);
        for (int i = fields.fieldValueOffset(field); i < end; i++) {
            byte b = fields.buffer()[i];
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return false;
            }
        }
        return true;
    }

    static boolean valueIs(Fields fields, int field, byte[] value) {
        int from = fields.fieldValueOffset(field);
        return Arrays.equals(fields.buffer(), from, from + fields.fieldValueLength(field), value, 0, value.length);
    }

    /** Whether a content type is given, and another one, whatever its parameters. */
    static boolean isOtherType(Fields fields, byte[] lowerCaseType) {
        int field = fields.find(CONTENT_TYPE, 0);
        if (field < 0 || fields.fieldValueLength(field) == 0) {
            return false;
        }
        int length = lowerCaseType.length;
        int from = fields.fieldValueOffset(field);
        if (fields.fieldValueLength(field) < length || !matches(fields.buffer(), from, lowerCaseType)) {
            return true;
        }
        byte behind = fields.fieldValueLength(field) == length ? (byte) ';' : fields.buffer()[from + length];
        return behind != ';' && behind != ' ' && behind != '\t';
    }

    /** The field's value as a number of decimal digits; -1 if there is no such field or it is no number up to 2^31-1. */
    static int number(Fields fields, byte[] lowerCaseName) {
        int field = fields.find(lowerCaseName, 0);
        if (field < 0 || fields.fieldValueLength(field) == 0) {
            return -1;
        }
        int from = fields.fieldValueOffset(field);
        long number = 0;
        for (int i = from; i < from + fields.fieldValueLength(field); i++) {
            int digit = fields.buffer()[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
            if (number > Integer.MAX_VALUE) {
                return -1;
            }
        }
        return (int) number;
    }

    /** The first field from one on whose name is that one once {@code _} is taken for {@code -}; -1 if there is none. */
    static int findWithUnderscores(Fields fields, byte[] lowerCaseName, int from) {
        for (int field = from; field < fields.fieldCount(); field++) {
            if (fields.fieldNameLength(field) == lowerCaseName.length
                    && matches(fields.buffer(), fields.fieldNameOffset(field), lowerCaseName)) {
                return field;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] bytes, int offset, byte[] lowerCaseName) {
        for (int i = 0; i < lowerCaseName.length; i++) {
            if (plain(bytes[offset + i]) != lowerCaseName[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the token field's name is in a line, in any case, with {@code _} for {@code -} and with control bytes in it:
     * there is a server for each that reads it so.
     */
    static boolean mentionsToken(byte[] bytes, int from, int to) {
        int seen = 0;
        for (int i = from; i < to; i++) {
            byte octet = plain(bytes[i]);
            if (isControl(octet)) {
                continue;
            }
            if (seen == TOKEN.length) {
                if (octet != '-' && !Character.isLetterOrDigit(octet)) {
                    return true;
                }
                seen = 0;
            }
            // Its first letter is nowhere else in the name.
            seen = octet == TOKEN[seen] ? seen + 1 : (octet == TOKEN[0] ? 1 : 0);
        }
        return seen == TOKEN.length;
    }

    /** Lower case, and {@code -} for {@code _}. */
    private static byte plain(byte octet) {
        if (octet == '_') {
            return '-';
        }
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 'a' - 'A') : octet;
    }

    /** Whether no field line may hold it; the tab may be in a value. */
    static boolean isControl(byte octet) {
        return (octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f;
    }
}
