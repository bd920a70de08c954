package dev.imdsanalyzer.daemon;

import static dev.imdsanalyzer.daemon.CommandDescent.GONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.daemon.CommandDescent.Answer;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose a call is where only those of one command count. */
class CommandDescentTest {
    private static final int COMMAND = 500;
    private static final int OURSELVES = 400;

    private static Caller caller(AttributionMethod method, int pid, String ancestors) {
        return new CallerBuilder(method)
                .pid(pid)
                .ancestors(
                        ancestors.isEmpty()
                                ? List.of()
                                : Arrays.stream(ancestors.split(" ", -1))
                                        .map(each -> new Ancestor(Integer.parseInt(each), "sh", null, null))
                                        .toList())
                .build();
    }

    private static CommandDescent descent(boolean kernelPids, Map<Long, Long> parents) {
        return new CommandDescent(COMMAND, OURSELVES, kernelPids, pid -> parents.getOrDefault(pid, GONE));
    }

    @ParameterizedTest(name = "{0} below {1}: {2}")
    @CsvSource({
        "500, '400 300 1',     OWN",
        "501, '500 400 1',     OWN",
        "502, '501 400 300 1', OWN",
        "503, '300 1',         OTHERS",
        "503, '1',             OTHERS",
        "1,   '',              OTHERS",
        "503, '502',           UNKNOWN",
        "503, '',              UNKNOWN",
        "-1,  '',              UNKNOWN",
    })
    void aCallerIsJudgedByTheChainAboveIt(int pid, String ancestors, Answer answer) {
        assertThat(descent(true, Map.of()).of(caller(AttributionMethod.CONNECT, pid, ancestors)))
                .isEqualTo(answer);
    }

    @Test
    void whereTheChainIsCutItIsFollowedUpwards() {
        Caller deep = caller(AttributionMethod.CONNECT, 603, "602");

        assertThat(descent(true, Map.of(602L, 601L, 601L, (long) COMMAND)).of(deep))
                .isEqualTo(Answer.OWN);
        assertThat(descent(true, Map.of(602L, 601L, 601L, 1L)).of(deep)).isEqualTo(Answer.OTHERS);
        assertThat(descent(true, Map.of(602L, 601L)).of(deep)).isEqualTo(Answer.UNKNOWN);
        // Entered from outside its pid namespace: nobody of it is above.
        assertThat(descent(true, Map.of(602L, 0L)).of(deep)).isEqualTo(Answer.OTHERS);
    }

    @Test
    void aChainThatHasNoEndIsGivenUp() {
        assertThat(descent(true, Map.of(601L, 602L, 602L, 601L)).of(caller(AttributionMethod.CONNECT, 603, "602")))
                .isEqualTo(Answer.UNKNOWN);
    }

    @Test
    void theKernelsPidsSayNothingInAPidNamespaceOfOurOwn() {
        CommandDescent descent = descent(false, Map.of());

        assertThat(descent.of(caller(AttributionMethod.CONNECT, 503, "300 1"))).isEqualTo(Answer.UNKNOWN);
        assertThat(descent.of(caller(AttributionMethod.CONNECT, COMMAND, "400 1")))
                .isEqualTo(Answer.UNKNOWN);
        assertThat(descent.of(caller(AttributionMethod.SOCKET, 503, "500 400 1")))
                .isEqualTo(Answer.OWN);
    }

    @LinuxOnly("processes in /proc")
    @Test
    void theParentOfALivingProcessIsReadAndOneThatIsGoneIsToldApart() throws Exception {
        Process child = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(CommandDescent.parentOf(child.pid()))
                    .isEqualTo(ProcessHandle.current().pid());
        } finally {
            child.destroyForcibly();
        }
        child.waitFor();
        assertThat(CommandDescent.parentOf(child.pid())).isEqualTo(GONE);
        assertThat(CommandDescent.parentOf(1)).isZero();
    }
}
