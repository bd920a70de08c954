package dev.imdsanalyzer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much of a file is read. */
@Timeout(60)
class Utf8FileTest {
    @Test
    void readsNoMoreThanAConfigurationMayHave(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("config.yaml");
        String text = "# " + "x".repeat((1 << 20) - 2);
        assertThat(Utf8File.read(Files.writeString(file, text))).isEqualTo(text);
        Files.writeString(file, text + "x");
        assertThatThrownBy(() -> Utf8File.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 MiB");
    }

    @Test
    void stopsAtAFileThatNeverEnds() {
        assertThatThrownBy(() -> Utf8File.read(Path.of("/dev/zero"))).isInstanceOf(IOException.class);
    }
}
