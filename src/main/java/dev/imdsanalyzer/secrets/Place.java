package dev.imdsanalyzer.secrets;

/** Where a text was found: what may stand in it, and what ends a value there. */
enum Place {
    /** Words of any kind: a header field's value, a label, a sentence. */
    TEXT,
    /** Of a URL or a file: a slash ends a value. */
    PATH,
    /** Of a URL, without its question mark: parameters from the first character on. */
    QUERY,
    /** One argument of a program, perhaps a script, a URL or a document. */
    ARGUMENT;

    /** Whether a random text with no name beside it counts as a secret. */
    boolean holdsBareSecrets() {
        return this == QUERY || this == ARGUMENT;
    }

    /** Whether it may be a shell's script, or one of its lines. */
    boolean mayBeScript() {
        return this == TEXT || this == ARGUMENT;
    }
}
