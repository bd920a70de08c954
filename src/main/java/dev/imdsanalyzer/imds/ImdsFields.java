package dev.imdsanalyzer.imds;

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
}
