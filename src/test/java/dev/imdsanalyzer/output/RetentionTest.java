package dev.imdsanalyzer.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldFilesTest {
    private static final int KEPT_DAYS = 30;

    @TempDir
    Path folder;

    @Test
    void startDeletesDatedFilesThatAreTooOldHoweverOld() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Path kept = make("imds-" + today.minusDays(KEPT_DAYS - 2) + ".0.jsonl");
        Path other = make("imds-2001-01-01.notes.jsonl");
        Path impossible = make("imds-2001-13-01.0.jsonl");
        Path month = make("imds-" + today.minusDays(KEPT_DAYS + 2) + ".3.jsonl");
        Path years = make("imds-" + today.minusDays(900) + ".0.jsonl");
        Path longPast = make("imds-" + today.minusDays(100) + ".12.jsonl");

        EventLog.open(
                        new EventLogSettings(
                                Destination.datedFiles(folder, 100_000, 400_000, KEPT_DAYS),
                                EventLogSettings.Format.JSON,
                                0,
                                100,
                                false,
                                "0.1.0"),
                        Samples.HOST,
                        new Counters())
                .close();

        assertThat(Stream.of(kept, other, impossible)).allMatch(Files::exists);
        assertThat(Stream.of(month, years, longPast)).noneMatch(Files::exists);
    }

    @Test
    void folderThatIsNotThereYetIsNoFault() {
        OldFiles.delete(folder.resolve("none"), LocalDate.EPOCH);
        assertThat(folder).isEmptyDirectory();
    }

    private Path make(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "{}\n");
    }
}
