package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A package's header, and rpm's own database of such. */
class RpmHeaderTest {
    private static final int PAGE = 4096;

    private final LookupBudget budget = new LookupBudget(1, () -> 0);

    private String owner(RpmHeaderImage image, String path) {
        return text(RpmHeader.of(ByteBuffer.wrap(image.bytes()), budget).ifOwns(WantedFile.of(path)));
    }

    private static String text(OwningPackage owner) {
        return owner == null ? null : owner.name() + " " + owner.version() + " " + owner.type();
    }

    private static RpmHeaderImage files() {
        return new RpmHeaderImage()
                .text(1118, 8, "/opt/a/", "/usr/bin/", "/srv/")
                .text(1117, 8, "tool", "job", "jobs", "tool", "last")
                .numbers(1116, 0, 1, 1, 2, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "/opt/a/tool, tool 1-2 rpm",
        "/opt/a/last, tool 1-2 rpm",
        "/usr/bin/job, tool 1-2 rpm",
        "/bin/job, tool 1-2 rpm",
        "/usr/bin/jobs, tool 1-2 rpm",
        "/srv/tool, tool 1-2 rpm",
        "/usr/bin/tool, ",
        "/opt/a/job, ",
        "/srv/jo, ",
        "/usr/bin/jobss, ",
        "/srv/, ",
        "/nowhere/tool, ",
    })
    void aFileIsTheOneOfItsNameInItsFolder(String path, String expected) {
        RpmHeaderImage image = files().text(1000, 6, "tool").text(1001, 6, "1").text(1002, 6, "2");
        assertThat(owner(image, path)).isEqualTo(expected);
    }

    @Test
    void theVersionHasItsEpochAndItsReleaseWhereThereIsOne() {
        RpmHeaderImage named = files().text(1000, 6, "tool");
        assertThat(owner(named, "/srv/tool")).as("no version").isNull();
        RpmHeaderImage image = named.text(1001, 6, "1.5");
        assertThat(owner(image, "/srv/tool")).isEqualTo("tool 1.5 rpm");
        assertThat(owner(files().text(1001, 6, "1.5"), "/srv/tool"))
                .as("no name")
                .isNull();
        assertThat(owner(image.text(1002, 6, "3.fc40"), "/srv/tool")).isEqualTo("tool 1.5-3.fc40 rpm");
        RpmHeaderImage other = files().text(1000, 6, "tool").text(1001, 6, "1.5");
        assertThat(owner(other.numbers(1003, 0), "/srv/tool")).isEqualTo("tool 1.5 rpm");
        RpmHeaderImage third = files().text(1000, 6, "tool").text(1001, 6, "1.5");
        assertThat(owner(third.numbers(1003, 12), "/srv/tool")).isEqualTo("tool 12:1.5 rpm");
    }

    @Test
    void aNameOfTheLimitIsTakenAndALongerOneGivenUp() {
        String longest = "n".repeat(OwningPackage.WORD_LIMIT);
        assertThat(owner(files().text(1000, 6, longest).text(1001, 6, "1"), "/srv/tool"))
                .isEqualTo(longest + " 1 rpm");
        assertThatThrownBy(() -> owner(files().text(1000, 6, longest + "n").text(1001, 6, "1"), "/srv/tool"))
                .isInstanceOf(DatabaseGivenUpException.class);
    }

    @Test
    void aPackageWithoutFilesOwnsNone() {
        for (int missing : new int[] {1116, 1117, 1118}) {
            RpmHeaderImage image = new RpmHeaderImage().text(1000, 6, "tool").text(1001, 6, "1");
            if (missing != 1116) {
                image.numbers(1116, 0);
            }
            if (missing != 1117) {
                image.text(1117, 8, "a");
            }
            if (missing != 1118) {
                image.text(1118, 8, "/bin/");
            }
            assertThat(owner(image, "/bin/a")).as("without %d", missing).isNull();
        }
        assertThat(owner(RpmHeaderImage.ofBinA("tool"), "/bin/a")).isEqualTo("tool 1 rpm");
    }

    /** Names without an index, and an index that no folder has. */
    @Test
    void whatDoesNotFitTogetherOwnsNothing() {
        RpmHeaderImage fewer = new RpmHeaderImage()
                .text(1118, 8, "/bin/")
                .text(1117, 8, "b", "a")
                .numbers(1116, 0)
                .numbers(1005, 0)
                .text(1000, 6, "tool")
                .text(1001, 6, "1");
        assertThat(owner(fewer, "/bin/b")).isEqualTo("tool 1 rpm");
        assertThat(owner(fewer, "/bin/a")).isNull();
        RpmHeaderImage negative = new RpmHeaderImage()
                .text(1118, 8, "/usr/bin/")
                .text(1117, 8, "a")
                .numbers(1116, -1)
                .text(1000, 6, "tool")
                .text(1001, 6, "1");
        assertThat(owner(negative, "/usr/bin/a")).isNull();
    }

    /** An entry that would be the next one is data. */
    @Test
    void whatStandsBehindTheIndexIsNoEntry() {
        RpmHeaderImage image = new RpmHeaderImage()
                .numbers(1005, 1117, 8, 16, 1)
                .text(1006, 8, "a")
                .text(1118, 8, "/bin/")
                .numbers(1116, 0)
                .text(1000, 6, "tool")
                .text(1001, 6, "1");
        assertThat(owner(image, "/bin/a")).isNull();
    }

