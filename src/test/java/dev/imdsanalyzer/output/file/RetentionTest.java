package dev.imdsanalyzer.output.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final int KEPT_DAYS = 30;

    @TempDir
    Path folder;

    private final SetFileClock clock = new SetFileClock();
    private Retention retention;

    @BeforeEach
    void start() {
        clock.set(TODAY);
        retention = new Retention(Destination.datedFiles(folder, 1000, 4000, KEPT_DAYS), clock.clock());
    }

    private Path make(String name, int bytes) throws IOException {
        return Files.write(folder.resolve(name), new byte[bytes]);
    }

    private List<String> names() {
        return DatedFile.list(folder).stream()
                .map(file -> file.path().getFileName().toString())
                .toList();
    }

    @Test
    void deletesDatedFilesThatAreTooOldHoweverOldAndNoOthers() throws IOException {
        make("imds-2001-01-01.0.jsonl", 1);
        make("imds-2026-10-21.12.jsonl", 1);
        make("imds-2026-10-22.0.jsonl", 1);
        Path other = make("imds-2001-01-01.notes.jsonl", 1);
        Path impossible = make("imds-2001-13-01.0.jsonl", 1);

        retention.clean(DatedFile.path(folder, TODAY, 0));

        assertThat(names()).containsExactly("imds-2026-10-22.0.jsonl");
        assertThat(other).exists();
        assertThat(impossible).exists();
    }

    @Test
    void totalLeavesRoomForTheFileInUseToGrow() throws IOException {
        make("imds-2026-11-20.9.jsonl", 1000);
        make("imds-2026-11-20.10.jsonl", 1000);
        make("imds-2026-11-21.0.jsonl", 1000);
        make("imds-2026-11-21.1.jsonl", 1000);
        Path inUse = make("imds-2026-11-21.2.jsonl", 10);

        retention.clean(inUse);

        assertThat(names())
                .containsExactly(
                        "imds-2026-11-20.10.jsonl",
                        "imds-2026-11-21.0.jsonl",
                        "imds-2026-11-21.1.jsonl",
                        "imds-2026-11-21.2.jsonl");
    }

    @Test
    void everyFileCountsHoweverNearItIsToItsEnd() throws IOException {
        make("imds-2026-10-22.0.jsonl", 3500);
        make("imds-2026-11-20.0.jsonl", 1000);

        retention.clean(DatedFile.path(folder, TODAY, 0));

        assertThat(names()).containsExactly("imds-2026-11-20.0.jsonl");
    }

    @Test
    void clockThatJumpsAheadDeletesNothingByAge() throws IOException {
        make("imds-2026-11-20.0.jsonl", 1000);
        clock.set(TODAY.plusDays(400));

        retention.clean(DatedFile.path(folder, TODAY.plusDays(400), 0));
        clock.pass(Duration.ofHours(23));
        retention.clean(DatedFile.path(folder, TODAY.plusDays(401), 0));

        assertThat(names()).containsExactly("imds-2026-11-20.0.jsonl");
    }

    @Test
    void clockThatStaysThereIsBelievedAfterADay() throws IOException {
        make("imds-2026-11-20.0.jsonl", 1000);
        clock.set(TODAY.plusDays(400));
        retention.clean(DatedFile.path(folder, TODAY.plusDays(400), 0));
        clock.pass(Duration.ofHours(25));

        retention.clean(DatedFile.path(folder, TODAY.plusDays(401), 0));

        assertThat(names()).isEmpty();
    }

    @Test
    void totalHoldsAfterAClockWasAheadAndWhatItLeftGoesFirst() throws IOException {
        make("imds-2026-11-20.0.jsonl", 1000);
        make("imds-2031-01-01.0.jsonl", 1000);
        make("imds-2031-01-01.1.jsonl", 1000);
        Path inUse = make("imds-2026-11-21.0.jsonl", 1000);
        clock.set(TODAY.plusDays(3000));
        retention.clean(inUse);
        clock.set(TODAY);
        make("imds-2026-11-20.1.jsonl", 1000);

        retention.clean(inUse);

        assertThat(names())
                .containsExactly(
                        "imds-2026-11-20.0.jsonl",
                        "imds-2026-11-20.1.jsonl",
                        "imds-2026-11-21.0.jsonl",
                        "imds-2031-01-01.1.jsonl");
    }

    @Test
    void folderThatIsNotThereYetIsNoFault() {
        Destination none = Destination.datedFiles(folder.resolve("none"), 1000, 4000, KEPT_DAYS);
        new Retention(none, clock.clock()).clean(DatedFile.path(folder.resolve("none"), TODAY, 0));
        assertThat(folder).isEmptyDirectory();
    }
}
