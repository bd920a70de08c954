package dev.imdsanalyzer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MissingPartsTest {
    private static CallerBuilder whole(String executable) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(4711)
                .name("program")
                .executable(executable)
                .commandLine("program --flag value")
                .ancestors(List.of(new Ancestor(1, "systemd", "/usr/lib/systemd/systemd", "/sbin/init")))
                .user(1000, "ubuntu")
                .owner("program", "1.0", "deb")
                .provenance(new Provenance(PathOrigin.HOST, true, true, 0, 0, true));
    }

    private static String reason(CallerBuilder caller) {
        return MissingParts.reason(caller.build());
    }

    @Test
    void whereNothingIsMissingThereIsNoReason() {
        assertThat(reason(whole("/usr/bin/program"))).isNull();
        assertThat(reason(whole("/opt/app/program").owner(null, null, null))).isNull();
        assertThat(reason(whole("/usr/local/bin/program").owner(null, null, null)))
                .isNull();
    }

    @Test
    void aReasonThatWasGivenStaysAsItIs() {
        assertThat(reason(whole("/usr/bin/program").reason("the socket is also held by sshd[1]")))
                .isEqualTo("the socket is also held by sshd[1]");
        assertThat(MissingParts.reason(Caller.unknown("the connection was gone")))
                .isEqualTo("the connection was gone");
        assertThat(MissingParts.reason(Caller.captured(12)))
                .isEqualTo(Caller.captured(12).reason());
        assertThat(MissingParts.reason(whole("/usr/bin/program").build().givenUp()))
                .isEqualTo("given up to stay within the memory for callers");
    }

    @Test
    void aProcessThatNobodyKnowsHasAReason() {
        assertThat(MissingParts.reason(Caller.unknown(null))).isEqualTo("no process is known");
    }

    @Test
    void whatIsMissingOfTheProcessIsNamedOnce() {
        assertThat(reason(whole(null).commandLine(null).ancestors(List.of())))
                .isEqualTo("not known: executable, arguments, ancestors");
        assertThat(reason(whole("/opt/program").commandLine(null).reason("the process ended: no arguments")))
                .isEqualTo("the process ended: no arguments");
        assertThat(reason(whole("/sbin/init").pid(1).ancestors(List.of()))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "sh -s", "python3", "python3 -", "bash --login -i", "node"})
    void anInterpreterThatGotNoScriptSaysSo(String commandLine) {
        String program = "/opt/" + commandLine.split(" ", -1)[0];
        assertThat(reason(whole(program).commandLine(commandLine))).contains("no script, as ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh -c 'curl http://x'", "python3 -c 'import os'", "perl -e '1'"})
    void codeInTheArgumentsIsNoScriptThatIsMissing(String commandLine) {
        String program = "/opt/" + commandLine.split(" ", -1)[0];
        assertThat(reason(whole(program).commandLine(commandLine))).isNull();
    }

    @Test
    void anInterpreterWithoutArgumentsMayHaveAScriptThatNobodyKnows() {
        assertThat(reason(whole("/opt/python3.11").commandLine(null)))
                .isEqualTo("not known: arguments; no script, as the arguments of python3.11 are not known");
    }

    @Test
    void aUserWithoutANameSaysWhereItWasLookedFor() {
        assertThat(reason(whole("/opt/program").user(12345, null)))
                .isEqualTo("no name for user 12345 in the host's /etc/passwd, and no directory is asked");
        assertThat(reason(whole("/opt/program").user(999, null).container("0123456789ab", "docker")))
                .isEqualTo("no name for user 999 in its container's /etc/passwd");
        assertThat(reason(whole("/opt/program").user(-1, null))).isEqualTo("its user is not known");
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/bin/curl, HOST, true",
        "/usr/sbin/cron, HOST, true",
        "/bin/sh-not, HOST, true",
        "/usr/bin/curl, CONTAINER, false",
        "/usr/bin/curl, OWN, false",
        "/home/me/bin/curl, HOST, false"
    })
    void aPackageIsExpectedWhereTheHostsPackagesPutTheirs(String executable, PathOrigin origin, boolean expected) {
        CallerBuilder caller =
                whole(executable).owner(null, null, null).provenance(new Provenance(origin, true, true, 0, 0, true));
        assertThat(reason(caller)).isEqualTo(expected ? "no package is known to own its executable" : null);
    }
}
