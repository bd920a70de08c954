package dev.imdsanalyzer.imds.request;

import dev.imdsanalyzer.http.RequestHead;

/**
 * Whether a request has the token field: surely, or only as some servers read it. Lenient servers differ in what they make
 * of odd lines: BusyBox leaves carriage returns out, Python ends a line at each and the fields at a line without a colon,
 * gateways take {@code _} for {@code -}. So a field that is there in one reading and not in another is in doubt, and the
 * answer decides.
 *
 * <p>Keeps no byte of the head. To be used again for any number of heads. One thread.
 */
final class TokenEvidence {
    /** The token field is there however the head is read. */
    private boolean present;

    /** It is there in some reading. */
    private boolean doubtful;

    private boolean given;
    private boolean probe;
    private boolean repeated;

    /** A line stood before the fields that come next behind which servers may read otherwise. */
    private boolean oddLineBefore;

    void begin() {
        present = false;
        doubtful = false;
        given = true;
        probe = false;
        repeated = false;
        oddLineBefore = false;
    }

    /** Looks at a head that is whole, or at the first piece of one. */
    void readHead(RequestHead head) {
        if (head.oddity() == null) {
            readFields(head, 0);
        } else {
            readLines(head, head.methodOffset());
        }
    }

    /** Looks at a later piece of a head that is longer than the limit. */
    void readMore(RequestHead head) {
        readLines(head, -1);
    }

    /** Looks at the fields from one on: of a head whose rest is to come, or that breaks no rules. */
    void readFields(RequestHead head, int from) {
        for (int field = head.find(ImdsFields.TOKEN, from);
                field >= 0;
                field = head.find(ImdsFields.TOKEN, field + 1)) {
            take(head, field);
        }
        doubtful |= !present && ImdsFields.findWithUnderscores(head, ImdsFields.TOKEN, from) >= 0;
    }

    private void take(RequestHead head, int field) {
        repeated |= present;
        boolean blank = ImdsFields.isBlank(head, field);
        probe = !present && ImdsFields.valueIs(head, field, ImdsFields.FLUENT_BIT_PROBE);
        given &= !blank;
        present = true;
    }

    private void readLines(RequestHead head, int requestLine) {
        byte[] bytes = head.buffer();
        int end = head.headOffset() + head.headLength();
        int field = 0;
        for (int begin = head.headOffset(); begin < end; ) {
            int lineFeed = begin;
            while (lineFeed < end && bytes[lineFeed] != '\n') {
                lineFeed++;
            }
            boolean isField = field < head.fieldCount() && head.fieldNameOffset(field) == begin;
            readLine(head, isField ? field : -1, begin, lineFeed, begin <= requestLine && requestLine < lineFeed);
            field += isField ? 1 : 0;
            begin = lineFeed + 1;
        }
    }

    private void readLine(RequestHead head, int field, int begin, int lineFeed, boolean isRequestLine) {
        boolean odd = isOdd(head.buffer(), begin, lineFeed, field, isRequestLine);
        boolean named = field >= 0 && head.find(ImdsFields.TOKEN, field) == field;
        if (named && !odd && !oddLineBefore && !isBlankInLine(head, field, lineFeed)) {
            take(head, field);
        } else if (odd || named) {
            doubtful |= ImdsFields.mentionsToken(head.buffer(), begin, lineFeed);
        }
        oddLineBefore |= odd;
    }

    /** Of a folded value, what stands on the name's own line. */
    private static boolean isBlankInLine(RequestHead head, int field, int lineFeed) {
        return head.fieldValueLength(field) == 0 || head.fieldValueOffset(field) > lineFeed;
    }

    /** Whether servers may read the line in more than one way. */
    private static boolean isOdd(byte[] bytes, int begin, int lineFeed, int field, boolean isRequestLine) {
        int end = lineFeed > begin && bytes[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        boolean inName = field >= 0;
        for (int i = begin; i < end; i++) {
            byte octet = bytes[i];
            inName &= octet != ':';
            if (ImdsFields.isControl(octet) || (inName && octet <= ' ')) {
                return true;
            }
        }
        return field < 0 && end > begin && !isRequestLine;
    }

    boolean present() {
        return present;
    }

    boolean doubtful() {
        return doubtful;
    }

    /** Whether each token field that is there has a value. */
    boolean given() {
        return given;
    }

    boolean probe() {
        return probe;
    }

    boolean repeated() {
        return repeated;
    }
}
