package dev.imdsanalyzer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, BACKUP, SHELL, CRON))
                        .script())
                .isEqualTo("/opt/backup.sh");
    }

    @Test
    void looksThroughProgramsThatOnlyStartAnother() {
        assertThat(InvokingScript.of(caller("/usr/bin/wget", null, TIMEOUT, SHELL, BACKUP, CRON))
                        .script())
                .isEqualTo("/opt/backup.sh");
    }

    @Test
    void neverNamesUsWhoOnlyRunTheCommandThatIsWatched() {
        int own = Math.toIntExact(ProcessHandle.current().pid());
        Ancestor ourselves = new Ancestor(own, "java", "/usr/bin/java", "java Main", "Main");

        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, SHELL, ourselves, BACKUP)))
                .isNull();
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, BACKUP, ourselves))
                        .script())
                .isEqualTo("/opt/backup.sh");
    }

    /** A link for each; a script stands behind its interpreter. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            /usr/bin/nice | nice curl x | -
            /usr/bin/ionice | ionice -c 3 curl x | -
            /usr/bin/flock | flock /tmp/l curl x | -
            /usr/bin/doas | doas curl x | -
            /usr/sbin/runuser | runuser -u app -- curl x | -
            /usr/bin/su | su -c 'curl x' app | -
            /usr/bin/systemd-run | systemd-run --wait curl x | -
            /usr/bin/nsenter | nsenter -t 1 -n curl x | -
            /usr/sbin/chroot | chroot /srv curl x | -
            /usr/bin/docker-init | docker-init -- curl x | -
            /usr/bin/tini | tini -- curl x | -
            /usr/bin/dumb-init | dumb-init curl x | -
            /usr/bin/prlimit | prlimit --nofile=9 curl x | -
            /usr/bin/numactl | numactl -N 0 curl x | -
            /usr/bin/bash | bash -lc 'curl x' | -
            /usr/bin/dash | sh -s | -
            /usr/bin/perl | /usr/bin/perl /usr/bin/chronic curl x | /usr/bin/chronic
            /usr/bin/perl | perl /usr/bin/parallel curl | /usr/bin/parallel
            /usr/bin/python3.11 | python3 /usr/bin/poetry run curl x | /usr/bin/poetry
            /usr/bin/dash | /bin/sh /usr/bin/xvfb-run curl x | /usr/bin/xvfb-run
            """)
    void looksThroughEachOfThem(String executable, String commandLine, String script) {
        String name = executable.substring(executable.lastIndexOf('/') + 1);
        Ancestor starter = new Ancestor(7, name, executable, commandLine, script);

        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, starter, SHELL, BACKUP, CRON))
                        .program())
                .isEqualTo("backup.sh");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /usr/bin/bash | bash ./timeout | ./timeout
            /usr/bin/bash | bash /opt/jobs/script | /opt/jobs/script
            /usr/bin/bash | /bin/bash /usr/local/bin/script | /usr/local/bin/script
            /usr/bin/python3.11 | python3 watch | watch
            /usr/bin/perl | perl /srv/parallel | /srv/parallel
            /usr/bin/dash | sh /srv/cabin/sem | /srv/cabin/sem
            """)
    void aScriptThatIsOnlyCalledLikeAStarterIsTheOne(String executable, String commandLine, String script) {
        Ancestor own = new Ancestor(7, "bash", executable, commandLine, script);
        Ancestor above = new Ancestor(6, "bash", "/usr/bin/bash", "bash ./each", "./each");

        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, own, above)).script())
                .isEqualTo(script);
    }

    @Test
    void aTaskOfAProjectIsWhatAsks() {
        Ancestor npm = new Ancestor(7, "npm run fetch", "/usr/bin/node", "npm run fetch", "npm");
        Ancestor remembered = new Ancestor(7, "node", "/usr/bin/node", "node /usr/bin/npm run fetch", "/usr/bin/npm");

        for (Ancestor each : List.of(npm, remembered)) {
            assertThat(InvokingScript.of(caller("/usr/bin/curl", null, SHELL, each, BACKUP))
                            .program())
                    .isEqualTo("npm run fetch");
        }
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

    /** Its script has ended, and what stands above it is the test driver's, or a service's. */
    @Test
    void takesTheKernelsNameOfAProcessWhoseArgumentsAreGoneAndNeverTheScriptAboveIt() {
        Ancestor script = new Ancestor(8, "fetch.sh", null, null);
        Ancestor shell = new Ancestor(8, "bash", null, null);
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, script, BACKUP))
                        .program())
                .isEqualTo("fetch.sh");
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, shell, BACKUP))
                        .program())
                .isEqualTo("bash");
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, new Ancestor(8, "timeout", null, null), BACKUP))
                        .script())
                .as("whatever its arguments were, it ran no script itself")
                .isEqualTo("/opt/backup.sh");
    }

    @Test
    void aTemporaryModuleBelongsToThePlaybookAboveIt() {
        Ancestor playbook = new Ancestor(
                9,
                "ansible-playboo",
                "/usr/bin/python3.11",
                "/usr/bin/python3 /usr/bin/ansible-playbook -i hosts /srv/site.yml",
                "/usr/bin/ansible-playbook");
        Ancestor shell = new Ancestor(8, "sh", "/usr/bin/dash", "/bin/sh -c '…'");
        String module = "/root/.ansible/tmp/ansible-tmp-1732900001.99-4712-12/AnsiballZ_uri.py";
        Ancestor wrapper = new Ancestor(7, "python3", "/usr/bin/python3.11", "python3 " + module, module);

        assertThat(InvokingScript.of(caller("/usr/bin/python3.11", module, shell, playbook))
                        .program())
                .isEqualTo("ansible-playbook site.yml");
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null, wrapper, shell, playbook))
                        .program())
                .isEqualTo("ansible-playbook site.yml");
    }

    /** A process keeps its numbers when it executes the client in its own place. */
    @Test
    void namesTheScriptThatBecameTheClient() {
        List<InvokingScript.Link> links =
                List.of(new InvokingScript.Link("/bin/sh", null, "/opt/fetch.sh", "/bin/sh /opt/fetch.sh"));
        assertThat(InvokingScript.of(caller("/usr/bin/curl", null), links).script())
                .isEqualTo("/opt/fetch.sh");
    }
}
