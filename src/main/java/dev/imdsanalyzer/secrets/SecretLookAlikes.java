package dev.imdsanalyzer.secrets;

/** Texts that are secrets by their own shape, without a name beside them. */
final class SecretLookAlikes {
    private static final int PADDED_MINIMUM = 50;
    private static final int PADDED_MAXIMUM = 90;
    private static final int BOT_NUMBER_MINIMUM = 8;
    private static final int BOT_TOKEN_MINIMUM = 30;
    private static final String IMDS_TOKEN_START = "AQAE";

    private final String text;
    private final KeyForms forms;
    private int start;
    private int end;

    SecretLookAlikes(String text) {
        this.text = text;
        this.forms = new KeyForms(text);
    }

    /** Looks for a secret in a word of letters, digits, hyphens, underscores and dots; it may go on behind the word. */
    boolean find(int wordStart, int wordEnd) {
        for (start = wordStart; start < wordEnd; start++) {
            if (mayBegin(wordStart)) {
                end = forms.end(start);
                if (end >= 0) {
                    return true;
                }
            }
        }
        start = forms.middleMark(wordStart, wordEnd);
        if (start >= 0 || isPadded(wordStart, wordEnd)) {
            start = wordStart;
            end = afterPadding(wordEnd);
            return true;
        }
        return isBotToken(wordStart, wordEnd);
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Where a word or a part of it begins, and behind the letter of an option; IMDS's own tokens anywhere. */
    private boolean mayBegin(int wordStart) {
        return start == wordStart
                || !Character.isLetterOrDigit(text.charAt(start - 1))
                || (start == wordStart + 2 && text.charAt(wordStart) == '-')
                || (text.charAt(start) == 'A' && text.startsWith(IMDS_TOKEN_START, start));
    }

    private int afterPadding(int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == '=') {
            at++;
        }
        return at;
    }

    /** Base64 with two padding characters, as long as a token or as a key of Azure's and as mixed. */
    private boolean isPadded(int wordStart, int wordEnd) {
        int length = wordEnd - wordStart;
        if (length < PADDED_MINIMUM
                || length > PADDED_MAXIMUM
                || !text.startsWith("==", wordEnd)
                || text.startsWith("sha", wordStart)) {
            return false;
        }
        boolean upper = false;
        boolean lower = false;
        for (int i = wordStart; i < wordEnd; i++) {
            char c = text.charAt(i);
            upper |= c >= 'A' && c <= 'Z';
            lower |= c >= 'a' && c <= 'z';
        }
        return upper && lower;
    }

    /** {@code 123456789:AA…}, of Telegram; the number is no secret. */
    private boolean isBotToken(int wordStart, int wordEnd) {
        if (wordEnd - wordStart < BOT_NUMBER_MINIMUM || !text.startsWith(":AA", wordEnd)) {
            return false;
        }
        for (int i = wordEnd - BOT_NUMBER_MINIMUM; i < wordEnd; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        start = wordEnd + 1;
        end = start;
        while (end < text.length() && Words.isWordPart(text.charAt(end))) {
            end++;
        }
        return end - start >= BOT_TOKEN_MINIMUM;
    }
}
