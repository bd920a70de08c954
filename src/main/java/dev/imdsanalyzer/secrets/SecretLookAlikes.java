package dev.imdsanalyzer.secrets;

import java.util.List;

/** Texts that are secrets by their own shape, without a name beside them. */
final class SecretLookAlikes {
    /** Key identifiers of AWS: four letters and sixteen of a base32 alphabet. */
    private static final int KEY_LENGTH = 20;

    /** IMDS tokens seen so far have 56 characters, begin with AQAE and end with "==". */
    private static final String IMDS_TOKEN_START = "AQAE";

    private static final int IMDS_TOKEN_MINIMUM = 40;
    private static final int PADDED_MINIMUM = 50;
    private static final int PADDED_MAXIMUM = 80;

    private static final List<String> PREFIXES = List.of(
            "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "sk_live_");

    private static final int AFTER_PREFIX_MINIMUM = 16;

    private SecretLookAlikes() {}

    /**
     * Where a secret starts in a word of letters, digits, hyphens, underscores and dots.
     *
     * @return its offset, or -1 when there is none
     */
    static int start(String text, int start, int end) {
        if (end - start < KEY_LENGTH) {
            return -1;
        }
        for (int i = start; i <= end - KEY_LENGTH; i++) {
            char c = text.charAt(i);
            if (c == 'A' && (isKeyIdentifier(text, i, start, end) || isImdsToken(text, i, end))) {
                return i;
            }
        }
        return isPadded(text, start, end) || isJsonWebToken(text, start, end) || hasPrefix(text, start, end)
                ? start
                : -1;
    }

    /** The end of the secret that {@link #start} found: padding included, but no more than a key's own characters. */
    static int end(String text, int secretStart, int wordEnd) {
        int end = wordEnd;
        if (isKeyStart(text, secretStart)) {
            end = secretStart;
            while (end < wordEnd && isUpperOrDigit(text.charAt(end))) {
                end++;
            }
            return end;
        }
        while (end < text.length() && text.charAt(end) == '=') {
            end++;
        }
        return end;
    }

    private static boolean isKeyIdentifier(String text, int at, int start, int end) {
        if (!isKeyStart(text, at) || (at > start && Character.isLetterOrDigit(text.charAt(at - 1)))) {
            return false;
        }
        for (int i = at; i < at + KEY_LENGTH; i++) {
            if (i >= end || !isUpperOrDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isKeyStart(String text, int at) {
        return text.startsWith("AKIA", at) || text.startsWith("ASIA", at);
    }

    private static boolean isUpperOrDigit(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean isImdsToken(String text, int at, int end) {
        return end - at >= IMDS_TOKEN_MINIMUM && text.startsWith(IMDS_TOKEN_START, at);
    }

    /** Base64 with two padding characters, as long as a token and as mixed. */
    private static boolean isPadded(String text, int start, int end) {
        int length = end - start;
        if (length < PADDED_MINIMUM || length > PADDED_MAXIMUM || !text.startsWith("==", end)) {
            return false;
        }
        boolean upper = false;
        boolean lower = false;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            upper |= c >= 'A' && c <= 'Z';
            lower |= c >= 'a' && c <= 'z';
        }
        return upper && lower;
    }

    /** RFC 7519: three parts, the first of which is the base64 of a JSON object. */
    private static boolean isJsonWebToken(String text, int start, int end) {
        if (!text.startsWith("eyJ", start) || end - start < IMDS_TOKEN_MINIMUM) {
            return false;
        }
        int dots = 0;
        for (int i = start; i < end; i++) {
            dots += text.charAt(i) == '.' ? 1 : 0;
        }
        return dots == 2;
    }

    private static boolean hasPrefix(String text, int start, int end) {
        for (String prefix : PREFIXES) {
            if (text.startsWith(prefix, start) && end - start >= prefix.length() + AFTER_PREFIX_MINIMUM) {
                return true;
            }
        }
        return false;
    }
}
