package dev.imdsanalyzer.secrets;

import java.util.Locale;

/** One pass over one text from left to right that finds values by their names and words by their shape. */
final class SecretScanner {
    /** Shorter texts beside the name of a credential are options and the like. */
    private static final int CREDENTIAL_MINIMUM = 16;

    /** Of a credential behind a word that is as often no scheme. */
    private static final int LONG_CREDENTIAL = 20;

    /** A user's name is not longer. */
    private static final int LOGIN_LIMIT = 128;

    private final String text;
    private final int length;
    private final Spans spans;
    private final Place place;
    private final boolean script;
    private final SecretLookAlikes lookAlikes;
    private final Markup markup;

    private int knownWordEnd;
    private int position;

    SecretScanner(String text, Place place, Spans spans) {
        this.text = text;
        this.length = text.length();
        this.place = place;
        this.spans = spans;
        this.script = text.indexOf(' ') >= 0;
        this.lookAlikes = new SecretLookAlikes(text);
        this.markup = new Markup(text);
    }

    void scan() {
        while (position < length) {
            if (Words.isWordPart(text.charAt(position))) {
                word();
            } else if (text.startsWith("://", position)) {
                userInformation();
            } else {
                position++;
            }
        }
        KeyBlocks.find(text, spans);
        UserInformation.findInDataSourceNames(text, spans);
        Webhooks.find(text, spans);
    }

    private void take(int start, int end) {
        spans.add(start, end);
        position = end;
    }

    private void word() {
        int start = position;
        // Remembered, as a word of many secrets would else be measured once for each.
        int end = start < knownWordEnd ? knownWordEnd : wordEnd(start);
        knownWordEnd = end;
        position = end;
        if (end - start == 3 && text.startsWith("arn:aws", start)) {
            position = endOfToken(end);
        } else if (lookAlikes.find(start, end)) {
            take(lookAlikes.start(), lookAlikes.end());
        } else if (SecretNames.matches(text, start, end)) {
            namedValue(start, end);
            if (position == end && isAuthenticationScheme(start, end)) {
                credentials(start, end);
            }
        } else if (isIdentifiedBy(start, end)) {
            namedValue(start, end);
        } else if (isAuthenticationScheme(start, end)) {
            credentials(start, end);
        }
    }

    private int wordEnd(int start) {
        int end = start;
        while (end < length && Words.isWordPart(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Of an ARN, whose parts name things. */
    private int endOfToken(int from) {
        int at = from;
        while (at < length && text.charAt(at) > ' ' && "\"'`,=&?".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    /** SQL's {@code IDENTIFIED BY '…'} and {@code IDENTIFIED WITH plugin BY '…'}. */
    private boolean isIdentifiedBy(int start, int end) {
        return end - start == 2
                && text.regionMatches(true, start, "BY '", 0, 4)
                && text.substring(Math.max(0, start - LOGIN_LIMIT), start)
                        .toUpperCase(Locale.ROOT)
                        .contains("IDENTIFIED ");
    }

    private boolean isAuthenticationScheme(int start, int end) {
        return switch (end - start) {
            case 5 -> text.regionMatches(true, start, "Basic", 0, 5) || text.regionMatches(true, start, "Token", 0, 5);
            case 6 ->
                text.regionMatches(true, start, "Bearer", 0, 6) || text.regionMatches(true, start, "ApiKey", 0, 6);
            case 9 -> text.regionMatches(true, start, "Negotiate", 0, 9);
            default -> false;
        };
    }

    /** Behind a scheme's name without the field's; RFC 7617, RFC 6750. */
    private void credentials(int schemeStart, int schemeEnd) {
        int start = skipBlanks(schemeEnd);
        int end = start;
        boolean digit = false;
        while (end < length && (Words.isWordPart(text.charAt(end)) || "+/=~".indexOf(text.charAt(end)) >= 0)) {
            digit |= text.charAt(end) >= '0' && text.charAt(end) <= '9';
            end++;
        }
        boolean secret = switch (text.charAt(schemeStart)) {
            case 'T', 't' -> digit && end - start >= LONG_CREDENTIAL;
            case 'B', 'b' ->
                schemeEnd - schemeStart == 5
                        ? Base64Text.hasColon(text, start, end)
                        : end - start >= (digit ? 8 : CREDENTIAL_MINIMUM);
            default -> end - start >= (digit ? 8 : CREDENTIAL_MINIMUM);
        };
        if (start > schemeEnd && secret) {
            take(start, end);
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
        int content = markup.content(nameStart, nameEnd);
        if (content >= 0) {
            take(content, markup.contentEnd(content));
            return;
        }
        int marked = markup.listedValue(nameStart, nameEnd);
        int value = marked >= 0 ? marked : valueStart(nameStart, nameEnd, afterName, separator, quotedName);
        if (value < 0 || value >= length) {
            return;
        }
        ValueSpan span = new ValueSpan(text, nameStart, nameEnd, value, place);
        if (span.find(script) && !isHarmless(nameStart, nameEnd, span)) {
            // openssl(1) has it beside env: and file:.
            boolean literal = place != Place.PATH && text.startsWith("pass:", span.start());
            take(literal ? span.start() + 5 : span.start(), span.end());
        }
    }

    private boolean isHarmless(int nameStart, int nameEnd, ValueSpan span) {
        boolean spaced = SecretNames.hasSpacedValue(text, nameStart, nameEnd);
        return HarmlessValues.contains(text, span.start(), spaced ? firstWordEnd(span) : span.end())
                || (SecretNames.isPlural(text, nameStart, nameEnd) && Words.isNumber(text, span.start(), span.end()))
                || SedExpression.isPattern(text, nameStart, span.start(), span.end());
    }

    private int firstWordEnd(ValueSpan span) {
        int end = span.start();
        while (end < span.end() && text.charAt(end) > ' ' && ";)".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
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
        if (c == ',' && quotedName) {
            int value = skipBlanks(separator + 1);
            return skipQuote(value) > value ? value : -1;
        }
        return separator > nameEnd && !quotedName ? valueAfterBlank(nameStart, nameEnd, separator) : -1;
    }

    private int valueAfterBlank(int nameStart, int nameEnd, int value) {
        char first = value < length ? text.charAt(value) : ' ';
        if ((first == '\'' && text.charAt(nameStart) != '-') || isBehindLogin(nameStart)) {
            return value;
        }
        if (text.charAt(nameStart) == '-') {
            return text.charAt(value) == '-' ? -1 : value;
        }
        if (!SecretNames.isCredential(text, nameStart, nameEnd)) {
            return -1;
        }
        int quoted = skipQuote(value);
        int end = quoted;
        while (end < length && (Words.isWordPart(text.charAt(end)) || "+/=".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return end - quoted >= CREDENTIAL_MINIMUM ? value : -1;
    }

    /** netrc(5): {@code login me password x}. */
    private boolean isBehindLogin(int nameStart) {
        int user = nameStart;
        while (user > 0 && text.charAt(user - 1) <= ' ' && nameStart - user < CREDENTIAL_MINIMUM) {
            user--;
        }
        int end = user;
        while (user > 0 && text.charAt(user - 1) > ' ' && end - user < LOGIN_LIMIT) {
            user--;
        }
        return end < nameStart && user >= 6 && text.startsWith("login ", user - 6);
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

    /** What stands before a host. The words of the user's name are looked at again, as a token may stand there. */
    private void userInformation() {
        int start = position + 3;
        UserInformation.find(text, start, script, spans);
        position = start;
    }
}
