package dev.imdsanalyzer.report.input;

import dev.imdsanalyzer.imds.Finding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the fields of one log line in a single pass over its bytes, without making objects.
 *
 * <p>It takes any JSON object, in any layout, with members nested or dotted; it checks the structure but not every rule of
 * RFC 8259 (nor, inside arrays, that brackets match in kind): bytes inside strings and the letters of literals are taken as they are. Nesting past 32 levels is refused.
 *
 * <p>Written by hand, with {@link MemberPrediction}, as a fleet's log is gigabytes and is read on somebody's desk: of 800 MB
 * in lines of 72 members it takes 0.6 s of CPU, where Jackson's streaming parser takes 3.6 to 7 without keeping anything. The
 * whole report takes 4.8, mawk's plainest grouping 1.0, jq's 15 (JDK 17, November 2026; src/bench/report.sh).
 */
final class EventScanner {
    private static final int MAXIMUM_DEPTH = 32;
    private static final int MALFORMED = -1;
    private static final Finding[] FINDINGS = Finding.values();
    private static final byte[][] FINDING_CODES = new byte[FINDINGS.length][];

    static {
        for (Finding finding : FINDINGS) {
            FINDING_CODES[finding.ordinal()] = finding.code().getBytes(StandardCharsets.US_ASCII);
        }
    }

    // No finding of a single call: that the caller got a token after it, which the analyzer learns later.
    private static final byte[] RECOVERS = "imdsv1-recovers".getBytes(StandardCharsets.US_ASCII);

    private final MemberPrediction prediction = new MemberPrediction();
    private byte[] bytes;
    private int limit;
    private EventLine line;
    private boolean sawBackslash;

    /** Whether [from, to) is one whole JSON object, white space around it aside; then {@code into} shows its fields. */
    boolean scan(byte[] source, int from, int to, EventLine into) {
        bytes = source;
        limit = to;
        line = into;
        line.reset(source);
        prediction.startLine();
        int at = skipSpace(from);
        if (at >= to || bytes[at] != '{') {
            return false;
        }
        int end = object(at, Field.ROOT, 0);
        line.span(at, Math.max(at, end));
        return end != MALFORMED && skipSpace(end) == to;
    }

    /** Reads the object that opens at {@code at}; returns where it ends. */
    private int object(int at, long prefix, int depth) {
        if (depth > MAXIMUM_DEPTH) {
            return MALFORMED;
        }
        int i = skipSpace(at + 1);
        if (i < limit && bytes[i] == '}') {
            return i + 1;
        }
        while (i < limit && bytes[i] == '"') {
            int place;
            int matched = prediction.match(bytes, i, limit, prefix);
            if (matched > 0) {
                place = prediction.place();
                i += matched;
            } else {
                int end = Bytes.quoteOrBackslash(bytes, i + 1, limit);
                if (end < limit && bytes[end] == '\\') {
                    // None of our names has an escape in it: this member is only skipped.
                    end = stringEnd(i) - 1;
                }
                if (end < 0) {
                    return MALFORMED;
                }
                place = place(prefix, i + 1, end);
                int colon = skipSpace(end + 1);
                if (colon >= limit || bytes[colon] != ':') {
                    return MALFORMED;
                }
                if (colon == end + 1) {
                    prediction.learn(bytes, i, colon + 1, prefix, place);
                }
                i = colon + 1;
            }
            i = value(skipSpace(i), place, depth);
            if (i == MALFORMED) {
                return MALFORMED;
            }
            i = skipSpace(i);
            if (i >= limit) {
                return MALFORMED;
            }
            if (bytes[i] == '}') {
                return i + 1;
            }
            if (bytes[i] != ',') {
                return MALFORMED;
            }
            i = skipSpace(i + 1);
        }
        return MALFORMED;
    }

    // Names with dots are taken as nested; they are looked for only where the name as a whole is not known.
    private int place(long prefix, int from, int to) {
        int place = Field.find(Bytes.member(prefix, bytes, from, to));
        if (place != Field.NONE) {
            return place;
        }
        long nested = prefix;
        int start = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '.') {
                nested = Bytes.member(nested, bytes, start, i);
                start = i + 1;
            }
        }
        return start == from ? Field.NONE : Field.find(Bytes.member(nested, bytes, start, to));
    }

    private int value(int at, int place, int depth) {
        if (at >= limit) {
            return MALFORMED;
        }
        return switch (bytes[at]) {
            case '"' -> string(at, place);
            case '{' ->
                place == Field.NONE || Field.at(place) == Field.COUNTERS
                        ? array(at, place)
                        : object(at, Field.hashAt(place), depth + 1);
            case '[' -> array(at, place);
            default -> literal(at, place);
        };
    }

    private int string(int at, int place) {
        int end = stringEnd(at);
        if (end == MALFORMED) {
            return MALFORMED;
        }
        Field field = Field.at(place);
        if (field != null) {
            line.set(field, at + 1, end - 1, sawBackslash);
        }
        return end;
    }

    private int literal(int at, int place) {
        int end = at;
        while (end < limit && isLiteral(bytes[end])) {
            end++;
        }
        if (end == at) {
            return MALFORMED;
        }
        Field field = Field.at(place);
        if (field != null && bytes[at] != 'n') {
            line.set(field, at, end, false);
        }
        return end;
    }

    /** Skips an array, or an object that holds nothing for us; takes findings and keeps the place of other fields. */
    private int array(int at, int place) {
        Field field = Field.at(place);
        int depth = 0;
        int i = at;
        while (i < limit) {
            byte next = bytes[i];
            if (next == '"') {
                int end = stringEnd(i);
                if (end == MALFORMED) {
                    return MALFORMED;
                }
                if (field == Field.FINDINGS) {
                    addFinding(i + 1, end - 1);
                }
                i = end;
                continue;
            }
            i++;
            if (next == '[' || next == '{') {
                depth++;
            } else if ((next == ']' || next == '}') && --depth == 0) {
                if (field != null) {
                    line.set(field, at, i, false);
                }
                return i;
            }
        }
        return MALFORMED;
    }

    /** Where the string that opens at {@code at} ends, past its closing quote. */
    private int stringEnd(int at) {
        sawBackslash = false;
        int i = at + 1;
        while (true) {
            i = Bytes.quoteOrBackslash(bytes, i, limit);
            if (i >= limit) {
                return MALFORMED;
            }
            if (bytes[i] == '"') {
                return i + 1;
            }
            sawBackslash = true;
            i += 2;
        }
    }

    private void addFinding(int from, int to) {
        if (Arrays.equals(bytes, from, to, RECOVERS, 0, RECOVERS.length)) {
            line.addRecovery();
            return;
        }
        for (Finding finding : FINDINGS) {
            byte[] code = FINDING_CODES[finding.ordinal()];
            if (Arrays.equals(bytes, from, to, code, 0, code.length)) {
                line.addFinding(finding);
                return;
            }
        }
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < limit && bytes[i] <= ' ' && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    private static boolean isLiteral(byte character) {
        return (character >= '0' && character <= '9')
                || (character >= 'a' && character <= 'z')
                || character == '-'
                || character == '+'
                || character == '.'
                || character == 'E';
    }
}
