package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
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

        byte[] more = whole.clone();
        ByteBuffer.wrap(more).putInt(2 * 512, 1_000);
        assertThat(open(more).row(packages, 7).columns())
                .as("what follows the last page is nobody's")
                .isEqualTo(2);
        byte[] cut = whole.clone();
        ByteBuffer.wrap(cut).putInt(512, 0);
        assertThat(open(cut).row(packages, 7).columns())
                .as("0 for the next page")
                .isZero();
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

    /** A page that only leads on to another. */
    private static byte[] leadsTo(int type, int header, int page) {
        byte[] bytes = SqliteImage.page(type, header);
        ByteBuffer.wrap(bytes).putInt(header + 8, page);
        return bytes;
    }

    @Test
    void treesAreTwentyPagesDeepAtMost() {
        for (int more = 0; more < 2; more++) {
            SqliteImage image = new SqliteImage();
            for (int page = 2; page <= 20 + more; page++) {
                assertThat(image.add(leadsTo(5, 0, page + 1))).isEqualTo(page);
            }
            image.table(7, SqliteImage.record(null, 1L));
            int index = image.next();
            for (int level = 0; level < 20 + more; level++) {
                image.add(leadsTo(2, 0, image.next() + 1));
            }
            image.index(SqliteImage.record("a", 5L));
            SqliteFile database = open(image.bytes(2, 2, 2));
            assertThat(database.row(2, 7) != null).as("%d more", more).isEqualTo(more == 0);
            assertThat(database.rowsWith(index, text("a"))).as("%d more", more).hasSize(more == 0 ? 1 : 0);
        }
    }

    @Test
    void theFirstRowHasTheNumberNoughtAndAKeyWithoutANumberNone() {
        SqliteImage image = new SqliteImage();
        int index = image.index(SqliteImage.record("a", 0L));
        int others = image.index(SqliteImage.record("a", -1L));
        int without = image.index(SqliteImage.record("a", "b"));
        SqliteFile database = open(image.bytes(index, index, index));
        assertThat(database.rowsWith(index, text("a"))).containsExactly(0);
        assertThat(database.rowsWith(others, text("a"))).isEmpty();
        assertThat(database.rowsWith(without, text("a"))).isEmpty();
    }

    /** Many entries of a page in one place: what is gone through for each is paid for. */
    @Test
    void everyEntryIsPaidForWithItsBytes() {
        byte[] row = SqliteImage.record("z".repeat(35), 1L);
        byte[] cell = ByteBuffer.allocate(2 + row.length)
                .put((byte) row.length)
                .put((byte) 9)
                .put(row)
                .array();
        byte[][] cells = new byte[300][];
        Arrays.fill(cells, cell);
        SqliteImage image = new SqliteImage();
        int table = image.add(SqliteImage.page(13, 0, cells));
        int interior = image.add(SqliteImage.page(5, 0, cells));
        byte[] key = SqliteImage.record("a".repeat(35), 1L);
        byte[][] keys = new byte[300][];
        Arrays.fill(
                keys,
                ByteBuffer.allocate(1 + key.length)
                        .put((byte) key.length)
                        .put(key)
                        .array());
        int index = image.add(SqliteImage.page(10, 0, keys));
        byte[] sound = image.bytes(table, table, table);
        byte[] schema = SqliteImage.page(13, 100, cells);
        System.arraycopy(sound, 0, schema, 0, 100);
        byte[] content = sound.clone();
        System.arraycopy(schema, 0, content, 0, schema.length);

        assertThat(spent(content, database -> database.row(table, 5))).isEqualTo(300 * 16);
        assertThat(spent(content, database -> database.row(interior, Long.MAX_VALUE)))
                .isEqualTo(300 * 16);
        assertThat(spent(content, database -> database.rowsWith(index, text("zz"))))
                .isEqualTo(300L * (16 + key.length));
        assertThat(spent(content, database -> database.rootPage("none"))).isEqualTo(300L * (16 + row.length));
    }

    private static long spent(byte[] content, Consumer<SqliteFile> lookup) {
        LookupBudget budget = new LookupBudget(1, () -> 0);
        lookup.accept(SqliteFile.open(new MemoryFile(content), budget));
        return budget.spent();
    }
}
