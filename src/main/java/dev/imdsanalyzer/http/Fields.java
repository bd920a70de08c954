package dev.imdsanalyzer.http;

/**
 * The header fields of one message head, as offsets into the bytes they stand in.
 *
 * <p>Valid only during the callback that hands them over. Field values are without the white space around them; a value
 * that was folded over lines (RFC 9112 section 5.2) still has its line breaks in it.
 */
public interface Fields {
    byte[] buffer();

    /** Number of fields. */
    int fieldCount();

    int fieldNameOffset(int field);

    int fieldNameLength(int field);

    int fieldValueOffset(int field);

    int fieldValueLength(int field);

    /**
     * The first field of that name, whatever its case.
     *
     * @param lowerCaseName the name in lower-case ASCII
     * @param from index of the field to begin with
     * @return its index, or -1
     */
    int find(byte[] lowerCaseName, int from);
}
