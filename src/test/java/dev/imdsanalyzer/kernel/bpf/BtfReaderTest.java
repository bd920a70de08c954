package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.kernel.bpf.BtfImage.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BtfReaderTest {
    private static final int INT = 1;
    private static final int POINTER = 2;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int TYPEDEF = 8;
    private static final int CONST = 10;

    @TempDir
    private Path folder;

    private final BtfImage image = new BtfImage()
            .type(INT, "int", 4, 32) // 1
            .composite(STRUCT, "qstr", 16, false, new Member("hash", 1, 0), new Member("name", 1, 64)) // 2
            .type(CONST, null, 2) // 3
            .composite(UNION, null, 16, false, new Member("d_name", 3, 0), new Member("__d_name", 2, 0)) // 4
            .type(TYPEDEF, "flags_t", 1) // 5
            .composite(
                    STRUCT,
                    "dentry",
                    64,
                    true,
                    new Member("bit", 1, 3 | 1 << 24),
                    new Member("d_flags", 5, 32 | 0 << 24),
                    new Member(null, 4, 256)) // 6
            .type(POINTER, null, 6); // 7

    @Test
    void findsMembersThroughAnonymousUnionsAndModifiers() throws IOException {
        try (BtfReader reader = read("dentry", "d_name", "name", "d_flags", "hash")) {
            assertThat(reader.offset("dentry", "d_name")).isEqualTo(32);
            assertThat(reader.offset("dentry", "d_name", "name")).isEqualTo(40);
            assertThat(reader.offset("dentry", "d_flags")).isEqualTo(4);
        }
    }

    @Test
    void saysMinusOneForWhatIsNotThere() throws IOException {
        try (BtfReader reader = read("dentry", "d_name", "name", "bit", "nothing")) {
            assertThat(reader.offset("dentry", "nothing")).isEqualTo(-1);
            assertThat(reader.offset("nothing", "name")).isEqualTo(-1);
            assertThat(reader.offset("dentry", "bit")).as("a bit field").isEqualTo(-1);
            assertThat(reader.offset("dentry", "d_flags"))
                    .as("a name not asked for")
                    .isEqualTo(-1);
        }
    }

    @Test
    void readsTypesAndStringsThatCrossThePiecesOfTheFile() throws IOException {
        Member[] many = new Member[20_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Member("member" + i, 1, 32 * i);
        }
        image.filler(65_530)
                .composite(STRUCT, "wide", 4 * many.length, false, many)
                .filler(65_536);
        image.composite(STRUCT, "last_struct", 8, false, new Member("last_member", 1, 32));

        try (BtfReader reader = read("wide", "member19999", "last_struct", "last_member")) {
            assertThat(reader.offset("wide", "member19999")).isEqualTo(4 * 19_999);
            assertThat(reader.offset("last_struct", "last_member")).isEqualTo(4);
        }
    }

    @Test
    void isNotLedInCirclesByTypesThatNameEachOther() throws IOException {
        image.type(CONST, null, 9) // 8
                .type(CONST, null, 8) // 9
                .composite(STRUCT, "knot", 8, false, new Member(null, 8, 0), new Member(null, 10, 0)); // 10

        try (BtfReader reader = read("knot", "name")) {
            assertThat(reader.offset("knot", "name")).isEqualTo(-1);
        }
    }

    @Test
    void refusesFilesThatAreNoBtfOrAreCutShort() throws IOException {
        Path whole = image.write(folder);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(bytes, bytes.length - 5));
        Path other = Files.write(folder.resolve("other"), new byte[100]);

        assertThatThrownBy(() -> new BtfReader(cut, List.of("name"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new BtfReader(other, List.of("name"))).hasMessageContaining("no BTF");
    }

    private BtfReader read(String... names) throws IOException {
        return new BtfReader(image.write(folder), List.of(names));
    }
}
