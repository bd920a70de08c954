package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {
    @TempDir
    Path folder;

    private FolderWatch watch;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() throws KernelException {
        watch = new FolderWatch();
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private int watched(boolean files) throws IOException {
        try (RootedFolder opened =
                RootedFolder.open(RootedFolder.OWN_ROOT, folder.toRealPath().toString())) {
            return watch.add(opened, files);
        }
    }

    /** What happened since it was asked last, in order. */
    private List<String> read() {
        told.clear();
        watch.read(new FolderWatch.Listener() {
            @Override
            public void entered(int number, String name, boolean isFolder) {
                told.add((isFolder ? "folder " : "file ") + name);
            }

            @Override
            public void ended(int number) {
                told.add("ended " + number);
            }

            @Override
            public void lost() {
                told.add("lost");
            }
        });
        return told;
    }

    /** include/uapi/linux/inotify.h. */
    @Test
    void hasTheLayoutOfTheKernelsStructure() {
        assertThat(FolderWatch.WATCH_OFFSET).isZero();
        assertThat(FolderWatch.MASK_OFFSET).isEqualTo(4);
        assertThat(FolderWatch.LENGTH_OFFSET).isEqualTo(12);
        assertThat(FolderWatch.NAME_OFFSET).isEqualTo(16);
    }

    @Test
    void tellsFoldersThatComeAndNoFiles() throws IOException {
        watched(false);
        assertThat(read()).isEmpty();
        Files.createDirectory(folder.resolve("one"));
        Files.writeString(folder.resolve("file"), "text");
        Files.move(Files.createDirectory(folder.resolve(".made")), folder.resolve("renamed-ü"));
        assertThat(read()).containsExactly("folder one", "folder .made", "folder renamed-ü");
    }

    @Test
    void tellsFilesOnceTheyAreWhole() throws IOException {
        watched(true);
        try (var file = Files.newBufferedWriter(folder.resolve("written"))) {
            file.write("half");
            file.flush();
            assertThat(read()).isEmpty();
        }
        assertThat(read()).containsExactly("file written");
        Path elsewhere = Files.createTempFile("renamed", "");
        Files.move(elsewhere, folder.resolve("renamed"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(read()).contains("file renamed");
    }

    @Test
    void tellsTheEndOfAFolderAndOfAWatch() throws IOException {
        int number = watched(true);
        assertThat(watched(true)).isEqualTo(number);
        watch.remove(number);
        assertThat(read()).containsExactly("ended " + number);
        int again = watched(true);
        Files.delete(folder);
        assertThat(read()).containsExactly("ended " + again);
        Files.createDirectory(folder);
    }

    /** More events than its memory takes at once, each with the longest name that there is. */
    @Test
    void readsOnUntilAllIsTold() throws IOException {
        watched(false);
        for (int i = 1000; i < 1500; i++) {
            Files.createDirectory(folder.resolve("n".repeat(251) + i));
        }
        assertThat(read()).hasSize(500).allMatch(event -> event.startsWith("folder nnn"));
    }

    @Test
    void watchesNoFile() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        assertThat(RootedFolder.open(
                        RootedFolder.OWN_ROOT,
                        folder.toRealPath().resolve("file").toString()))
                .isNull();
    }
}
