package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A command that cannot be run ends us as a shell would end. */
class WatchedCommandTest {
    @Test
    void aCommandThatIsNotThereIs127() {
        CommandNotRunException failure = catchThrowableOfType(
                CommandNotRunException.class, () -> new WatchedCommand(List.of("nosuchcmd", "argument"), true));

        assertThat(failure.exitCode()).isEqualTo(127);
        assertThat(failure).hasMessage("cannot run nosuchcmd: there is no such command");
    }

    /** Whatever Java runs the tests: the packages bring 25. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Cannot run program \"x\": error=2, No such file or directory               | 127",
                "Cannot run program \"x\": Exec failed, error: 2 (No such file or directory) | 127",
                "Cannot run program \"x\": error=20, Not a directory                         | 126",
                "Cannot run program \"x\": Exec failed, error: 13 (Permission denied)        | 126",
            })
    void eachJavasWordForACommandThatIsNotThereIsKnown(String message, int exitCode) {
        assertThat(new CommandNotRunException("x", new IOException(message)).exitCode())
                .isEqualTo(exitCode);
    }

    @Test
    void aFileThatCannotBeExecutedIs126(@TempDir Path folder) {
        CommandNotRunException failure = catchThrowableOfType(
                CommandNotRunException.class, () -> new WatchedCommand(List.of(folder.toString()), true));

        assertThat(failure.exitCode()).isEqualTo(126);
    }
}
