package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.tcp.AllocatedBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that somebody wrote to use up memory or time: each costs what its bounds allow, and names nothing. */
@LinuxOnly("files below another root, by openat2(2)")
class HostileDatabasesTest {
    private static final String SQLITE = "/var/lib/rpm/rpmdb.sqlite";
    private static final String NDB = "/var/lib/rpm/Packages.db";
    private static final String STATUS = "/var/lib/dpkg/status";
    private static final long HUGE = 4L << 40;

    /** Less than a look-up has, so that this is done sooner. */
    private static final long WORK = 24L << 20;

    /** One entry of the greatest length and its pages. */
    private static final long MEMORY = 10L << 20;

    /** Short texts, one after another, for as many lines as are gone through. */
    private static final long PASSING = 2 * WORK;

    private final Map<String, DatabaseFile> files = new LinkedHashMap<>();
    private final LookupBudget budget = new LookupBudget(1, () -> 0, WORK);

    private OwningPackage owner(String path) {
        return PackageLookup.owner(files::get, path, budget);
    }

    private void put(String path, byte[] content) {
        files.put(path, new MemoryFile(content));
    }

    private void putText(String path, String text) {
        put(path, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void givesUp(String path) {
        givesUp(path, MEMORY);
    }

    private void givesUp(String path, long memory) {
        long before = AllocatedBytes.ofThisThread();
        assertThatThrownBy(() -> owner(path)).isInstanceOf(DatabaseGivenUpException.class);
        assertThat(AllocatedBytes.ofThisThread() - before).isLessThan(memory);
        assertThat(budget.spent()).isLessThan(WORK + MEMORY);
    }

    private byte[] sqliteWith(byte[] packageRow) {
        SqliteImage image = new SqliteImage();
        int index = image.index(SqliteImage.record("a", 1L));
        int names = image.table(1, SqliteImage.record("a", 7L, 0L));
        return image.bytes(index, names, image.table(7, packageRow));
    }

    @Test
    void findsTheOwnerInADatabaseMadeTheSameWay() {
        put(
                SQLITE,
                sqliteWith(
                        SqliteImage.record(null, RpmHeaderImage.ofBinA("tool").bytes())));
        assertThat(owner("/bin/a")).isEqualTo(new OwningPackage("tool", "1", "rpm"));
    }

    /** The name stands behind the first overflow page, the files behind the second. */
    @Test
    void findsTheOwnerInARowOverSeveralPages() {
        byte[] header = new RpmHeaderImage()
                .text(1004, 9, "x".repeat(2 * SqliteImage.PAGE))
                .text(1000, 6, "tool")
                .text(1005, 9, "x".repeat(SqliteImage.PAGE))
                .text(1001, 6, "1")
                .numbers(1116, 0)
                .text(1117, 8, "a")
                .text(1118, 8, "/bin/")
                .bytes();
        put(SQLITE, sqliteWith(SqliteImage.record(null, header)));

        assertThat(owner("/bin/a")).isEqualTo(new OwningPackage("tool", "1", "rpm"));
    }

    /** Each of the four million columns was an object. */
    @ParameterizedTest
    @ValueSource(bytes = {0, 8, 9, 12, 13})
    void takesNoMemoryForColumnsThatRpmHasNot(byte type) {
        byte[] row = new byte[(4 << 20) - 1];
        Arrays.fill(row, type);
        byte[] headerLength = SqliteImage.varint(row.length);
        System.arraycopy(headerLength, 0, row, 0, headerLength.length);
        put(SQLITE, sqliteWith(row));
        givesUp("/bin/a");
    }

    @Test
    void takesNoMemoryForARowLongerThanAPackage() {
        byte[] database = sqliteWith(new byte[5 << 20]);
        files.put(SQLITE, new MemoryFile(database, HUGE));
        givesUp("/bin/a");
    }

    @Test
    void takesNoMemoryForARowLongerThanItsFile() {
        SqliteImage image = new SqliteImage();
        byte[] cell = SqliteImage.varint(4 << 20);
        int packages = image.add(SqliteImage.page(
                13, 0, ByteBuffer.allocate(9).put(cell).put((byte) 7).array()));
        int index = image.index(SqliteImage.record("a", 1L));
        put(SQLITE, image.bytes(index, image.table(1, SqliteImage.record("a", 7L, 0L)), packages));
        givesUp("/bin/a");
    }

    @Test
    void takesNoMemoryForALongNameOrVersion() {
        put(
                SQLITE,
                sqliteWith(SqliteImage.record(
                        null, RpmHeaderImage.ofBinA("x".repeat(3_000_000)).bytes())));
        givesUp("/bin/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "line\nbreak", "esc\u001b[31m", "\u0001"})
    void takesNoNameThatNoPackageHas(String name) {
        put(
                SQLITE,
                sqliteWith(SqliteImage.record(null, RpmHeaderImage.ofBinA(name).bytes())));
        assertThat(owner("/bin/a")).isNull();
        files.clear();
        putText(STATUS, "Package: " + name + "\nStatus: install ok installed\nVersion: 1\n");
        files.put(
                "/var/lib/dpkg/info/" + name + ".list", new MemoryFile("/bin/a\n".getBytes(StandardCharsets.US_ASCII)));
        assertThat(owner("/bin/a")).isNull();
    }

    /** Its list would be another folder's. */
    @ParameterizedTest
    @ValueSource(strings = {"/a", "../a", "a/b"})
    void takesNoNameOfDpkgThatIsAPath(String name) {
        putText(STATUS, "Package: " + name + "\nStatus: install ok installed\nVersion: 1\n");
        putText("/var/lib/dpkg/info/" + name + ".list", "/bin/a\n");
        assertThat(owner("/bin/a")).isNull();
    }

    /** For each of them the first ones were gone through again. */
    @Test
    void goesThroughAHeaderOfEqualNamesOnce() {
        String[] names = new String[700_000];
        Arrays.fill(names, "a");
        byte[] header = new RpmHeaderImage()
                .text(1000, 6, "tool")
                .text(1001, 6, "1")
                .text(1117, 8, names)
                .text(1118, 8, "/opt/", "/bin/")
                .numbers(1116, new int[600_000])
                .bytes();
        put(SQLITE, sqliteWith(SqliteImage.record(null, header)));
        assertThat(owner("/bin/a")).isNull();
        // Read, and gone through.
        assertThat(budget.spent()).isLessThan(3L * header.length + 20 * SqliteImage.PAGE);
    }

    @Test
    void leavesAnIndexWhosePagesPointAtThemselves() {
        SqliteImage image = new SqliteImage();
        int self = image.next();
        byte[][] cells = new byte[1000][];
        byte[] key = SqliteImage.record("a", 1L);
        Arrays.fill(
                cells,
                ByteBuffer.allocate(4 + 1 + key.length)
                        .putInt(self)
                        .put((byte) key.length)
                        .put(key)
                        .array());
        int index = image.add(SqliteImage.page(2, 0, cells));
        put(SQLITE, image.bytes(index, image.table(1, SqliteImage.record("b", 7L, 0L)), self));
        givesUp("/bin/a");
    }

    @Test
    void leavesTablesAndSchemasWhosePagesPointAtThemselves() {
        SqliteImage image = new SqliteImage();
        int self = image.next();
        byte[] cell = ByteBuffer.allocate(5).putInt(self).put((byte) 100).array();
        image.add(SqliteImage.page(5, 0, cell));
        int index = image.index(SqliteImage.record("a", 1L));
        put(SQLITE, image.bytes(index, self, self));
        assertThat(owner("/bin/a")).isNull();
        byte[][] cells = new byte[5000][];
        Arrays.fill(cells, ByteBuffer.allocate(5).putInt(1).array());
        byte[] schema = SqliteImage.page(5, 100, cells);
        byte[] sound = image.bytes(index, self, self);
        System.arraycopy(sound, 0, schema, 0, 100);
        put(SQLITE, schema);
        givesUp("/bin/a");
    }

    @Test
    void leavesAStatusFileOfTerabytes() {
        files.put(STATUS, new MemoryFile("Package: a\n".getBytes(StandardCharsets.US_ASCII), HUGE));
        givesUp("/bin/a");
    }

    @Test
    void leavesAListWithoutAnEnd() {
        putText(STATUS, "Package: a\nStatus: install ok installed\nVersion: 1\n");
        files.put("/var/lib/dpkg/info/a.list", new EndlessFile("/usr/share/some/file\n"));
        givesUp("/bin/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "Package: a\nStatus: install ok installed\nVersion: 1\n\n", "Package: a\n", "x"})
    void leavesAStatusFileWithoutAnEnd(String repeated) {
        files.put(STATUS, new EndlessFile(repeated));
        givesUp("/bin/a", PASSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "/bin/b\n", "x"})
    void leavesDiversionsWithoutAnEnd(String repeated) {
        files.put("/var/lib/dpkg/diversions", new EndlessFile(repeated));
        givesUp("/bin/a", PASSING);
    }

    @Test
    void takesNoMemoryForFieldsOfDpkgThatAreNoWords() {
        putText(STATUS, "Package: " + "x".repeat(60_000) + "\n");
        givesUp("/bin/a");
    }

    @Test
    void leavesSlotsThatAllLeadToTheSameLargePackage() {
        String[] names = new String[1_000_000];
        Arrays.fill(names, "b");
        byte[] blob = new RpmHeaderImage().text(1117, 8, names).bytes();
        ByteBuffer file = ByteBuffer.allocate(256 * 4096 + 16 + blob.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RpmP".getBytes(StandardCharsets.US_ASCII)).putInt(12, 256);
        for (int slot = 32; slot < 256 * 4096; slot += 16) {
            file.put(slot, "Slot".getBytes(StandardCharsets.US_ASCII)).putInt(slot + 8, 256 * 4096 / 16);
        }
        file.put(256 * 4096, "BlbS".getBytes(StandardCharsets.US_ASCII)).putInt(256 * 4096 + 12, blob.length);
        file.put(256 * 4096 + 16, blob);
        put(NDB, file.array());
        givesUp("/bin/a");
    }

    @Test
    void takesNoMemoryForSlotsThatAreNotThere() {
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RpmP".getBytes(StandardCharsets.US_ASCII)).putInt(12, Integer.MAX_VALUE);
        files.put(NDB, new MemoryFile(file.array(), HUGE));
        givesUp("/bin/a");
    }

    /** A page of a Berkeley database, with its items' places and its type. */
    private static ByteBuffer berkeleyPage(ByteBuffer file, int number, int type, int... items) {
        ByteBuffer page = file.slice(number * 4096, 4096).order(ByteOrder.LITTLE_ENDIAN);
        page.putShort(20, (short) items.length).put(25, (byte) type);
        for (int i = 0; i < items.length; i++) {
            page.putShort(26 + 2 * i, (short) items[i]);
        }
        return page;
    }

    private static ByteBuffer berkeleyTree(byte[] content) {
        ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        return file.putInt(12, 0x053162).putInt(16, 9).putInt(20, 4096).putInt(88, 1);
    }

    /** Keys of megabytes on one page, all of them on the same chain, which leads back into itself byte by byte. */
    @Test
    void leavesKeysOnAChainThatLeadsBackIntoItself() {
        byte[] content = new byte[1024 * 4096];
        ByteBuffer file = berkeleyTree(content);
        ByteBuffer internal = berkeleyPage(file, 1, 3, 4000, 4000, 4000, 4000);
        internal.put(4002, (byte) 3).putInt(4004, 1).putInt(4016, 2).putInt(4020, (4 << 20) - 4096);
        berkeleyPage(file, 2, 7).putInt(16, 2).putShort(22, (short) 1);
        put("/var/lib/rpm/Basenames", content);
        put("/var/lib/rpm/Packages", content);
        givesUp("/bin/a");
    }

    @Test
    void leavesABucketWhosePagesLeadBackToTheFirst() {
        ByteBuffer file = ByteBuffer.allocate(4 * 4096).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(12, 0x061561).putInt(16, 9).putInt(20, 4096).putInt(96, 1);
        int hash = 0;
        for (byte one : "%$sniglet^&\0".getBytes(StandardCharsets.US_ASCII)) {
            hash = hash * 16777619 ^ (one & 0xFF);
        }
        file.putInt(92, hash);
        berkeleyPage(file, 1, 13, 4094, 4094).putInt(16, 2);
        berkeleyPage(file, 2, 13, 4094, 4094).putInt(16, 1);
        put("/var/lib/rpm/Basenames", file.array());
        put("/var/lib/rpm/Packages", file.array());
        givesUp("/bin/a");
    }

    /** Whatever a read of it would give: what is behind the end, or before the begin, is not read. */
    @Test
    void readsWithinTheSizeOfAFileOnly() {
        DatabaseFile file = new DatabaseFile() {
            @Override
            public long size() {
                return 10;
            }

            @Override
            public int read(long position, byte[] into, int offset, int length) {
                return position == 2 ? length - 1 : length;
            }

            @Override
            public void close() {}
        };
        byte[] bytes = new byte[8];
        ByteBuffer buffer = ByteBuffer.allocate(8);
        for (long position : new long[] {0, 1}) {
            assertThat(file.fill(position, bytes, 8)).as("at %d", position).isTrue();
            assertThat(file.fill(position, buffer)).as("at %d", position).isTrue();
        }
        for (long position : new long[] {-1, 2, 3, 11, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(file.fill(position, bytes, 8)).as("at %d", position).isFalse();
            assertThat(file.fill(position, buffer)).as("at %d", position).isFalse();
        }
    }

    /** A file that goes on with the same text for ever. */
    private record EndlessFile(String text) implements DatabaseFile {
        @Override
        public long size() {
            return Long.MAX_VALUE;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) {
            for (int i = 0; i < length; i++) {
                into[offset + i] = (byte) text.charAt((int) ((position + i) % text.length()));
            }
            return length;
        }

        @Override
        public void close() {}
    }
}
