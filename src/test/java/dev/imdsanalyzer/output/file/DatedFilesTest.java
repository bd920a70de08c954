package dev.imdsanalyzer.output.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.JsonLineEncoder;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatedFilesTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final long LINE_BYTES = lineBytes();

    @TempDir
    Path folder;

    private final SetFileClock clock = new SetFileClock();
    private Appenders appenders;
    private EventAppender appender;

    @BeforeEach
    void start() {
        clock.set(TODAY);
        open(3 * LINE_BYTES);
    }

    @AfterEach
    void stop() {
        appender.discard();
        appenders.close();
    }

    private void open(long fileBytes) {
        Destination destination = Destination.datedFiles(folder, fileBytes, 10 * LINE_BYTES, 30);
        appenders = new Appenders(destination, new JsonLineEncoder(), clock.clock());
        appender = appenders.open();
    }

    private static Line line() {
        return Samples.line(Samples.v2("/"), Samples.caller(1));
    }

    private static int lineBytes() {
        JsonLineEncoder encoder = new JsonLineEncoder();
        encoder.setContext(new ch.qos.logback.core.ContextBase());
        encoder.start();
        return encoder.encode(line()).length;
    }

    private void write(int lines) {
        for (int i = 0; i < lines; i++) {
            appender.doAppend(line());
        }
        assertThat(appender.commit()).isTrue();
    }

    private List<String> files() {
        return DatedFile.list(folder).stream()
                .map(file -> file.path().getFileName() + " " + file.bytes() / LINE_BYTES)
                .toList();
    }

    @Test
    void fileIsLeftBeforeTheLineThatDoesNotFit() throws IOException {
        write(7);

        assertThat(files())
                .containsExactly("imds-2026-11-21.0.jsonl 3", "imds-2026-11-21.1.jsonl 3", "imds-2026-11-21.2.jsonl 1");
        assertThat(Files.size(folder.resolve("imds-2026-11-21.0.jsonl"))).isEqualTo(3 * LINE_BYTES);
    }

    @Test
    void totalIsNeverPassedWhilePagesTurn() {
        for (int i = 0; i < 40; i++) {
            write(1);
            long total =
                    DatedFile.list(folder).stream().mapToLong(DatedFile::bytes).sum();
            assertThat(total).isLessThanOrEqualTo(10 * LINE_BYTES);
        }
        assertThat(files()).hasSize(3);
    }

    @Test
    void anotherDayIsAnotherFileInEitherDirection() {
        write(1);
        clock.pass(Duration.ofDays(1));
        write(1);
        clock.set(TODAY.plusDays(2000));
        write(1);
        clock.set(TODAY.plusDays(1));
        write(1);

        assertThat(files())
                .containsExactly("imds-2026-11-21.0.jsonl 1", "imds-2026-11-22.0.jsonl 2", "imds-2032-05-13.0.jsonl 1");
    }

    @Test
    void clockThatJumpsAheadDeletesNoFileThatIsToBeShippedYet() {
        write(4);
        clock.set(TODAY.plusDays(2000));
        write(4);

        assertThat(files())
                .containsExactly(
                        "imds-2026-11-21.0.jsonl 3",
                        "imds-2026-11-21.1.jsonl 1",
                        "imds-2032-05-13.0.jsonl 3",
                        "imds-2032-05-13.1.jsonl 1");
    }

    @Test
    void startGoesOnInTheNewestFileUnlessItIsFull() {
        write(4);
        appender.discard();
        open(3 * LINE_BYTES);
        write(1);
        appender.discard();
        open(2 * LINE_BYTES);
        write(1);

        assertThat(files())
                .containsExactly("imds-2026-11-21.0.jsonl 3", "imds-2026-11-21.1.jsonl 2", "imds-2026-11-21.2.jsonl 1");
    }
}
