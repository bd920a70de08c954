package dev.imdsanalyzer.process;

/** From where to where the value after a secret's name goes, by the quotes around it or else by what may end it. */
final class ValueSpan {
    /** A reference's name is not longer; beyond, nothing is looked for. */
    private static final int REFERENCE_LIMIT = 64;

    private static final String QUOTES = "\"'`";
    private static final String ENDS = "&;|<>";
    private static final String CLOSERS = ")]},";

    private final String text;
    private final int nameStart;
    private final int nameEnd;
    private final int from;
    private int start;
    private int end;

    /** @param from first character after the separator, a quote included */
    ValueSpan(String text, int nameStart, int nameEnd, int from) {
        this.text = text;
        this.nameStart = nameStart;
        this.nameEnd = nameEnd;
        this.from = from;
    }

    /** Measures the value; false when there is none or it is a reference. {@code script}: see {@link #isReference}. */
    boolean find(boolean script) {
        start = skipQuote(text, from);
        boolean spaced = SecretNames.hasSpacedValue(text, nameStart, nameEnd);
        if (start >= text.length() || isReference(text, spaced ? afterScheme(start) : start, script)) {
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
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == ' ') {
                at += 2;
                continue;
            }
            boolean escapedQuote = c == '\\' && skipQuote(text, at) > at;
            if (c <= ' ' || escapedQuote || QUOTES.indexOf(c) >= 0 || ENDS.indexOf(c) >= 0) {
                break;
            }
            at++;
        }
        int last = Math.min(at, text.length());
        while (last > first && CLOSERS.indexOf(text.charAt(last - 1)) >= 0) {
            last--;
        }
        return last;
    }

    /** A field value with blanks in it: to the quote that opened before its name, or the line, or else two words. */
    private int endOfSpaced() {
        boolean quoted = nameStart > 0 && QUOTES.indexOf(text.charAt(nameStart - 1)) >= 0;
        if (!quoted && nameStart > 0) {
            return endOfPlain(afterScheme(start));
        }
        int lineEnd = start;
        while (lineEnd < text.length() && text.charAt(lineEnd) != '\n' && text.charAt(lineEnd) != '\r') {
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

    /** After an authentication scheme and its blank; RFC 9110 section 11.4. */
    private int afterScheme(int first) {
        int at = first;
        while (at < text.length() && SecretScanner.isWordPart(text.charAt(at))) {
            at++;
        }
        int blank = at;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\\')) {
            at++;
        }
        return blank > first && at > blank && blank - first <= REFERENCE_LIMIT ? at : first;
    }

    /**
     * Whether the value at the place is a variable, a command's output or a placeholder, and nothing but that.
     *
     * @param script whether the text is more than one word, and so may be a shell's; elsewhere only names in capitals are
     *     taken for variables, as a shell has replaced its own before
     */
    static boolean isReference(String text, int at, boolean script) {
        if (at >= text.length()) {
            return false;
        }
        char c = text.charAt(at);
        if (c == '`' || text.startsWith("$(", at)) {
            return script;
        }
        int end = at;
        if (c == '$') {
            boolean braces = text.startsWith("${", at);
            end = braces ? closingBrace(text, at + 2) : identifierEnd(text, at + 1, script);
        } else if (c == '{') {
            int name = identifierEnd(text, at + 1, true);
            end = name > at + 1 && text.startsWith("}", name) ? name + 1 : at;
        }
        return end > at + 1 && endsValue(text, end);
    }

    private static int closingBrace(String text, int from) {
        for (int i = from; i < Math.min(text.length(), from + REFERENCE_LIMIT); i++) {
            if (text.charAt(i) == '}') {
                return i + 1;
            }
        }
        return from - 2;
    }

    private static int identifierEnd(String text, int from, boolean anyCase) {
        int at = from;
        while (at < text.length() && at - from < REFERENCE_LIMIT) {
            char c = text.charAt(at);
            boolean capital = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            if (!capital && !(anyCase && c >= 'a' && c <= 'z')) {
                break;
            }
            at++;
        }
        return at;
    }

    private static boolean endsValue(String text, int at) {
        if (at >= text.length()) {
            return true;
        }
        char c = text.charAt(at);
        return c <= ' '
                || c == '\\'
                || c == '/'
                || c == '@'
                || QUOTES.indexOf(c) >= 0
                || ENDS.indexOf(c) >= 0
                || CLOSERS.indexOf(c) >= 0;
    }
}
