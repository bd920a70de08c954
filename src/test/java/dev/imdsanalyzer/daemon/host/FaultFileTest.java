package dev.imdsanalyzer.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Faults;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultFileTest {
    private static final long SECOND = 1_000_000_000L;

    private final Faults faults = new Faults();

    @TempDir
    private Path folder;

    private FaultFile file;
    private Path path;

    @BeforeEach
    void inTheServicesFolder() {
        file = FaultFile.of(Map.of("RUNTIME_DIRECTORY", folder + ":/run/other"), faults);
        path = folder.resolve("faults");
    }

    @Test
    void thereIsNoFileWithoutAFault() {
        file.update(0);

        assertThat(path).doesNotExist();
    }

    @Test
    void theFirstIsWrittenAtOnceAndTheRestEveryTenSeconds() {
        faults.add(new IllegalStateException());
        file.update(0);
        assertThat(path).content().startsWith("1 time, ").endsWith("\n");

        faults.add(new IllegalArgumentException());
        file.update(10 * SECOND - 1);
        assertThat(path).content().doesNotContain("IllegalArgumentException");

        file.update(10 * SECOND);
        assertThat(path).content().hasLineCount(2).contains("IllegalArgumentException");
        assertThat(folder).isDirectoryNotContaining("glob:**/*.new");
    }

    @Test
    void whatCannotBeWrittenIsTriedAgainWithTheNextFault() {
        Path late = folder.resolve("late");
        FaultFile missing = FaultFile.of(Map.of("RUNTIME_DIRECTORY", late.toString()), faults);
        faults.add(new IllegalStateException());
        missing.update(0);

        assertThat(late.toFile().mkdir()).isTrue();
        faults.add(new IllegalStateException());
        missing.update(10 * SECOND);

        assertThat(late.resolve("faults")).isNotEmptyFile();
    }

    @Test
    void outsideAServiceNothingIsWritten() {
        faults.add(new IllegalStateException());
        FaultFile.of(Map.of(), faults).update(0);

        assertThat(folder).isEmptyDirectory();
    }
}
