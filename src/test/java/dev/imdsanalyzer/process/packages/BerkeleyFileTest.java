package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases of Berkeley DB put together page by page, as src/dbinc/db_page.h of libdb has them. */
class BerkeleyFileTest {
    private static final int PAGE = 512;
    private static final int HASH = 0x061561;
    private static final int BTREE = 0x053162;

    private final LookupBudget budget = new LookupBudget(1, () -> 0);
    private ByteBuffer file = ByteBuffer.allocate(8 * PAGE).order(ByteOrder.LITTLE_ENDIAN);

    /** A hash of one bucket, which is page 1, or a tree whose root that is. */
    private void meta(int magic) {
        file.putInt(12, magic).putInt(16, 9).putInt(20, PAGE);
        if (magic == HASH) {
            file.putInt(92, hash("%$sniglet^&\0")).putInt(96, 1);
        } else {
            file.putInt(88, 1);
        }
    }

    /** Fowler, Noll and Vo's, by its definition. */
    private static int hash(String key) {
        int hash = 0;
        for (byte one : bytes(key)) {
            hash = (hash * 16_777_619) ^ one;
        }
        return hash;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private BerkeleyFile open() {
        return BerkeleyFile.open(new MemoryFile(file.array()), budget);
    }

    private String value(String key) {
        BerkeleyFile database = open();
        ByteBuffer value = database == null ? null : database.value(bytes(key));
        if (value == null) {
            return null;
        }
        assertThat(value.order()).isEqualTo(file.order());
        byte[] text = new byte[value.remaining()];
        value.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** A page with its items, each below the one before. */
    private void page(int number, int type, List<byte[]> items) {
        ByteBuffer page = file.slice(number * PAGE, PAGE).order(file.order());
        page.putShort(20, (short) items.size()).put(25, (byte) type);
        int at = PAGE;
        for (int i = 0; i < items.size(); i++) {
            at -= items.get(i).length;
            page.put(at, items.get(i));
            page.putShort(26 + 2 * i, (short) at);
        }
    }

    private void next(int number, int next) {
        file.putInt(number * PAGE + 16, next);
    }

    private void overflow(int number, String text, int next) {
        file.put(number * PAGE + 25, (byte) 7);
        file.putShort(number * PAGE + 22, (short) text.length());
        file.put(number * PAGE + 26, bytes(text));
        next(number, next);
    }

    private byte[] hashItem(String text) {
        return ByteBuffer.allocate(1 + text.length())
                .put((byte) 1)
                .put(bytes(text))
                .array();
    }

    private byte[] hashOverflow(int page, int length) {
        return ByteBuffer.allocate(12)
                .order(file.order())
                .putInt(0, 3)
                .put(0, (byte) 3)
                .putInt(4, page)
                .putInt(8, length)
                .array();
    }

    private byte[] leafItem(String text) {
        return ByteBuffer.allocate(3 + text.length())
                .order(file.order())
                .putShort((short) text.length())
                .put((byte) 1)
                .put(bytes(text))
                .array();
    }

    private byte[] leafOverflow(int page, int length) {
        return ByteBuffer.allocate(12)
                .order(file.order())
                .put(2, (byte) 3)
                .putInt(4, page)
                .putInt(8, length)
                .array();
    }

    private byte[] separator(String text, int page) {
        return ByteBuffer.allocate(12 + text.length())
                .order(file.order())
                .putShort((short) text.length())
                .put((byte) 1)
                .putInt(4, page)
                .put(12, bytes(text))
                .array();
    }

    private byte[] separatorOverflow(int keyPage, int length, int page) {
        return ByteBuffer.allocate(24)
                .order(file.order())
                .put(2, (byte) 3)
                .putInt(4, page)
                .putInt(16, keyPage)
                .putInt(20, length)
                .array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void aHashIsReadInEitherOrderAlongItsChain(String order) {
        file.order(order.startsWith("B") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        meta(HASH);
        page(1, 13, List.of(hashItem("b"), hashItem("beta"), hashItem("d"), hashOverflow(3, 700)));
        next(1, 2);
        page(2, 2, List.of(hashOverflow(5, 3), hashItem("long key"), hashItem("a"), hashItem("alpha")));
        overflow(3, "x".repeat(480), 4);
        overflow(4, "y".repeat(220), 0);
        overflow(5, "key", 0);

        assertThat(open().order()).isEqualTo(file.order());
        assertThat(value("a")).as("on a page of the old kind").isEqualTo("alpha");
        assertThat(value("b")).isEqualTo("beta");
        assertThat(value("d")).isEqualTo("x".repeat(480) + "y".repeat(220));
        assertThat(value("key")).as("on a page of its own").isEqualTo("long key");
        assertThat(value("kez")).isNull();
        assertThat(value("keys")).isNull();
        assertThat(value("beta")).as("a value is no key").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void aTreeIsReadInEitherOrder(String order) {
        file.order(order.startsWith("B") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        meta(BTREE);
        page(1, 3, List.of(separator("", 2), separator("k", 3), separatorOverflow(6, 3, 4)));
        page(2, 5, List.of(leafItem("a"), leafItem("alpha"), leafOverflow(7, 2), leafItem("two")));
        page(3, 5, List.of(leafItem("k"), leafItem("kappa"), leafItem("l"), leafOverflow(5, 4)));
        page(4, 5, List.of(leafItem("ppp"), leafItem("rho")));
        overflow(5, "long", 0);
        overflow(6, "ppp", 0);
        overflow(7, "bb", 0);

        assertThat(value("a")).isEqualTo("alpha");
        assertThat(value("bb")).as("on a page of its own").isEqualTo("two");
        assertThat(value("bc")).isNull();
        assertThat(value("bbb")).isNull();
        assertThat(value("k")).isEqualTo("kappa");
        assertThat(value("l")).isEqualTo("long");
        assertThat(value("ppp")).isEqualTo("rho");
        assertThat(value("ppo")).isNull();
        assertThat(value("zz")).isNull();
        assertThat(value("")).isNull();
    }

    /** A page is a power of two from 512 to 65536 bytes; checksums and encryption are none of rpm's. */
    @ParameterizedTest
    @CsvSource({
        "12, 061561, true",
        "12, 053162, true",
        "12, 053163, false",
        "20, 000100, false",
        "20, 000200, true",
        "20, 000300, false",
        "20, 000400, true",
        "20, 010000, true",
        "20, 020000, false",
        "24, 000001, false",
        "24, 010000, false",
        "24, 020000, true",
    })
    void onlyWhatIsKnownIsOpened(int place, String number, boolean opened) {
        meta(HASH);
        file.putInt(place, Integer.parseInt(number, 16));
        assertThat(open() != null).isEqualTo(opened);
    }

    @Test
    void aFileShorterThanItsFirstPageIsNone() {
        assertThat(BerkeleyFile.open(new MemoryFile(new byte[511]), budget)).isNull();
    }

    @Test
    void aHashOfAnotherFunctionIsNotLookedAt() {
        meta(HASH);
        page(1, 13, List.of(hashItem("a"), hashItem("alpha")));
        assertThat(value("a")).isEqualTo("alpha");
        file.putInt(16, 5);
        assertThat(value("a")).as("the first version with this one").isEqualTo("alpha");
        file.putInt(16, 4);
        assertThat(value("a")).isNull();
        file.putInt(16, 9).putInt(92, 1);
        assertThat(value("a")).isNull();
    }

    /** Page 1 is bucket 0, page 2 bucket 1, pages 3 and 4 buckets 2 and 3, of which the last is not there yet. */
    @Test
    void aKeyIsInTheBucketOfItsHash() {
        meta(HASH);
        file.putInt(72, 2).putInt(76, 3).putInt(80, 1);
        file.putInt(96, 1).putInt(100, 1).putInt(104, 1);
        for (String key : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            int bucket = hash(key) & 3;
            int expected = bucket > 2 ? bucket & 1 : bucket;
            for (int page = 1; page <= 4; page++) {
                page(page, 13, List.of(hashItem(key), hashItem("bucket " + (page - 1))));
            }
            assertThat(value(key)).as(key).isEqualTo("bucket " + expected);
        }
    }

    @Test
    void aBucketThatLiesOutsideTheFileOrNeverBeganHasNoKeys() {
        meta(HASH);
        file.putInt(96, 1_000);
        assertThat(value("a")).isNull();
        file.putInt(96, 0);
        assertThat(value("a")).isNull();
        file.putInt(72, -1).putInt(76, 0x80000000);
        for (String key : List.of("a", "b", "c", "d")) {
            assertThat(value(key)).as(key).isNull();
        }
    }

    @Test
    void pagesAndItemsOfAnotherKindTellNothing() {
        meta(HASH);
        page(1, 5, List.of(hashItem("a"), hashItem("alpha")));
        assertThat(value("a")).as("a leaf in a hash").isNull();
        byte[] duplicate = hashItem("a");
        duplicate[0] = 2;
        page(1, 13, List.of(duplicate, hashItem("alpha")));
        assertThat(value("a")).as("an item of another kind").isNull();
        page(1, 13, List.of(hashItem("a")));
        assertThat(value("a")).as("a key without a value").isNull();

        meta(BTREE);
        page(1, 13, List.of(leafItem("a"), leafItem("alpha")));
        assertThat(value("a")).as("a hash page in a tree").isNull();
        page(1, 3, List.of());
        assertThat(value("a")).as("an empty page").isNull();
        byte[] deleted = leafItem("a");
        deleted[2] = (byte) 0x81;
        page(1, 5, List.of(deleted, leafItem("alpha")));
        assertThat(value("a")).as("a deleted item").isNull();
        page(1, 5, List.of(leafItem("a")));
        assertThat(value("a")).as("a key without a value").isNull();
        file.putInt(88, 1_000);
        assertThat(value("a")).as("a root behind the end").isNull();
    }

    @Test
    void aChainThatEndsTooSoonOrLeavesIsNoValue() {
        meta(HASH);
        page(1, 13, List.of(hashItem("a"), hashOverflow(3, 6)));
        overflow(3, "abc", 4);
        overflow(4, "def", 0);
        assertThat(value("a")).isEqualTo("abcdef");
        overflow(4, "defg", 0);
        assertThat(value("a")).as("more than it says").isEqualTo("abcdef");
        overflow(4, "def", 5);
        assertThat(value("a")).as("what follows the last page is nobody's").isEqualTo("abcdef");
        overflow(4, "de", 0);
        assertThat(value("a")).isNull();
        overflow(4, "", 4);
        assertThat(value("a")).as("a page without bytes").isNull();
        overflow(4, "def", 0);
        file.put(4 * PAGE + 25, (byte) 13);
        assertThat(value("a")).as("a page of another kind").isNull();
        next(3, 0);
        assertThat(value("a")).isNull();
        next(3, 1_000);
        assertThat(value("a")).as("behind the end").isNull();
        page(1, 13, List.of(hashItem("a"), hashOverflow(3, 0)));
        assertThat(value("a")).isEmpty();
        page(1, 13, List.of(hashItem("a"), hashOverflow(3, -1)));
        assertThat(value("a")).isNull();
    }

    @Test
    void aTreeIsTwentyPagesDeepAtMost() {
        file = ByteBuffer.allocate(24 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
        meta(BTREE);
        for (int page = 1; page < 20; page++) {
            page(page, 3, List.of(separator("", page + 1)));
        }
        page(20, 5, List.of(leafItem("a"), leafItem("alpha")));
        assertThat(value("a")).isEqualTo("alpha");
        page(20, 3, List.of(separator("", 21)));
        page(21, 5, List.of(leafItem("a"), leafItem("alpha")));
        assertThat(value("a")).isNull();
    }

    /** However many of them a page says it has, all in one place. */
    @ParameterizedTest
    @ValueSource(ints = {HASH, BTREE})
    void everyItemIsPaidFor(int magic) {
        meta(magic);
        List<byte[]> items = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            items.add(magic == HASH ? hashItem("bb") : leafItem("bb"));
        }
        page(1, magic == HASH ? 13 : 5, items);
        assertThat(value("aa")).isNull();
        assertThat(budget.spent()).as("ten keys, and the bytes compared").isEqualTo(10 * (16 + 2));
    }
}
