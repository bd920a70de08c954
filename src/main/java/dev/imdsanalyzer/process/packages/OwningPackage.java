package dev.imdsanalyzer.process.packages;

/**
 * The package that owns a file.
 *
 * @param version as the packager has it, revision included, epoch only where there is one
 * @param type deb or rpm
 */
record OwningPackage(String name, String version, String type) {
    /** The longest name or version, in bytes; the longest of Debian and Fedora have 80. */
    static final int WORD_LIMIT = 255;

    /**
     * Whether it may be a name or version: deb-control(5) and rpm's spec format allow letters, digits and some
     * punctuation of ASCII only.
     */
    static boolean isWord(String text) {
        return !text.isEmpty() && text.length() <= WORD_LIMIT && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }
}
