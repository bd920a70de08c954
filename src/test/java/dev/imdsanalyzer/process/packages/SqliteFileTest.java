package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database that SQLite wrote, on pages so small that every tree is deep, and rows and keys go on on further pages. */
class SqliteFileTest {
    private static final int BASENAMES_OF_OTHER_LENGTHS = 115;
    private static final int EQUAL_BASENAMES = 5_000;

    private static byte[] content() throws IOException {
        return PackageFolder.resource("small-pages.sqlite");
    }

    private static SqliteFile open(byte[] content) {
        return SqliteFile.open(new MemoryFile(content), new LookupBudget(PackageFolder.MINUTE_NANOS));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static IntStream lengths(int... bounds) {
        IntStream lengths = IntStream.empty();
        for (int i = 0; i < bounds.length; i += 2) {
            lengths = IntStream.concat(lengths, IntStream.range(bounds[i], bounds[i + 1]));
        }
        return lengths;
    }

    @Test
    void aRowIsWholeHoweverManyPagesItIsOn() throws IOException {
        SqliteFile database = open(content());
        int packages = database.rootPage("Packages");
        lengths(1, 6, 470, 560, 980, 1070).forEach(length -> {
            byte[] expected = new byte[length];
            for (int i = 0; i < length; i++) {
                expected[i] = (byte) ((length + i) % 251);
            }
            assertThat(database.row(packages, length).blob(1))
                    .as("a blob of %d bytes", length)
                    .isEqualTo(ByteBuffer.wrap(expected));
        });
        for (long none : new long[] {-1, 0, 6, 469, 560, 1070, Long.MAX_VALUE}) {
            assertThat(database.row(packages, none)).as("row %d", none).isNull();
        }
    }

    @Test
    void aKeyIsFoundHoweverManyPagesItIsOn() throws IOException {
        SqliteFile database = open(content());
        int index = database.rootPage("Basenames_key_idx");
        int names = database.rootPage("Basenames");
        lengths(1, 6, 80, 130, 560, 620).forEach(length -> {
            String key = String.format("%04d", length) + "x".repeat(length);
            long[] rows = database.rowsWith(index, text(key));
            assertThat(rows).as("a key of %d bytes", key.length()).hasSize(1);
            assertThat(database.row(names, rows[0]).number(1)).isEqualTo(length);
            assertThat(database.rowsWith(index, text(key + "x"))).isEmpty();
            assertThat(database.rowsWith(index, text(key.substring(0, key.length() - 1))))
                    .isEmpty();
        });
    }

    @Test
    void ofEqualKeysAsManyAreLookedAtAsThereIsRoomFor() throws IOException {
        SqliteFile database = open(content());
        long[] rows = database.rowsWith(database.rootPage("Basenames_key_idx"), text("same"));
        assertThat(EQUAL_BASENAMES).isGreaterThan(4_096);
        assertThat(rows)
                .containsExactly(LongStream.rangeClosed(1, 4_096)
                        .map(row -> BASENAMES_OF_OTHER_LENGTHS + row)
                        .toArray());
    }

    @Test
    void aTableThatIsNotThereHasNoRoot() throws IOException {
        SqliteFile database = open(content());
        assertThat(database.rootPage("Names")).isZero();
        assertThat(database.row(0, 1)).isNull();
        assertThat(database.row(-1, 1)).isNull();
        assertThat(database.row(1 << 20, 1)).as("behind the end of the file").isNull();
        assertThat(database.rowsWith(0, text("same"))).isEmpty();
        assertThat(database.rowsWith(database.rootPage("Packages"), text("same")))
                .as("a table is no index")
                .isEmpty();
        assertThat(database.row(database.rootPage("Basenames_key_idx"), 1))
                .as("an index is no table")
                .isNull();
    }

    /** A page is a power of two from 512 on, 1 stands for 65536, and all but 480 bytes may be left to others. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, false",
        "256, 0, false",
        "511, 0, false",
        "512, 0, true",
        "512, 32, true",
        "512, 33, false",
        "513, 0, false",
        "768, 0, false",
        "1024, 255, true",
        "32768, 0, true",
        "1, 0, true",
        "1, 255, true",
    })
    void onlyAPageOfAKnownSizeIsRead(int size, int reserved, boolean read) throws IOException {
        byte[] content = content();
        content[16] = (byte) (size >> 8);
        content[17] = (byte) size;
        content[20] = (byte) reserved;
        assertThat(open(content) != null).isEqualTo(read);
    }

    @Test
    void whatDoesNotBeginAsADatabaseIsNone() throws IOException {
        for (int at = 0; at < 16; at++) {
            byte[] content = content();
            content[at] ^= 1;
            assertThat(open(content)).as("byte %d", at).isNull();
        }
        assertThat(open(new byte[99])).isNull();
        assertThat(open(new byte[0])).isNull();
    }

    /** 5 bytes of each page are another's: what is on overflow pages begins and ends elsewhere. */
    @Test
    void theBytesAtAPagesEndThatAreAnothersAreLeftOut() {
        int reserved = 5;
        SqliteImage image = new SqliteImage(1024, reserved);
        byte[] content = new byte[5_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i % 251);
        }
        int packages = image.table(7, SqliteImage.record(null, content));
        SqliteFile database = open(image.bytes(packages, packages, packages));

        assertThat(database.row(packages, 7).blob(1)).isEqualTo(ByteBuffer.wrap(content));
    }

    @Test
    void aChainOfPagesThatEndsTooSoonIsNoRow() throws IOException {
        SqliteImage image = new SqliteImage(512, 0);
        int packages = image.table(7, SqliteImage.record(null, new byte[1_200]));
        byte[] whole = image.bytes(packages, packages, packages);
        assertThat(open(whole).row(packages, 7).columns()).isEqualTo(2);

        byte[] cut = whole.clone();
        ByteBuffer.wrap(cut).putInt(512, 0);
        assertThat(open(cut).row(packages, 7).columns()).as("0 for the next page").isZero();
        ByteBuffer.wrap(cut).putInt(512, -1);
        assertThat(open(cut).row(packages, 7).columns()).as("less than 0").isZero();
        ByteBuffer.wrap(cut).putInt(512, 1_000);
        assertThat(open(cut).row(packages, 7).columns()).as("behind the end").isZero();
    }

    @Test
    void aRowOfTheLimitIsReadAndALongerOneGivenUp() {
        for (int more = 0; more < 2; more++) {
            SqliteImage image = new SqliteImage();
            int overhead = SqliteImage.record(null, new byte[BlobBuffer.LIMIT]).length - BlobBuffer.LIMIT;
            byte[] row = SqliteImage.record(null, new byte[BlobBuffer.LIMIT - overhead + more]);
            int packages = image.table(7, row);
            SqliteFile database = open(image.bytes(packages, packages, packages));
            if (more == 0) {
                assertThat(database.row(packages, 7).blob(1).limit()).isEqualTo(BlobBuffer.LIMIT - overhead);
            } else {
                assertThatThrownBy(() -> database.row(packages, 7)).isInstanceOf(DatabaseGivenUpException.class);
            }
        }
    }
}
