package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that cannot be run ends us as a shell would end. */
class WatchedCommandTest {
    @Test
    void aCommandThatIsNotThereIs127() {
        CommandNotRunException failure = catchThrowableOfType(
                CommandNotRunException.class, () -> new WatchedCommand(List.of("nosuchcmd", "argument"), true));

        assertThat(failure.exitCode()).isEqualTo(127);
        assertThat(failure).hasMessage("cannot run nosuchcmd: there is no such command");
    }

    @Test
    void aFileThatCannotBeExecutedIs126(@TempDir Path folder) {
        CommandNotRunException failure = catchThrowableOfType(
                CommandNotRunException.class, () -> new WatchedCommand(List.of(folder.toString()), true));

        assertThat(failure.exitCode()).isEqualTo(126);
    }
}
