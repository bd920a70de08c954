package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows byte by byte, as section 2.1 of "Database File Format" has them: the header's length, types, values. */
class SqliteRecordTest {
    private static SqliteRecord row(String hex) {
        byte[] payload = bytes(hex);
        // The buffer of a payload is longer than it.
        return SqliteRecord.of(Arrays.copyOf(payload, payload.length + 20), payload.length);
    }

    private static byte[] bytes(String hex) {
        String digits = hex.replace(" ", "");
        ByteBuffer bytes = ByteBuffer.allocate(digits.length() / 2);
        while (bytes.hasRemaining()) {
            int at = 2 * bytes.position();
            bytes.put((byte) Integer.parseInt(digits.substring(at, at + 2), 16));
        }
        return bytes.array();
    }

    @ParameterizedTest
    @CsvSource({
        "02 01 7f, 127",
        "02 01 fe, -2",
        "02 02 8000, -32768",
        "02 02 00ff, 255",
        "02 03 010203, 66051",
        "02 04 7fffffff, 2147483647",
        "02 04 ffffff00, -256",
        "02 05 0000ffffffff, 4294967295",
        "02 05 800000000000, -140737488355328",
        "02 06 0102030405060708, 72623859790382856",
        "02 06 ffffffffffffffff, -1",
        "02 08, 0",
        "02 09, 1",
    })
    void wholeNumbersOfEveryWidth(String hex, long expected) {
        SqliteRecord row = row(hex);
        assertThat(row.columns()).isEqualTo(1);
        assertThat(row.isNumber(0)).isTrue();
        assertThat(row.number(0)).isEqualTo(expected);
        assertThat(row.blob(0)).isNull();
        assertThat(row.isText(0, "")).isFalse();
    }

    /** Null, a floating point number, a blob, a text. */
    @ParameterizedTest
    @ValueSource(strings = {"02 00", "02 07 0000000000000000", "02 0c", "02 0e 41", "02 0d", "02 0f 41"})
    void othersAreNoWholeNumbers(String hex) {
        SqliteRecord row = row(hex);
        assertThat(row.columns()).isEqualTo(1);
        assertThat(row.isNumber(0)).isFalse();
        assertThat(row.isNumber(1)).isFalse();
    }

    /** Each value's width moves all behind it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "08",
                "09",
                "01 aa",
                "02 aaaa",
                "03 aaaaaa",
                "04 aaaaaaaa",
                "05 aaaaaaaaaaaa",
                "06 aaaaaaaaaaaaaaaa",
                "07 aaaaaaaaaaaaaaaa",
                "0c",
                "0d",
                "0e aa",
                "0f aa",
                "12 aaaaaa",
                "13 aaaaaa"
            })
    void whatStandsBehindAValueIsFound(String before) {
        String type = before.substring(0, 2);
        String value = before.substring(2);
        SqliteRecord row = row("04" + type + "01 11" + value + "2a 616263");
        assertThat(row.columns()).isEqualTo(3);
        assertThat(row.number(1)).isEqualTo(0x2a);
        // Type 17 is a text of two bytes.
        assertThat(row.isText(2, "ab")).isTrue();
        assertThat(row.isText(2, "abc")).isFalse();
        assertThat(row.isText(2, "a")).isFalse();
    }

    @Test
    void aBlobIsItsBytesAndATextIsNone() {
        SqliteRecord row = row("04 12 0f 0c 010203 41");
        ByteBuffer blob = row.blob(0);
        assertThat(blob.limit()).isEqualTo(3);
        assertThat(blob.get(0)).isEqualTo((byte) 1);
        assertThat(blob.get(2)).isEqualTo((byte) 3);
        assertThat(row.blob(1)).as("a text").isNull();
        assertThat(row.blob(2).limit()).as("an empty one").isZero();
        assertThat(row.blob(3)).as("a column that is not there").isNull();
        assertThat(row.isText(0, "\1\2\3")).isFalse();
        assertThat(row.isText(1, "A")).isTrue();
        assertThat(row("02 0d").isText(0, "")).as("an empty text").isTrue();
        assertThat(row.isText(3, "")).isFalse();
    }

    /** Types 10 and 11 are reserved; a value may be cut; a header may say that it is longer than all. */
    @ParameterizedTest
    @CsvSource({
        "04 01 0a 01 05 06, 1",
        "04 01 0b 01 05 06, 1",
        "03 01 02 05 06, 1",
        "03 01 02 05 06 07, 2",
        "7f 01, 0",
        "01, 0",
        "00, 0",
    })
    void aRowEndsBeforeWhatIsNoValue(String hex, int columns) {
        assertThat(row(hex).columns()).isEqualTo(columns);
    }

    @Test
    void nothingHasNoColumns() {
        assertThat(SqliteRecord.of(new byte[5], 0)).isSameAs(SqliteRecord.NOTHING);
        assertThat(SqliteRecord.NOTHING.columns()).isZero();
        assertThat(SqliteRecord.NOTHING.compareFirst(new byte[0])).isNegative();
    }

    @Test
    void eightColumnsAreTheMost() {
        assertThat(row("09 08 08 08 08 08 08 08 09").number(7)).isEqualTo(1);
        assertThatThrownBy(() -> row("0a 08 08 08 08 08 08 08 08 08")).isInstanceOf(DatabaseGivenUpException.class);
    }

    /** As the BINARY collation has it: numbers and nulls, then texts by their unsigned bytes, then blobs. */
    @ParameterizedTest
    @CsvSource({
        "02 13 616263, 0",
        "02 11 6162, -1",
        "02 13 616262, -1",
        "02 13 616264, 1",
        "02 15 61626300, 1",
        "02 0f c3, 1",
        "02 0d, -1",
        "02 00, -1",
        "02 06 7fffffffffffffff, -1",
        "02 12 616263, 1",
        "02 0c, 1",
        "01, -1",
    })
    void theFirstColumnIsComparedWithAText(String hex, int order) {
        assertThat(Integer.signum(row(hex).compareFirst("abc".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(order);
    }

    @ParameterizedTest
    @CsvSource({
        "00, 0",
        "7f, 127",
        "8100, 128",
        "ff7f, 16383",
        "818000, 16384",
        "ffffffffffffff7f, 72057594037927935",
        "818080808080808000, 144115188075855872",
        "ffffffffffffffffff, -1",
    })
    void aVarintHasSevenBitsAByteAndEightInItsNinth(String hex, long value) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(hex + "55"));
        assertThat(SqliteRecord.varint(bytes)).isEqualTo(value);
        assertThat(bytes.remaining()).isEqualTo(1);
    }
}
