package dev.imdsanalyzer.http;

import java.nio.charset.StandardCharsets;

/** How long the body behind a head is: RFC 9112 section 6.3, the rules in their order there. */
final class BodyLength {
    /** The answers that are no count of bytes. */
    static final long CHUNKED = -1;

    static final long UNTIL_CLOSE = -2;

    static final long BAD = -3;

    private static final byte[] TRANSFER_ENCODING = "transfer-encoding".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_LENGTH = "content-length".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED_CODING = "chunked".getBytes(StandardCharsets.US_ASCII);

    /** A number of so many digits fits a long. */
    private static final int MAXIMUM_DIGITS = 18;

    private static final long ABSENT = -4;

    private BodyLength() {}

    /** @return bytes of the request's body, 0 if there is none; {@link #CHUNKED}; or {@link #BAD} */
    static long ofRequest(RequestHead head) {
        int coding = last(head, TRANSFER_ENCODING);
        if (coding >= 0) {
            // With another last coding nobody can tell where the request ends: to be refused (rule 4).
            return endsChunked(head, coding) ? CHUNKED : BAD;
        }
        long length = contentLength(head);
        return length == ABSENT ? 0 : length;
    }

    /**
     * @param toHead whether the request's method was HEAD
     * @return bytes of the response's body, 0 if there is none; {@link #CHUNKED}; {@link #UNTIL_CLOSE}; or {@link #BAD}
     */
    static long ofResponse(ResponseHead head, boolean toHead) {
        int status = head.statusCode();
        if (toHead || status < 200 || status == 204 || status == 304) {
            return 0;
        }
        int coding = last(head, TRANSFER_ENCODING);
        if (coding >= 0) {
            return endsChunked(head, coding) ? CHUNKED : UNTIL_CLOSE;
        }
        long length = contentLength(head);
        return length == ABSENT ? UNTIL_CLOSE : length;
    }

    /** The length that two pieces of one head give together. */
    static long together(long first, long second) {
        if (first == 0 || first == second) {
            return second;
        }
        if (second == 0) {
            return first;
        }
        return first == CHUNKED || second == CHUNKED ? CHUNKED : BAD;
    }

    private static int last(Fields fields, byte[] lowerCaseName) {
        int last = -1;
        for (int field = fields.find(lowerCaseName, 0); field >= 0; field = fields.find(lowerCaseName, field + 1)) {
            last = field;
        }
        return last;
    }

    /** Whether the last member of the list in that field is the chunked coding. */
    private static boolean endsChunked(Fields fields, int field) {
        byte[] buffer = fields.buffer();
        int start = fields.fieldValueOffset(field);
        int end = start + fields.fieldValueLength(field);
        int member = end;
        while (member > start && buffer[member - 1] != ',') {
            member--;
        }
        while (member < end && isBlank(buffer[member])) {
            member++;
        }
        return end - member == CHUNKED_CODING.length && Octets.equalIgnoringCase(buffer, member, CHUNKED_CODING);
    }

    /** The one length that all the fields and list members of that name give; {@link #ABSENT} or {@link #BAD}. */
    private static long contentLength(Fields fields) {
        long length = ABSENT;
        for (int field = fields.find(CONTENT_LENGTH, 0); field >= 0; field = fields.find(CONTENT_LENGTH, field + 1)) {
            byte[] buffer = fields.buffer();
            int next = fields.fieldValueOffset(field);
            int end = next + fields.fieldValueLength(field);
            do {
                int comma = next;
                while (comma < end && buffer[comma] != ',') {
                    comma++;
                }
                long member = number(buffer, next, comma);
                if (member == BAD || (length != ABSENT && length != member)) {
                    return BAD;
                }
                length = member;
                next = comma + 1;
            } while (next <= end);
        }
        return length;
    }

    /** The decimal number between blanks, or {@link #BAD}. */
    private static long number(byte[] buffer, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(buffer[start])) {
            start++;
        }
        while (end > start && isBlank(buffer[end - 1])) {
            end--;
        }
        if (start == end) {
            return BAD;
        }
        while (start < end - 1 && buffer[start] == '0') {
            start++;
        }
        if (end - start > MAXIMUM_DIGITS) {
            return BAD;
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            if (buffer[i] < '0' || buffer[i] > '9') {
                return BAD;
            }
            number = 10 * number + buffer[i] - '0';
        }
        return number;
    }

    /** White space in a value, the line ends of a folded one included. */
    private static boolean isBlank(byte octet) {
        return octet == Octets.SP || octet == Octets.TAB || octet == Octets.CR || octet == Octets.LF;
    }
}