    @Test
    void aHeaderIsItsIndexAndNoMoreThanThereIs() {
        byte[] sound = RpmHeaderImage.ofBinA("tool").bytes();
        assertThat(RpmHeader.of(null, budget)).isNull();
        assertThat(RpmHeader.of(ByteBuffer.wrap(sound, 0, 7).slice(), budget)).isNull();
        assertThat(RpmHeader.of(ByteBuffer.allocate(8), budget))
                .as("no entries")
                .isNull();
        int entries = 5;
        int index = 8 + 16 * entries;
        assertThat(RpmHeader.of(ByteBuffer.wrap(sound, 0, index).slice(), budget))
                .isNotNull();
        assertThat(RpmHeader.of(ByteBuffer.wrap(sound, 0, index - 1).slice(), budget))
                .isNull();
        ByteBuffer large = ByteBuffer.allocate(8 + 16 * 65_536);
        assertThat(RpmHeader.of(large.putInt(0, 65_535), budget)).isNotNull();
        assertThat(RpmHeader.of(large.putInt(0, 65_536), budget)).isNull();
        assertThat(RpmHeader.of(large.putInt(0, -1), budget)).isNull();
    }

    @Test
    void aHeaderWhosePlacesLeadNowhereOwnsNothing() {
        byte[] sound = RpmHeaderImage.ofBinA("tool").bytes();
        for (int entry = 0; entry < 5; entry++) {
            for (int place : new int[] {1 << 20, Integer.MAX_VALUE}) {
                byte[] damaged = sound.clone();
                ByteBuffer.wrap(damaged).putInt(8 + 16 * entry + 8, place);
                OwningPackage owner =
                        RpmHeader.of(ByteBuffer.wrap(damaged), budget).ifOwns(WantedFile.of("/bin/a"));
                assertThat(owner).as("entry %d at %d", entry, place).isNull();
            }
        }
    }

    @Test
    void everyEntryAndEveryByteOfTextIsPaidFor() {
        RpmHeaderImage image = new RpmHeaderImage()
                .text(1117, 8, "x".repeat(5_000))
                .text(1118, 8, "/opt/")
                .numbers(1116, 0);
        owner(image, "/opt/a");
        // Three entries are looked for, and the name is gone through up to its NUL.
        assertThat(budget.spent()).isEqualTo((1 + 2 + 3) * 16 + 6 + 5_001);
    }

    /** A database of so many pages of slots, whose only package is in the slot there. */
    private static byte[] ndb(int pages, int slot) {
        byte[] blob = RpmHeaderImage.ofBinA("tool").bytes();
        ByteBuffer file = ByteBuffer.allocate(pages * PAGE + 16 + blob.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RpmP".getBytes(StandardCharsets.US_ASCII)).putInt(12, pages);
        file.put(slot, "Slot".getBytes(StandardCharsets.US_ASCII)).putInt(slot + 8, pages * PAGE / 16);
        file.put(pages * PAGE, "BlbS".getBytes(StandardCharsets.US_ASCII)).putInt(pages * PAGE + 12, blob.length);
        return file.put(pages * PAGE + 16, blob).array();
    }

    private String inNdb(byte[] content) {
        return text(NdbFile.owner(new MemoryFile(content), WantedFile.of("/bin/a"), budget));
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 48, PAGE - 16, PAGE, PAGE + 16, 2 * PAGE - 16, 3 * PAGE - 16})
    void aPackageIsFoundInWhateverSlotItIs(int slot) {
        assertThat(inNdb(ndb(3, slot))).isEqualTo("tool 1 rpm");
    }

    @Test
    void aTableOfPackagesHasItsBound() {
        assertThat(inNdb(ndb(256, 256 * PAGE - 16))).isEqualTo("tool 1 rpm");
        byte[] larger = ndb(257, 32);
        assertThatThrownBy(() -> inNdb(larger)).isInstanceOf(DatabaseGivenUpException.class);
    }

    @Test
    void whatIsNoSuchDatabaseOrNoUsedSlotOwnsNothing() {
        for (int wrong : new int[] {0, 32, PAGE}) {
            byte[] content = ndb(1, 32);
            content[wrong] ^= 1;
            assertThat(inNdb(content)).as("magic at %d", wrong).isNull();
        }
        ByteBuffer empty = ByteBuffer.wrap(ndb(1, 32)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(inNdb(empty.putInt(40, 0).array())).as("an unused slot").isNull();
        ByteBuffer length = ByteBuffer.wrap(ndb(1, 32)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(inNdb(length.putInt(PAGE + 12, 0).array())).as("no length").isNull();
        assertThat(inNdb(length.putInt(PAGE + 12, -1).array())).isNull();
        byte[] sound = ndb(1, 32);
        assertThat(inNdb(Arrays.copyOf(sound, sound.length - 1))).as("cut").isNull();
        assertThat(inNdb(Arrays.copyOf(sound, PAGE - 1))).isNull();
        assertThat(inNdb(Arrays.copyOf(ndb(2, 2 * PAGE - 16), PAGE)))
                .as("fewer pages than it says")
                .isNull();
    }
}
