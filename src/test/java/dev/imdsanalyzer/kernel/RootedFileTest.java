package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that somebody put there to hold up or mislead whoever reads them. */
@LinuxOnly("its system calls and structs")
@Timeout(60)
class RootedFileTest {
    private static final int SELF = (int) ProcessHandle.current().pid();

    private Path folder;

    @BeforeEach
    void resolve(@TempDir Path temporary) throws IOException {
        folder = temporary.toRealPath();
    }

    private RootedFile open(Path file) {
        return RootedFile.open(SELF, file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/dev/random", "/dev/tty", "/proc", "/proc/self/exe/none"})
    void opensNeitherDevicesNorFoldersNorLinksToThem(String target) throws IOException {
        assertThat(RootedFile.open(SELF, target)).isNull();
        assertThat(open(Files.createSymbolicLink(folder.resolve("link"), Path.of(target))))
                .isNull();
    }

    @Test
    void opensNoPipeWhoeverWritesThere() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(open(pipe)).isNull();
    }

    @Test
    void opensNoLinkThatLeadsBackToItself() throws IOException {
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, link);
        assertThat(open(link)).isNull();
    }

    @Test
    void readsAFileAsItWasWhenItWasOpenedHoweverItGrows() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "first");
        try (RootedFile opened = open(file)) {
            Files.writeString(file, " and more", StandardOpenOption.APPEND);
            byte[] bytes = new byte[64];
            assertThat(opened.read(0, bytes, 0, 64)).isEqualTo(5);
            assertThat(opened.read(3, bytes, 0, 64)).isEqualTo(2);
            assertThat(opened.read(5, bytes, 0, 64)).isZero();
            assertThat(opened.read(6, bytes, 0, 64)).isZero();
            assertThat(opened.read(Long.MAX_VALUE, bytes, 0, 64)).isZero();
        }
    }

    @Test
    void takesNoMoreMemoryThanAskedForWhereAFileSaysItHasTerabytes() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "start");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        try (RootedFile opened = open(file)) {
            assertThat(new String(opened.readStart(5), StandardCharsets.US_ASCII))
                    .isEqualTo("start");
            assertThat(opened.readStart(100_000)).hasSize(100_000);
        }
    }

    /** Those have no size, but any length. */
    @Test
    void readsNothingOfAFileThatTheKernelMakesUp() {
        try (RootedFile opened = RootedFile.open(SELF, "/proc/self/maps")) {
            assertThat(opened == null ? new byte[0] : opened.readStart(4096)).isEmpty();
        }
    }
}
