package dev.imdsanalyzer.secrets;

import dev.imdsanalyzer.secrets.Programs.Value;

/** Which part of an option's value is secret. */
final class OptionValues {
    private static final int GROUP_DIGITS = 6;

    /** @param from where in the word the value begins */
    void find(Value kind, String word, int from, Spans spans) {
        if (from >= word.length()) {
            return;
        }
        switch (kind) {
            case PLAIN -> {}
            case SECRET, ATTACHED_SECRET -> whole(word, from, spans);
            case USER_COLON_PASSWORD -> behind(':', word, from, spans);
            case USER_PERCENT_PASSWORD -> behind('%', word, from, spans);
            case USER_COMMA_PASSWORD -> behind(',', word, from, spans);
            case USER_OR_TOKEN -> userOrToken(word, from, spans);
            case COOKIE -> cookie(word, from, spans);
            case ADDRESS -> address(word, from, spans);
            case USER_SLASH_PASSWORD -> behindSlash(word, from, spans);
        }
    }

    private static void whole(String word, int from, Spans spans) {
        if (!ValueReference.standsAt(word, from, false) && !HarmlessValues.contains(word, from, word.length())) {
            spans.add(from, word.length());
        }
    }

    private static void behind(char separator, String word, int from, Spans spans) {
        int at = word.indexOf(separator, from);
        if (at >= 0 && at + 1 < word.length() && !isUserAndGroup(word, from)) {
            if (!ValueReference.standsAt(word, at + 1, false)) {
                spans.add(at + 1, word.length());
            }
        }
    }

    /** {@code -u 1000:1000}, as container tools take it. */
    private static boolean isUserAndGroup(String word, int from) {
        int colon = word.indexOf(':', from);
        return colon > from
                && colon - from <= GROUP_DIGITS
                && word.length() - colon <= GROUP_DIGITS + 1
                && Words.isNumber(word, from, colon)
                && Words.isNumber(word, colon + 1, word.length());
    }

    private static void userOrToken(String word, int from, Spans spans) {
        if (word.indexOf(':', from) >= 0) {
            behind(':', word, from, spans);
        } else if (!HarmlessValues.isScheme(word.substring(from)) && hasDigitAndLetter(word, from)) {
            whole(word, from, spans);
        }
    }

    /** A user's name alone is asked for its password. */
    private static boolean hasDigitAndLetter(String word, int from) {
        boolean digit = false;
        boolean letter = false;
        for (int i = from; i < word.length(); i++) {
            digit |= Character.isDigit(word.charAt(i));
            letter |= Character.isLetter(word.charAt(i));
        }
        return digit && letter;
    }

    /** {@code user:password@host} without a scheme before it. */
    private static void address(String word, int from, Spans spans) {
        int at = word.indexOf('@', from);
        int colon = word.indexOf(':', from);
        boolean user = colon > from && colon + 1 < at && word.indexOf('/', from) != colon + 1;
        if (user && word.lastIndexOf('/', at) < from && !ValueReference.standsAt(word, colon + 1, false)) {
            spans.add(colon + 1, at);
        }
    }

    /** {@code user/password@database}, as Oracle's tools take it. */
    private static void behindSlash(String word, int from, Spans spans) {
        int slash = word.indexOf('/', from);
        int end = word.indexOf('@', from);
        if (slash > from && (end < 0 || end > slash) && word.charAt(from) != '@') {
            spans.add(slash + 1, end < 0 ? word.length() : end);
        }
    }

    /** curl(1): without an equals sign it is a file's name. */
    private static void cookie(String word, int from, Spans spans) {
        if (word.indexOf('=', from) >= 0 && word.charAt(from) != '/') {
            whole(word, from, spans);
        }
    }
}
