package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.CleanPages.Mapping;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LinuxOnly("/proc/self/smaps")
class CleanPagesTest {
    @TempDir
    Path folder;

    @Test
    void takesReadOnlyFilesThatHoldNoPageOfOurOwn() throws IOException {
        assertThat(parse(
                        "7f86c8000000-7f86c8a00000 r-xp 00200000 fe:00 4711       /opt/x/lib/server/libjvm.so",
                        11_052,
                        0))
                .containsExactly(new Mapping(0x7f86c8000000L, 0xa00000, true));
        assertThat(parse(
                        "800000000-800f67000 r--p 00a00000 fe:00 4712                /opt/x/runtime/lib/app.jsa",
                        15_756,
                        0))
                .containsExactly(new Mapping(0x800000000L, 0xf67000, true));
    }

    @Test
    void cutsNeitherWhatIsSmallNorTheModules() throws IOException {
        assertThat(parse(
                        "7f86c8000000-7f86c8100000 r--p 00200000 fe:00 4711       /opt/x/lib/server/libjvm.so",
                        1000,
                        0))
                .containsExactly(new Mapping(0x7f86c8000000L, 0x100000, false));
        assertThat(parse("7f86c8000000-7f86ca5c0000 r--s 00000000 fe:00 4713       /opt/x/lib/modules", 15_040, 0))
                .containsExactly(new Mapping(0x7f86c8000000L, 0x25c0000, false));
    }

    @Test
    void aLargeOneIsCutHoweverLittleOfItIsInMemoryYet() throws IOException {
        assertThat(parse("800000000-800f67000 r--p 00a00000 fe:00 4712      /opt/x/runtime/lib/app.jsa", 64, 0))
                .containsExactly(new Mapping(0x800000000L, 0xf67000, true));
    }

    @Test
    void leavesRelocatedConstants() throws IOException {
        assertThat(parse(
                        "7f86c9000000-7f86c9500000 r--p 00c00000 fe:00 4711       /opt/x/lib/server/libjvm.so",
                        4924,
                        940))
                .isEmpty();
    }

    @Test
    void leavesWhatCanBeWrittenWhatMayBeUnmappedLaterAndWhatIsSmall() throws IOException {
        assertThat(parse(
                        "7f86c9000000-7f86c9500000 rw-p 00c00000 fe:00 4712       /opt/x/runtime/lib/app.jsa",
                        10_004,
                        0))
                .isEmpty();
        assertThat(parse("7f86c9000000-7f86c9500000 rw-s 00000000 00:08 355073     socket:[355073]", 3328, 0))
                .isEmpty();
        assertThat(parse("7f86c9000000-7f86c9500000 r--s 00000000 00:0e 12         anon_inode:bpf-map", 2052, 0))
                .isEmpty();
        assertThat(parse("fc000000-100000000 ---p 00000000 00:00 0", 6540, 0)).isEmpty();
        assertThat(parse("7f86c9000000-7f86c9500000 r-xp 00000000 fe:00 99         /usr/lib/libz.so.1", 1000, 0))
                .isEmpty();
        assertThat(parse("7f86c9000000-7f86c9020000 r--p 00000000 fe:00 98         /opt/x/runtime/lib/app.jsa", 100, 0))
                .isEmpty();
    }

    @Test
    void aFileIsReadAsBeforeOnceItsPagesAreReleased() throws IOException {
        byte[] content = new byte[1 << 20];
        Arrays.fill(content, (byte) 7);
        Path file = Files.write(folder.resolve("classes.jsa"), content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, content.length);
            mapped.load();
            assertThat(residentKib(file)).isPositive();

            CleanPages.find().release();

            assertThat(residentKib(file)).isZero();
            byte[] again = new byte[content.length];
            mapped.get(0, again);
            assertThat(again).isEqualTo(content);
        }
        assertThat(CleanPages.residentBytes()).isPositive();
    }

    @Test
    void aTouchedPageOfALargeFileBringsNoneFromFarAway() throws IOException {
        byte[] content = new byte[4 << 20];
        Arrays.fill(content, (byte) 7);
        Path file = Files.write(folder.resolve("large.jsa"), content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, content.length);
            mapped.load();
            CleanPages pages = CleanPages.find();
            pages.release();

            for (int touched : new int[] {0, 1 << 20, (3 << 20) + 20_000, content.length - 1}) {
                assertThat(mapped.get(touched)).isEqualTo((byte) 7);
            }

            assertThat(residentKib(file)).isBetween(4L, 4 * CleanPages.PIECE_BYTES / 1024);
            mapped.load();
            pages.release();
            assertThat(residentKib(file))
                    .as("all pieces are given back, again and again")
                    .isZero();
        }
    }

    @Test
    void theKernelsLimitOfMappingsIsReadWhole() {
        assertThat(CleanPages.maxMappings()).isGreaterThan(1000);
    }

    /** What of the file's mappings is in memory. */
    private static long residentKib(Path file) throws IOException {
        long sum = 0;
        boolean mapped = false;
        boolean inIt = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                inIt = line.endsWith(file.toString());
                mapped |= inIt;
            } else if (inIt && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        assertThat(mapped).isTrue();
        return sum;
    }

    /** As Linux 6.18 gives it, shortened to the fields that matter and two that do not. */
    private static List<Mapping> parse(String head, int residentKib, int anonymousKib) throws IOException {
        String smaps = """
                %s
                Size:              16132 kB
                Rss:            %8d kB
                Anonymous:      %8d kB
                VmFlags: rd ex mr mw me sd
                """.formatted(head, residentKib, anonymousKib);
        return CleanPages.parse(new BufferedReader(new StringReader(smaps)));
    }
}
