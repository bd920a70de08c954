package dev.imdsanalyzer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused although each key by itself is well, and what is only warned of. */
class ConfigurationLimitsTest {
    @TempDir
    private Path folder;

    private ConfigurationReader reader(String yaml) throws IOException {
        return new ConfigurationReader().file(Files.writeString(folder.resolve("config.yaml"), yaml));
    }

    private List<String> problems(ConfigurationReader reader) {
        ConfigurationException thrown = catchThrowableOfType(ConfigurationException.class, reader::read);
        return thrown.problems().stream()
                .map(problem -> problem.replace(folder.resolve("config.yaml").toString(), "FILE"))
                .toList();
    }

    @Test
    void aSecondDocumentIsRefusedAndNotPassedOver() throws IOException {
        assertThat(problems(reader("output:\n  queue: 100\n---\noutput:\n  queue: 200\n")))
                .singleElement()
                .asString()
                .startsWith("FILE:4:1: a second document, which is not read");
    }

    @Test
    void aDocumentMayBeginAndEndWithItsMarks() throws Exception {
        assertThat(reader("---\noutput:\n  queue: 100\n...\n").read().integer(Setting.OUTPUT_QUEUE))
                .isEqualTo(100);
    }

    @Test
    void aliasesAreRefusedWithTheirPlace() throws IOException {
        assertThat(problems(reader("""
                        capture:
                          interface: &device eth0
                        output:
                          destination: *device
                        policy:
                          credentials:
                            allow: [a, *device]
                        """)))
                .containsExactly(
                        "FILE:4:16: aliases (*) are not read: write the value itself",
                        "FILE:7:16: aliases (*) are not read: write the value itself");
    }

    @Test
    void aByteThatIsNoUtf8IsToldWithItsPlace() throws IOException {
        Path file = Files.write(
                folder.resolve("config.yaml"), "# é\noutput:\n  # é\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems(new ConfigurationReader().file(file)))
                .containsExactly("FILE:1:3: not UTF-8: the byte 0xE9; save the file as UTF-8");
        Files.write(file, new byte[] {'#', '\n', '#', (byte) 0xE2, (byte) 0x82});
        assertThat(problems(new ConfigurationReader().file(file)))
                .as("cut off in a character")
                .containsExactly("FILE:2:2: not UTF-8: the byte 0xE2; save the file as UTF-8");
    }

    @Test
    void aKeyThatIsLikeNoneGetsNoSuggestion() throws IOException {
        assertThat(problems(reader("output:\n  bogus: 1\n"))).containsExactly("FILE:2:3: unknown key output.bogus");
    }

    @Test
    void aFileMayTakeHalfOfTheTotalAtMost() throws Exception {
        assertThat(problems(reader("output:\n  total_size: 1MiB\n  file_size: 600KiB\n")))
                .containsExactly(
                        "FILE:3:3: output.file_size must be at most half of output.total_size, which is 1048576"
                                + " bytes, not 614400 bytes");
        assertThat(problems(reader("").pair("output.file_size=1GiB")))
                .singleElement()
                .asString()
                .startsWith("--set output.file_size: output.file_size must be at most half");
        assertThat(reader("output:\n  total_size: 1MiB\n  file_size: 512KiB\n").read())
                .extracting(configuration -> configuration.number(Setting.OUTPUT_FILE_SIZE))
                .isEqualTo(512L << 10);
    }

    @Test
    void aFileSizeThatNobodyChoseGivesWayToTheTotal() throws Exception {
        assertThat(reader("output: {total_size: 100MiB}\n").read().number(Setting.OUTPUT_FILE_SIZE))
                .isEqualTo(50L << 20);
        assertThat(reader("output: {total_size: 10GiB}\n").read().number(Setting.OUTPUT_FILE_SIZE))
                .isEqualTo(64L << 20);
    }

    @Test
    void whatTheServiceCannotCarryIsWarnedOfAndNotRefused() throws Exception {
        assertThat(ServiceLimits.warnings(Configuration.defaults())).isEmpty();
        assertThat(ServiceLimits.warnings(reader("""
                        capture: {buffer: 64MiB}
                        limits: {total_bytes: 32MiB, connections: 1000000}
                        output: {queue: 1000000}
                        """).read()))
                .hasSize(4)
                .anyMatch(warning -> warning.startsWith("capture.buffer=67108864 ") && warning.contains("192 MiB"))
                .anyMatch(warning -> warning.startsWith("limits.total_bytes=33554432 ") && warning.contains("64 MiB"))
                .anyMatch(warning -> warning.startsWith("output.queue=1000000 ") && warning.contains("64 MiB"));
    }
}
