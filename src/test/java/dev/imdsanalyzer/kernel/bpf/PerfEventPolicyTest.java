package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LinuxOnly("its system calls and structs")
class PerfEventPolicyTest {
    @TempDir
    private Path folder;

    @Test
    void levelOfDebianRefusesPerfEventsWithoutSystemAdministration() throws IOException {
        assertThat(PerfEventPolicy.refusal(setting("3"), false)).contains("perf_event_paranoid is 3");
        assertThat(PerfEventPolicy.refusal(setting("3"), true)).isNull();
    }

    @Test
    void levelsOfMainlineRefuseNothing() throws IOException {
        for (String level : new String[] {"-1", "0", "1", "2"}) {
            assertThat(PerfEventPolicy.refusal(setting(level), false)).isNull();
        }
    }

    @Test
    void kernelThatDoesNotSayIsTried() throws IOException {
        assertThat(PerfEventPolicy.refusal(folder.resolve("missing"), false)).isNull();
        assertThat(PerfEventPolicy.refusal(setting("nonsense"), false)).isNull();
    }

    private Path setting(String level) throws IOException {
        return Files.writeString(folder.resolve("perf_event_paranoid"), level + "\n");
    }
}
