package dev.imdsanalyzer.secrets;

/**
 * Texts that look as if drawn at random, as keys and passwords are. Words and names keep to one kind of character for
 * longer than chance does: of random letters and digits about one in six stands in a run of four or more of its kind, of
 * {@code AbstractHttp2ServerFactory} three in five.
 */
final class RandomText {
    /** Shorter ones cannot be told from names. */
    private static final int MINIMUM = 20;

    /** Longer ones without a capital or without a small letter are told by how often letters and digits alternate. */
    private static final int ONE_CASE_MINIMUM = 24;

    /** Of AWS's secret access keys. */
    private static final int AWS_KEY_LENGTH = 40;

    private static final int RUN = 4;

    private RandomText() {}

    /** Looks at every piece of an argument or a query that is no part of a path, of a URL's path or of an ARN. */
    static void find(String text, Spans spans) {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (text.startsWith("://", i)) {
                i = endOfPath(text, i + 3);
            } else if (isPiece(c)) {
                int end = i;
                while (end < text.length() && isPiece(text.charAt(end)) && !(end > i && isRule(text, end))) {
                    end++;
                }
                i = piece(text, i, end, spans);
            } else {
                i++;
            }
        }
    }

    /** Gives where to go on. */
    private static int piece(String text, int start, int end, Spans spans) {
        if (end - start == 3 && text.startsWith("arn:", start)) {
            return endOfPath(text, end);
        }
        boolean digest = start > 0 && text.charAt(start - 1) == ':' && endsInDigestName(text, start - 1);
        int from = start;
        // Behind the letter of an option.
        if (text.charAt(start) == '-' && end - start > MINIMUM) {
            from = start + 2;
        }
        if (!digest && !isFile(text, start, end) && (isRandom(text, start, end) || isRandom(text, from, end))) {
            int padded = end;
            while (padded < text.length() && text.charAt(padded) == '=') {
                padded++;
            }
            spans.add(isRandom(text, from, end) ? from : start, padded);
        }
        return end;
    }

    private static boolean isFile(String text, int start, int end) {
        char first = text.charAt(start);
        boolean shaOfPackage =
                text.startsWith("sha", start) && text.indexOf('-', start) == start + 6 && end > start + 6;
        return shaOfPackage
                || text.startsWith("./", start)
                || text.startsWith("../", start)
                || text.startsWith("~/", start)
                || (first == '/' && !(end - start == AWS_KEY_LENGTH && text.indexOf('/', start + 1) >= end));
    }

    /** {@code sha256:}, {@code SHA256:} of a key's fingerprint, {@code MD5:}. */
    private static boolean endsInDigestName(String text, int end) {
        return text.regionMatches(true, end - 6, "sha256", 0, 6)
                || text.regionMatches(true, end - 6, "sha512", 0, 6)
                || text.regionMatches(true, end - 6, "sha384", 0, 6)
                || text.regionMatches(true, end - 4, "sha1", 0, 4);
    }

    private static int endOfPath(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) > ' ' && "\"'`?#<>|".indexOf(text.charAt(i)) < 0) {
            i++;
        }
        return i;
    }

    /** The hyphens beside a key's name: RFC 7468. */
    private static boolean isRule(String text, int at) {
        return text.startsWith("-----", at) || text.startsWith("-----", at - 5);
    }

    private static boolean isPiece(char c) {
        return Words.isWordPart(c) || c == '+' || c == '/' || c == '~';
    }

    /** Whether letters, digits and what else base64 has come as by chance; hexadecimal digits are a digest or a number. */
    static boolean isRandom(String text, int start, int end) {
        int length = end - start;
        if (length < MINIMUM) {
            return false;
        }
        Kinds kinds = new Kinds(text, start, end);
        if (kinds.hexadecimal()) {
            return false;
        }
        if (kinds.upper >= 2 && kinds.lower >= 2) {
            boolean key = length == AWS_KEY_LENGTH && kinds.separators <= 6;
            int most = key ? 60 : 40;
            return (kinds.digits > 0 || length >= 32) && kinds.percentInRuns() <= most;
        }
        boolean oneCase = kinds.digits >= 4 && kinds.upper + kinds.lower >= 4 && kinds.separators == 0;
        return oneCase && length >= ONE_CASE_MINIMUM && !isUlid(text, start, length) && kinds.percentInRuns() <= 40;
    }

    /** 26 characters, the first of them 0 to 7: a number of an event or a task, sorted by time. */
    private static boolean isUlid(String text, int start, int length) {
        return length == 26 && text.charAt(start) >= '0' && text.charAt(start) <= '7';
    }

    /** How many characters of each kind a text has, and how many stand in a run of their kind. */
    private static final class Kinds {
        private int upper;
        private int lower;
        private int digits;
        private int separators;
        private int inRuns;
        private boolean onlyHexadecimal = true;
        private final int length;

        Kinds(String text, int start, int end) {
            length = end - start;
            int run = 0;
            int before = -1;
            for (int i = start; i < end; i++) {
                char c = text.charAt(i);
                int kind = count(c);
                onlyHexadecimal &= Character.digit(c, 16) >= 0 || c == '-' || c == '.' || c == '_';
                run = kind == before && kind > 0 ? run + 1 : 1;
                before = kind;
                inRuns += kind == 0 || run < RUN ? 0 : run == RUN ? RUN : 1;
            }
        }

        private int count(char c) {
            if (c >= 'A' && c <= 'Z') {
                upper++;
                return 1;
            }
            if (c >= 'a' && c <= 'z') {
                lower++;
                return 2;
            }
            if (c >= '0' && c <= '9') {
                digits++;
                return 3;
            }
            separators++;
            return 0;
        }

        boolean hexadecimal() {
            return onlyHexadecimal;
        }

        int percentInRuns() {
            return 100 * inRuns / Math.max(1, length - separators);
        }
    }
}
