package dev.imdsanalyzer.secrets;

/**
 * Parameters of URLs and forms: {@code ?key=…&a[password]=…}, and the matrix parameters of a path's segments ({@code
 * ;sid=…}). Their names say more than names elsewhere do, and their values end otherwise.
 */
final class UrlParameters {
    /** Longer names are none of a secret. */
    private static final int NAME_LIMIT = 128;

    private final String text;
    private final Place place;
    private final Spans spans;
    /** Whether semicolons may part parameters. */
    private final boolean matrix;

    /** Of the value looked at last: one with many equals signs is measured once. */
    private int knownValueEnd;

    private UrlParameters(String text, Place place, Spans spans) {
        this.text = text;
        this.place = place;
        this.spans = spans;
        this.matrix = place == Place.PATH || place == Place.QUERY || text.contains("://");
    }

    static void find(String text, Place place, Spans spans) {
        UrlParameters parameters = new UrlParameters(text, place, spans);
        for (int equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', equals + 1)) {
            parameters.at(equals);
        }
    }

    private void at(int equals) {
        int start = equals;
        while (start > 0 && equals - start < NAME_LIMIT && !endsName(text.charAt(start - 1))) {
            start--;
        }
        int end = equals;
        while (end > start && text.charAt(end - 1) == ']') {
            int open = end - 2;
            while (open >= start && text.charAt(open) != '[') {
                open--;
            }
            if (open < start) {
                return;
            }
            boolean inner = open + 1 < end - 1 && !Character.isDigit(text.charAt(open + 1));
            if (inner) {
                start = open + 1;
                end--;
                break;
            }
            end = open;
        }
        int valueEnd = valueEnd(equals + 1);
        if (matrix && start > 0 && text.charAt(start - 1) == ';') {
            valueEnd = segmentEnd(equals, valueEnd);
        }
        if (start > 0 && text.charAt(start - 1) == ';' && SecretNames.matches(text, start, end)) {
            connectionValue(equals + 1);
        }
        if (start >= end || valueEnd == equals + 1 || HarmlessValues.contains(text, equals + 1, valueEnd)) {
            return;
        }
        boolean bracketed = end < equals;
        boolean secret = (bracketed && SecretNames.matches(text, start, end))
                || (isParameter(start, valueEnd) && isSecretParameter(start, end, equals + 1, valueEnd));
        if (secret && !ValueReference.standsAt(text, equals + 1, false)) {
            spans.add(equals + 1, valueEnd);
        }
    }

    private int segmentEnd(int from, int limit) {
        int at = from;
        while (at < limit && at - from < NAME_LIMIT) {
            if (text.charAt(at) == ';' || text.charAt(at) == '?') {
                return at;
            }
            at++;
        }
        return limit;
    }

    /** {@code …;Password=a b;…}: up to the semicolon, with blanks, where none of what follows is another name or a quote. */
    private void connectionValue(int from) {
        int at = from;
        while (at < text.length() && at - from < NAME_LIMIT && "=;'\"&\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        boolean ended = at < text.length() && text.charAt(at) == ';';
        if (ended
                && at > from
                && !HarmlessValues.contains(text, from, at)
                && !ValueReference.standsAt(text, from, true)) {
            spans.add(from, at);
        }
    }

    private boolean isSecretParameter(int start, int end, int value, int valueEnd) {
        return (SecretNames.matches(text, start, end) && !isCount(start, end, value, valueEnd))
                || (SecretNames.matchesParameter(text, start, end) && !isWord(value, valueEnd));
    }

    private boolean isCount(int start, int end, int value, int valueEnd) {
        return SecretNames.isPlural(text, start, end) && Words.isNumber(text, value, valueEnd);
    }

    /** A short word or number says what is asked for, or how. */
    private boolean isWord(int start, int end) {
        boolean word = end - start <= 6;
        for (int i = start; i < end && word; i++) {
            word = Character.isLowerCase(text.charAt(i));
        }
        return word || (end - start <= 3 && Words.isNumber(text, start, end));
    }

    private boolean isParameter(int nameStart, int valueEnd) {
        char before = nameStart == 0 ? ' ' : text.charAt(nameStart - 1);
        return before == '?'
                || before == '&'
                || before == '#'
                || (before == ';' && matrix)
                || (nameStart == 0 && place == Place.QUERY)
                || isFormBegin(before, valueEnd);
    }

    /** {@code code=abc&state=x} as a body: the first of several. */
    private boolean isFormBegin(char before, int valueEnd) {
        return (before <= ' ' || before == '"' || before == '\'')
                && valueEnd + 1 < text.length()
                && text.charAt(valueEnd) == '&'
                && Words.isWordPart(text.charAt(valueEnd + 1));
    }

    private static boolean endsName(char c) {
        return c <= ' ' || "?&;#=/\"'`,({<>|".indexOf(c) >= 0;
    }

    private int valueEnd(int from) {
        if (from >= knownValueEnd) {
            knownValueEnd = from;
            while (knownValueEnd < text.length() && !endsValue(text.charAt(knownValueEnd))) {
                knownValueEnd++;
            }
        }
        return knownValueEnd;
    }

    private boolean endsValue(char c) {
        boolean segment = place == Place.PATH && (c == '/' || c == ';');
        return segment || (c <= ' ' && place != Place.QUERY) || "&#\"'`<>|…)}".indexOf(c) >= 0;
    }
}
