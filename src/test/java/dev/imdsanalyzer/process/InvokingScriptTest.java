package dev.imdsanalyzer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InvokingScriptTest {
    private static final Ancestor CRON = new Ancestor(4, "cron", "/usr/sbin/cron", "cron");
    private static final Ancestor SHELL = new Ancestor(5, "sh", "/usr/bin/dash", "sh -c /opt/backup.sh");
    private static final Ancestor BACKUP =
            new Ancestor(6, "backup.sh", "/usr/bin/bash", "bash /opt/backup.sh", "/opt/backup.sh");
    private static final Ancestor TIMEOUT = new Ancestor(7, "timeout", "/usr/bin/timeout", "timeout 5 curl");

    private static Caller caller(String executable, String script, Ancestor... ancestors) {
        List<Ancestor> chain = Arrays.asList(ancestors);
        return new CallerBuilder(AttributionMethod.CONNECT)
                .executable(executable)
                .script(script)
                .ancestors(chain)
                .build();
    }

    @Test
    void namesTheScriptThatRunsCurl() {
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, BACKUP, SHELL, CRON)))
                .isEqualTo("/opt/backup.sh");
    }

    @Test
    void looksThroughProgramsThatOnlyStartAnother() {
        assertThat(InvokingScript.of(caller("/usr/bin/wget", null, TIMEOUT, SHELL, BACKUP, CRON)))
                .isEqualTo("/opt/backup.sh");
    }

    @Test
    void stopsAtAnyOtherProgram() {
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, SHELL, CRON, BACKUP)))
                .isNull();
    }

    @Test
    void leavesProgramsThatMakeTheirOwnRequestsAlone() {
        assertThat(InvokingScript.of(caller("/usr/bin/amazon-ssm-agent", null, BACKUP)))
                .isNull();
        assertThat(InvokingScript.of(caller("/usr/bin/python3.11", "/opt/job.py", BACKUP)))
                .isNull();
        assertThat(InvokingScript.of(Caller.unknown("gone"))).isNull();
    }
}
