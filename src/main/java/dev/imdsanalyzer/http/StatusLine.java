package dev.imdsanalyzer.http;

/**
 * A response head of which nothing is known but its status line.
 *
 * @param statusCode 100 to 999
 * @param minorVersion as {@link ResponseHead} has it
 */
record StatusLine(int statusCode, int minorVersion) implements ResponseHead {
    private static final byte[] NOTHING = {};

    @Override
    public boolean isWhole() {
        return false;
    }

    @Override
    public byte[] buffer() {
        return NOTHING;
    }

    @Override
    public int fieldCount() {
        return 0;
    }

    @Override
    public int find(byte[] lowerCaseName, int from) {
        return -1;
    }

    @Override
    public int fieldNameOffset(int field) {
        throw new IndexOutOfBoundsException(field);
    }

    @Override
    public int fieldNameLength(int field) {
        throw new IndexOutOfBoundsException(field);
    }

    @Override
    public int fieldValueOffset(int field) {
        throw new IndexOutOfBoundsException(field);
    }

    @Override
    public int fieldValueLength(int field) {
        throw new IndexOutOfBoundsException(field);
    }
}
