package dev.imdsanalyzer.process.packages;

/** Memory for what a database says is so long: the same again and again, grown at need up to a bound. */
final class BlobBuffer {
    /** The headers of the largest packages have two megabytes. */
    static final int LIMIT = 4 << 20;

    private static final int FIRST = 16 * 1024;

    private byte[] bytes = new byte[0];

    /**
     * At least so many bytes, with whatever content.
     *
     * @param length as the database says, not negative
     * @param fileSize nothing in a file is longer than that
     * @throws DatabaseGivenUpException where it is longer than it may or can be
     */
    byte[] of(long length, long fileSize) {
        if (length > Math.min(LIMIT, fileSize)) {
            throw DatabaseGivenUpException.tooLong("an entry");
        }
        if (length > bytes.length) {
            bytes = new byte[(int) Math.min(LIMIT, Math.max(FIRST, 2 * length))];
        }
        return bytes;
    }
}
