package dev.imdsanalyzer.imds.caller;

/** A pattern for a whole text: {@code *} is any run of characters, {@code ?} is one. */
final class Glob {
    private Glob() {}

    /**
     * Callers choose their names: no name makes this take more than its length times the pattern's. Only the last star
     * seen is ever gone back to, as the earlier ones have matched as little as they could.
     */
    static boolean matches(String pattern, String name) {
        int next = 0;
        int star = -1;
        int afterStar = 0;
        int at = 0;
        while (at < name.length()) {
            char wanted = next < pattern.length() ? pattern.charAt(next) : '\0';
            if (next < pattern.length() && wanted == '*') {
                star = next++;
                afterStar = at;
            } else if (next < pattern.length() && (wanted == '?' || wanted == name.charAt(at))) {
                next++;
                at++;
            } else if (star >= 0) {
                next = star + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        while (next < pattern.length() && pattern.charAt(next) == '*') {
            next++;
        }
        return next == pattern.length();
    }
}
