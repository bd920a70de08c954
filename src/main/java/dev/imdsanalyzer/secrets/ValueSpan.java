package dev.imdsanalyzer.secrets;

/** From where to where the value after a secret's name goes, by the quotes around it or else by what may end it. */
final class ValueSpan {
    /** The name of a header field or of an authentication scheme is not longer; beyond, nothing is looked for. */
    private static final int NAME_LIMIT = 64;

    private static final String QUOTES = "\"'`";
    private static final String ENDS = "&;|<>";
    private static final String CLOSERS = ")]},";
    /** Before a quote they tell that another text begins, not another part of this one. */
    private static final String STRUCTURE = ")]},:;([{";
    /** Of Python's and others' literals: bytes, formatted, raw, Unicode. */
    private static final String LITERAL_PREFIXES = "bBfFrRuU";

    private static final int LINE_ENDS_LIMIT = 8;

    private final String text;
    private final int nameStart;
    private final int nameEnd;
    private final int from;
    private final Place place;
    /** What parts a sed command, and so ends a value in it; NUL elsewhere. */
    private final char delimiter;

    private int start;
    private int end;

    /**
     * @param from first character after the separator, a quote included
     */
    ValueSpan(String text, int nameStart, int nameEnd, int from, Place place) {
        this.place = place;
        this.delimiter = SedExpression.delimiter(text, nameStart);
        this.text = text;
        this.nameStart = nameStart;
        this.nameEnd = nameEnd;
        this.from = from;
    }

