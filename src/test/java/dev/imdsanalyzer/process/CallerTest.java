package dev.imdsanalyzer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerTest {
    private static final String LONG = "ж".repeat(100_000);

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void noTextOfACallerIsLongerThanItsBoundWhoeverMakesOne() {
        Ancestor ancestor = new Ancestor(1, LONG, LONG, LONG, LONG);
        Caller caller = new CallerBuilder(AttributionMethod.CONNECT)
                .reason(LONG)
                .name(LONG)
                .executable(LONG)
                .script(LONG)
                .commandLine(LONG)
                .workingDirectory(LONG)
                .user(1, LONG)
                .loginUserName(LONG)
                .container(LONG, "docker")
                .systemdUnit(LONG)
                .owner(LONG, LONG, "deb")
                .ancestors(Collections.nCopies(16, ancestor))
                .build();

        for (String path :
                List.of(caller.executable(), caller.script(), caller.commandLine(), caller.workingDirectory())) {
            assertThat(bytes(path)).isLessThanOrEqualTo(4_096);
            assertThat(path).endsWith("…");
        }
        for (String word : List.of(
                caller.name(),
                caller.userName(),
                caller.loginUserName(),
                caller.containerId(),
                caller.systemdUnit(),
                caller.packageName(),
                caller.packageVersion(),
                ancestor.name())) {
            assertThat(bytes(word)).isLessThanOrEqualTo(512);
        }
        assertThat(bytes(caller.reason())).isLessThanOrEqualTo(1_024);
        assertThat(bytes(ancestor.executable())).isLessThanOrEqualTo(1_024);
        assertThat(bytes(ancestor.script())).isLessThanOrEqualTo(1_024);
        assertThat(bytes(ancestor.commandLine())).isLessThanOrEqualTo(2_048);
        assertThat(caller.weight()).isLessThan(256 << 10);
    }

    @Test
    void whatFitsStaysAsItIs() {
        String exact = "x".repeat(4_096);
        assertThat(new CallerBuilder(AttributionMethod.CONNECT)
                        .script(exact)
                        .build()
                        .script())
                .isEqualTo(exact);
    }
}
