package dev.imdsanalyzer.output.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EventFileTest {
    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("events.jsonl");
    }

    private static void write(EventFile file, String text) throws IOException {
        file.write(text.getBytes(UTF_8));
    }

    @Test
    void fileOfSomebodyElseWithoutRoomKeepsWholeLinesOnly() throws IOException {
        Files.writeString(path, "first\n");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.position(6);
            EventFile file = EventFile.inherited(new FullDisk(channel, 10), path);
            write(file, "second\n");
            file.flush();
            write(file, "third\n");
            assertThatThrownBy(file::flush).hasMessageContaining("No space left");
            assertThat(path).hasContent("first\nsecond\n");

            EventFile again = EventFile.inherited(channel, path);
            write(again, "fourth\n");
            again.flush();
        }
        assertThat(path).hasContent("first\nsecond\nfourth\n");
    }

    @Test
    void linesOfSomebodyElseAreNotCutOff() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            FullDisk disk = new FullDisk(channel, 3);
            disk.beforeFailure(() -> Files.writeString(path, "other\n", StandardOpenOption.APPEND));
            EventFile file = EventFile.inherited(disk, path);
            write(file, "third\n");
            assertThatThrownBy(file::flush).hasMessageContaining("No space left");
        }
        assertThat(path).hasContent("thiother\n");
    }

    @Test
    void partOfALineIsEndedInAFileOfSomebodyElseToo() throws IOException {
        Files.writeString(path, "{\"half\":");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.APPEND)) {
            EventFile file = EventFile.inherited(channel, path);
            write(file, "whole\n");
            file.flush();
        }
        assertThat(path).hasContent("{\"half\":\nwhole\n");
    }

    @Test
    void whatIsNoFileIsLeftAsItIs() throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE)) {
            EventFile file = EventFile.inherited(channel, Path.of("/dev/null"));
            write(file, "line\n");
            file.flush();
            assertThat(file.lengthBytes()).isZero();
        }
    }

    @Test
    void anotherProcessMayNotWriteAndTheLockEndsWithIt() throws Exception {
        Process holder = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertThat(EventFile.isInUse(path)).isTrue();
            assertThatThrownBy(() -> EventFile.open(path)).isInstanceOf(FileInUseException.class);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(EventFile.isInUse(path)).isFalse();
        EventFile.open(path).close();
    }

    /** Holds a file, whose last line is not whole, until it is killed. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] arguments) throws IOException {
            Path path = Path.of(arguments[0]);
            Files.writeString(path, "half");
            try (EventFile file = EventFile.open(path)) {
                System.out.println("held");
                int end = System.in.read();
                file.write(end);
            }
        }
    }
}
