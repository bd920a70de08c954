package dev.imdsanalyzer.secrets;

/** One pass over one text from left to right that replaces what is secret. Every step moves on or looks ahead only once. */
final class SecretScanner {
    /** Shorter texts beside the name of a credential are options and the like. */
    private static final int CREDENTIAL_MINIMUM = 16;

    /** No option that counts is longer. */
    private static final int OPTION_LIMIT = 16;

    private final String text;
    private final int length;
    private final StringBuilder output;
    private final boolean script;
    private final boolean argument;
    /** A program was named that takes -u user:password. */
    private boolean clientSeen;

    private int copied;
    private int knownWordEnd;
    private int position;

    /** @param argument see {@link ValueSpan} */
    SecretScanner(String text, boolean argument) {
        this.argument = argument;
        this.text = text;
        this.length = text.length();
        this.output = new StringBuilder(0);
        this.script = text.indexOf(' ') >= 0;
    }

    String redacted() {
        while (position < length) {
            if (isWordPart(text.charAt(position))) {
                word();
            } else if (text.startsWith("://", position)) {
                userInformation();
            } else {
                position++;
            }
        }
        return copied == 0 ? text : output.append(text, copied, length).toString();
    }

    private void replace(int start, int end) {
        output.append(text, copied, start).append(SecretRedactor.MARK);
        copied = end;
        position = end;
    }

    private void word() {
        int start = position;
        // Remembered, as a word of many secrets would else be measured once for each.
        int end = start < knownWordEnd ? knownWordEnd : wordEnd(start);
        knownWordEnd = end;
        position = end;
        int secret = SecretLookAlikes.start(text, start, end);
        if (secret >= 0) {
            replace(secret, SecretLookAlikes.end(text, secret, end));
        } else if (isPrivateKey(start, end)) {
            privateKey();
        } else if (SecretNames.matches(text, start, end)) {
            namedValue(start, end);
        } else if (end - start == 6 && text.regionMatches(true, start, "Bearer", 0, 6)) {
            bearer(end);
        } else if (script && clientSeen && text.charAt(start) == '-') {
            option(start, end);
        } else if (HttpClients.contains(text, start, end) && !text.startsWith("://", end)) {
            clientSeen = true;
        }
    }

    /** {@code curl -u user:password} in a script. */
    private void option(int start, int end) {
        boolean attached = text.startsWith("-u", start) && end - start > 2;
        if (!attached && !HttpClients.takeUser(text.substring(start, Math.min(end, start + OPTION_LIMIT)))) {
            return;
        }
        int value = attached ? start + 2 : end;
        if (!attached) {
            value = end < length && text.charAt(end) == '=' ? end + 1 : skipBlanks(end);
        }
        if (value >= length || (!attached && value == end)) {
            return;
        }
        ValueSpan span = new ValueSpan(text, start, end, value, argument);
        if (!span.find(true)) {
            return;
        }
        int secret = span.start();
        while (secret < span.end() && text.charAt(secret) != ':') {
            secret++;
        }
        if (secret + 1 < span.end() && !ValueReference.standsAt(text, secret + 1, true)) {
            replace(secret + 1, span.end());
        }
    }

    private int wordEnd(int start) {
        int end = start;
        while (end < length && isWordPart(text.charAt(end))) {
            end++;
        }
        return end;
    }

    static boolean isWordPart(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == '.';
    }

    /** Whether the word ends in {@code KEY-----}, with PRIVATE before: RFC 7468. */
    private boolean isPrivateKey(int start, int end) {
        return text.startsWith("KEY-----", start) && end - start == 8 && text.startsWith("PRIVATE ", start - 8);
    }

    private void privateKey() {
        int end = text.indexOf("-----END", position);
        replace(position, end < 0 ? length : end);
    }

    private void bearer(int wordEnd) {
        int start = skipBlanks(wordEnd);
        int end = wordEnd(start);
        if (start > wordEnd && end - start >= 16) {
            replace(start, end);
        }
    }

    /** A name was found: what follows it, if it is a value, goes. */
    private void namedValue(int nameStart, int nameEnd) {
        int afterQuote = skipQuote(nameEnd);
        boolean quotedName = afterQuote > nameEnd;
        int afterName = afterQuote;
        if (quotedName && afterName < length && text.charAt(afterName) == ']') {
            afterName++;
        }
        int separator = skipBlanks(afterName);
        int value = valueStart(nameStart, nameEnd, afterName, separator, quotedName);
        if (value < 0 || value >= length) {
            return;
        }
        ValueSpan span = new ValueSpan(text, nameStart, nameEnd, value, argument);
        if (span.find(script)) {
            replace(span.start(), span.end());
        }
    }

    /** Where the value after the name begins; -1 when none follows. */
    private int valueStart(int nameStart, int nameEnd, int afterName, int separator, boolean quotedName) {
        if (separator >= length) {
            return -1;
        }
        char c = text.charAt(separator);
        if (c == '=') {
            int after = separator + 1;
            while (after < length && (text.charAt(after) == '=' || text.charAt(after) == '>')) {
                after++;
            }
            // A shell's assignment has no blank: TOKEN= curl is an empty value.
            return separator > afterName || quotedName ? skipBlanks(after) : after;
        }
        if (c == ':') {
            // HTTPie's := takes a literal.
            int after = text.startsWith(":=", separator) ? separator + 2 : separator + 1;
            return text.startsWith("://", separator) ? -1 : skipBlanks(after);
        }
        if (c == '%' && (text.regionMatches(true, separator, "%3D", 0, 3) || text.startsWith("%3A", separator))) {
            return separator + 3;
        }
        if (c == ',' && quotedName) {
            int value = skipBlanks(separator + 1);
            return skipQuote(value) > value ? value : -1;
        }
        return separator > nameEnd && !quotedName ? valueAfterBlank(nameStart, nameEnd, separator) : -1;
    }

    private int valueAfterBlank(int nameStart, int nameEnd, int value) {
        if (text.charAt(nameStart) == '-') {
            return text.charAt(value) == '-' ? -1 : value;
        }
        if (!SecretNames.isCredential(text, nameStart, nameEnd)) {
            return -1;
        }
        int quoted = skipQuote(value);
        int end = quoted;
        while (end < length && (isWordPart(text.charAt(end)) || "+/=".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return end - quoted >= CREDENTIAL_MINIMUM ? value : -1;
    }

    /** Blanks, and a blank that a shell takes for a letter. */
    private int skipBlanks(int from) {
        int at = from;
        while (at < length) {
            char c = text.charAt(at);
            boolean escapedBlank = c == '\\' && at + 1 < length && text.charAt(at + 1) == ' ';
            if (c != ' ' && c != '\t' && !escapedBlank) {
                break;
            }
            at += escapedBlank ? 2 : 1;
        }
        return at;
    }

    private int skipQuote(int from) {
        return ValueSpan.skipQuote(text, from);
    }

    /** RFC 3986 section 3.2.1: {@code user:password@} before a host. */
    private void userInformation() {
        int start = position + 3;
        position = start;
        int end = start;
        int at = -1;
        while (end < length && !isAuthorityEnd(text.charAt(end))) {
            if (text.charAt(end) == '@') {
                at = end;
            }
            end++;
        }
        if (at < 0) {
            return;
        }
        int colon = text.indexOf(':', start);
        int secret = colon >= 0 && colon < at ? colon + 1 : at - start >= 20 ? start : at;
        if (secret < at && !ValueReference.standsAt(text, secret, script)) {
            replace(secret, at);
        }
    }

    private static boolean isAuthorityEnd(char c) {
        return c == '/' || c == '?' || c == '#' || c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<';
    }
}
