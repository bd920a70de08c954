package dev.imdsanalyzer.secrets;

/** A value that only says where a secret is to be found: {@code $TOKEN}, {@code $(cat file)}, {@code {token}}. */
final class ValueReference {
    /** Its name is not longer; beyond, nothing is looked for. */
    private static final int NAME_LIMIT = 64;

    /** What may follow it and is no part of the value: ends of values, of words, and of a part of a URL. */
    private static final String ENDS = "\"'`&;|<>)]},\\/@";

    private ValueReference() {}

    /**
     * Whether the value at the place is a variable, a command's output or a placeholder, and nothing but that.
     *
     * @param script whether the text is more than one word, and so may be a shell's; elsewhere only names in capitals are
     *     taken for variables, as a shell has replaced its own before
     */
    static boolean standsAt(String text, int at, boolean script) {
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
        for (int i = from; i < Math.min(text.length(), from + NAME_LIMIT); i++) {
            if (text.charAt(i) == '}') {
                return i + 1;
            }
        }
        return from - 2;
    }

    private static int identifierEnd(String text, int from, boolean anyCase) {
        int at = from;
        while (at < text.length() && at - from < NAME_LIMIT) {
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
        return c <= ' ' || ENDS.indexOf(c) >= 0;
    }
}