    /** Measures the value; false when there is none or it is a reference. {@code script}: see {@link ValueReference#standsAt}. */
    boolean find(boolean script) {
        start = skipQuote(text, from);
        boolean spaced = SecretNames.hasSpacedValue(text, nameStart, nameEnd);
        if (start >= text.length() || ValueReference.standsAt(text, spaced ? afterScheme(start) : start, script)) {
            return false;
        }
        if (start > from) {
            end = closing(start, text.length(), text.charAt(start - 1), start - 1 - from);
            end = endOfPieces(end);
        } else {
            end = spaced ? endOfSpaced() : endOfPlain(start);
        }
        return end > start;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** After a quote at the place, with the backslashes that an outer quote wants; the place itself where there is none. */
    static int skipQuote(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == '\\') {
            at++;
        }
        boolean quote = at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'');
        return quote ? at + 1 : from;
    }

    /** The end of a quoted text: its quote with no more backslashes than before the opening one; or the limit. */
    private int closing(int contentStart, int limit, char quote, int escapes) {
        int backslashes = 0;
        for (int i = contentStart; i < limit; i++) {
            char c = text.charAt(i);
            if (c == quote) {
                boolean plain = escapes == 0 && (quote == '\'' || backslashes % 2 == 0);
                if (plain || (escapes > 0 && backslashes <= escapes)) {
                    return escapes == 0 ? i : i - backslashes;
                }
            }
            backslashes = c == '\\' ? backslashes + 1 : 0;
        }
        return limit;
    }

    /** A shell joins what stands together: {@code 'it'\''s'}. */
    private int endOfPieces(int firstEnd) {
        int after = firstEnd + 1;
        boolean single = start - from == 1 && after < text.length();
        if (!single) {
            return firstEnd;
        }
        char next = text.charAt(after);
        boolean joined = (next == '\\' && after + 1 < text.length() && QUOTES.indexOf(text.charAt(after + 1)) >= 0)
                || Character.isLetterOrDigit(next);
        if (!joined) {
            return firstEnd;
        }
        int stop = after;
        while (stop < text.length() && text.charAt(stop) > ' ') {
            stop++;
        }
        return stop;
    }

    private int endOfPlain(int first) {
        int at = first;
        int next = afterPlain(first, at);
        while (next > at) {
            at = next;
            next = afterPlain(first, at);
        }
        int last = at;
        while (last > first && CLOSERS.indexOf(text.charAt(last - 1)) >= 0) {
            last--;
        }
        return last;
    }

    /** One step on in a value without quotes around it; the same place where it ends. */
    private int afterPlain(int first, int at) {
        if (at >= text.length()) {
            return at;
        }
        int run = at;
        while (run < text.length() && text.charAt(run) == '\\') {
            run++;
        }
        char c = run < text.length() ? text.charAt(run) : '\0';
        if (c == '"' || c == '\'') {
            return opens(first, at, run) ? afterClosing(run + 1, c, run - at) : at;
        }
        if (run > at) {
            return isWrittenLineEnd(run - 1) ? run - 1 : c == ' ' ? run + 1 : run;
        }
        return c <= ' ' || c == '`' || ENDS.indexOf(c) >= 0 || endsHere(c, at) ? at : at + 1;
    }

    private boolean endsHere(char c, int at) {
        return switch (c) {
            case '/' -> place == Place.PATH || c == delimiter;
            case '#' -> place == Place.PATH || place == Place.QUERY || c == delimiter;
            case '?' -> nameStart > 0 && text.charAt(nameStart - 1) == ';';
            case ',' -> c == delimiter || isNameBehind(at);
            default -> c == delimiter;
        };
    }

    /** {@code a=1,b=2}: a list of names and values, as helm and others take it. */
    private boolean isNameBehind(int comma) {
        int at = comma + 1;
        while (at < text.length() && at - comma < NAME_LIMIT && Words.isWordPart(text.charAt(at))) {
            at++;
        }
        return at > comma + 1 && at < text.length() && text.charAt(at) == '=';
    }

    private int afterClosing(int contentStart, char quote, int escapes) {
        int closing = closing(contentStart, text.length(), quote, escapes);
        return closing < text.length() ? skipQuote(text, closing) : closing;
    }

    /**
     * Whether a quote within a value begins a part of it, as in Python's {@code b"abc"} and a shell's {@code ab"c d"}, and
     * does not end a text that began before the name.
     */
    private boolean opens(int first, int at, int quote) {
        boolean ownQuotes = skipQuote(text, nameEnd) > nameEnd;
        if (at == first || (!ownQuotes && nameStart > 0 && text.charAt(nameStart - 1) == text.charAt(quote))) {
            return false;
        }
        if (at - first <= 2
                && LITERAL_PREFIXES.indexOf(text.charAt(first)) >= 0
                && LITERAL_PREFIXES.indexOf(text.charAt(at - 1)) >= 0) {
            return true;
        }
        char next = quote + 1 < text.length() ? text.charAt(quote + 1) : ' ';
        boolean goesOn = next > ' ' && next != '\\' && next != ':' && (QUOTES + ENDS + CLOSERS).indexOf(next) < 0;
        return goesOn && STRUCTURE.indexOf(text.charAt(at - 1)) < 0;
    }

    /**
     * Whether a line's end stands there in letters, as printf takes it, and the next header field or the end behind it;
     * a backslash in a password does not end it.
     */
    private boolean isWrittenLineEnd(int backslash) {
        int at = backslash;
        int ends = 0;
        while (at + 1 < text.length()
                && text.charAt(at) == '\\'
                && (text.charAt(at + 1) == 'r' || text.charAt(at + 1) == 'n')
                && ends < LINE_ENDS_LIMIT) {
            at += 2;
            ends++;
        }
        if (ends == 0) {
            return false;
        }
        int name = at;
        while (name < text.length() && name - at < NAME_LIMIT && Words.isWordPart(text.charAt(name))) {
            name++;
        }
        char c = name < text.length() ? text.charAt(name) : ' ';
        return ends > 2 || (name > at ? c == ':' : c <= ' ' || QUOTES.indexOf(c) >= 0);
    }

    /** A field value with blanks in it: to the quote that opened before its name, or the line's end, or else two words. */
    private int endOfSpaced() {
        boolean quoted = nameStart > 0 && QUOTES.indexOf(text.charAt(nameStart - 1)) >= 0;
        boolean line = nameStart == 0 || isOptionsValue() || (text.charAt(nameStart - 1) == '\n' && isField());
        if (!quoted && !line) {
            return endOfParameters(endOfPlain(afterScheme(start)));
        }
        int lineEnd = start;
        while (lineEnd < text.length()
                && text.charAt(lineEnd) != '\n'
                && text.charAt(lineEnd) != '\r'
                && !(text.charAt(lineEnd) == '\\' && isWrittenLineEnd(lineEnd))) {
            lineEnd++;
        }
        if (!quoted) {
            return lineEnd;
        }
        int escapes = 0;
        while (escapes < nameStart - 1 && text.charAt(nameStart - 2 - escapes) == '\\') {
            escapes++;
        }
        return closing(start, lineEnd, text.charAt(nameStart - 1), escapes);
    }

    private boolean isField() {
        return nameEnd < text.length() && text.charAt(nameEnd) == ':';
    }

    /** {@code --header=Cookie: a=1; b=2} as one argument: no shell has cut it. */
    private boolean isOptionsValue() {
        if (place != Place.ARGUMENT || text.charAt(0) != '-' || text.charAt(nameStart - 1) != '=') {
            return false;
        }
        int at = 0;
        while (at < nameStart && text.charAt(at) > ' ') {
            at++;
        }
        return at == nameStart;
    }

    /** The end of a list {@code , name=value} behind an authentication scheme's first parameter; RFC 9110 section 11.2. */
    private int endOfParameters(int firstEnd) {
        int end = firstEnd;
        while (end < text.length() && text.charAt(end) == ',') {
            int name = end + 1;
            while (name < text.length() && text.charAt(name) == ' ') {
                name++;
            }
            int equals = name;
            while (equals < text.length() && Words.isWordPart(text.charAt(equals))) {
                equals++;
            }
            if (equals == name || equals >= text.length() || text.charAt(equals) != '=') {
                return end;
            }
            int value = skipQuote(text, equals + 1);
            end = value > equals + 1
                    ? afterClosing(value, text.charAt(value - 1), value - 2 - equals)
                    : endOfPlain(equals + 1);
        }
        return end;
    }

    /** After an authentication scheme and its blank; RFC 9110 section 11.4. */
    private int afterScheme(int first) {
        int at = first;
        while (at < text.length() && Words.isWordPart(text.charAt(at))) {
            at++;
        }
        int blank = at;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\\')) {
            at++;
        }
        return blank > first && at > blank && blank - first <= NAME_LIMIT ? at : first;
    }
}
