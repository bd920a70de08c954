package dev.imdsanalyzer.process;

/** How long what is kept of a caller may be: a longer text is cut, with a mark. */
final class CallerTexts {
    /** Longest path, and longest command line, in bytes of UTF-8. */
    static final int PATH_LIMIT = 4096;

    /** Longest of the other texts: a unit's name with its manager's, an identifier, a user, a package. */
    static final int WORD_LIMIT = 512;

    private CallerTexts() {}
}
