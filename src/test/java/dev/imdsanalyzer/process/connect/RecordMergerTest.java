package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.kernel.bpf.RecordBytes;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.proc.PidStat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The processes are made up, with numbers above those that a kernel gives: /proc has nothing to add by itself. */
@LinuxOnly("processes in /proc")
class RecordMergerTest {
    private static final int PID = 5_000_001;
    private static final int PARENT = 5_000_000;
    private static final long TICKS = 7_654;

    private ProcessReader reader;
    private RecordMerger merger;
    private long start;

    @BeforeEach
    void open() throws IOException {
        reader = new ProcessReader();
        merger = new RecordMerger(reader, true, 0);
        // Somewhere within the tick: /proc gives whole ones.
        start = TICKS * merger.nanosPerTick() + 4_321;
    }

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void namesAProcessThatIsGoneByTheRecordAlone() {
        Caller caller = merger.merge(record().record(), null);

        assertThat(caller.method()).isEqualTo(AttributionMethod.CONNECT);
        assertThat(caller.pid()).isEqualTo(PID);
        assertThat(caller.name()).isEqualTo("fetch");
        assertThat(caller.executable()).isEqualTo("/opt/app/fetch");
        assertThat(caller.commandLine()).isEqualTo("fetch --token=REDACTED 'a b'");
        assertThat(caller.startNanos()).isEqualTo(startOf(TICKS));
        assertThat(caller.userId()).isEqualTo(1234);
        assertThat(caller.loginUserName()).isEqualTo("4321");
        assertThat(caller.networkNamespace()).isEqualTo(4_026_531_999L);
        assertThat(caller.ancestors())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("startNanos")
                .containsExactly(new Ancestor(PARENT, "cron", null, null));
        assertThat(caller.reason()).isEqualTo("the process ended before it could be read: no working directory");
    }

    @Test
    void takesFromProcWhatTheRecordLacks() {
        Caller caller = merger.merge(record().record(), proc(TICKS).build());

        assertThat(caller.workingDirectory()).isEqualTo("/srv");
        assertThat(caller.executable()).isEqualTo("/usr/local/app/fetch");
        assertThat(caller.commandLine()).as("of the very moment").isEqualTo("fetch --token=REDACTED 'a b'");
        assertThat(caller.ancestors().get(0).executable()).isEqualTo("/usr/sbin/cron");
        assertThat(caller.reason()).isNull();
    }

    @Test
    void namesAncestorsThatAreGoneByWhatTheKernelRemembersOfTheirExecs() {
        Caller caller = merger.merge(
                record().program(1, 1, "/usr/bin/env", null, "env", "bash", "./job.sh")
                        .program(1, 2, "./job.sh", "jobs\0srv\0", "/bin/bash", "-u", "./job.sh", "--password", "x1y2z3")
                        .script()
                        .record(),
                null);

        assertThat(caller.ancestors())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("startNanos")
                .containsExactly(new Ancestor(
                        PARENT, "cron", "/bin/bash", "/bin/bash -u ./job.sh --password REDACTED", "/srv/jobs/job.sh"));
    }

    @Test
    void whatAnAncestorThatStillRunsHasWipedStaysWiped() {
        Caller proc = proc(TICKS)
                .ancestors(List.of(new Ancestor(PARENT, "cron", "/usr/sbin/cron", "cron -p xxxxxx")))
                .build();

        Caller caller = merger.merge(
                record().program(1, 2, "/usr/sbin/cron", null, "cron", "-p", "secret")
                        .record(),
                proc);

        assertThat(caller.ancestors())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("startNanos")
                .containsExactly(new Ancestor(PARENT, "cron", "/usr/sbin/cron", "cron -p xxxxxx"));
    }

    @Test
    void aForkThatExecutedNothingRunsWhatItsParentRuns() {
        Caller caller = merger.merge(
                record().ancestor(PARENT - 1, start - 1, "cron")
                        .program(2, 1, "/usr/bin/python3", "srv\0", "python3", "a.py")
                        .record(),
                null);

        assertThat(caller.ancestors()).extracting(Ancestor::script).containsExactly("/srv/a.py", "/srv/a.py");
    }

    @Test
    void aForkThatHasAnotherNameRunsNobodyKnowsWhat() {
        Caller caller = merger.merge(
                record().ancestor(PARENT - 1, start - 1, "python3")
                        .program(2, 1, "/usr/bin/python3", "srv\0", "python3", "a.py")
                        .record(),
                null);

        assertThat(caller.ancestors()).extracting(Ancestor::script).containsExactly(null, "/srv/a.py");
    }

    /** The kernel has given it to another parent, who has nothing to do with it. */
    @Test
    void theScriptThatEndedBeforeItsChildConnectsIsItsOwner() {
        Caller caller = merger.merge(
                curl().ancestor(1, 1, "systemd")
                        .flag(ConnectRecord.FLAG_ORPHAN)
                        .lostProgram(0, 0, "/srv/job.sh", "/bin/sh", "/srv/job.sh")
                        .record(),
                null);

        assertThat(caller.program()).isEqualTo("job.sh");
        assertThat(caller.ancestors()).extracting(Ancestor::script).containsOnlyNulls();
    }

    @Test
    void aForkOfAScriptThatHasEndedRunsThatScript() {
        Caller caller = merger.merge(
                curl().ancestor(PARENT, start, "job.sh")
                        .ancestor(1, 1, "systemd")
                        .flag(ConnectRecord.FLAG_ORPHAN)
                        .lostProgram(1, 0, "/srv/job.sh", "/bin/sh", "/srv/job.sh")
                        .record(),
                null);

        assertThat(caller.program()).isEqualTo("job.sh");
        assertThat(caller.ancestors()).extracting(Ancestor::script).containsExactly("/srv/job.sh", null);
    }

    /** The subshell between them has ended, too, and had executed nothing. */
    @Test
    void aForkOfItsForkRunsThatScriptToo() {
        for (String name : List.of("job.sh", "other.sh")) {
            Caller caller = merger.merge(
                    curl().ancestor(PARENT, start, name)
                            .ancestor(1, 1, "systemd")
                            .flag(ConnectRecord.FLAG_ORPHAN)
                            .lostProgram(1, 1, "/srv/job.sh", "/bin/sh", "/srv/job.sh")
                            .record(),
                    null);

            assertThat(caller.ancestors())
                    .extracting(Ancestor::script)
                    .containsExactly(name.equals("job.sh") ? "/srv/job.sh" : null, null);
        }
    }

    /** Of a process that nobody has waited for, /proc still has the name. */
    @Test
    void aForkThatHasEndedMeanwhileRunsThatScriptToo() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "exec 3<&0; (read x <&3) & echo $!; exec sleep 600").start();
        try (BufferedReader pids = parent.inputReader()) {
            int fork = Integer.parseInt(pids.readLine());
            // A shell would wait for its child, sleep does not.
            await("/proc/" + parent.pid() + "/comm", "sleep");
            parent.getOutputStream().write('\n');
            parent.getOutputStream().flush();
            await("/proc/" + fork + "/stat", ") Z ");
            long forked = reader.stat(fork).startTicks() * merger.nanosPerTick();
            Caller caller = merger.merge(
                    curl().ancestor(fork, forked, "job.sh")
                            .ancestor(1, 1, "systemd")
                            .flag(ConnectRecord.FLAG_ORPHAN)
                            .lostProgram(1, 0, "/srv/job.sh", "/bin/sh", "/srv/job.sh")
                            .record(),
                    null);

            assertThat(caller.ancestors().get(0).script()).isEqualTo("/srv/job.sh");
            assertThat(caller.ancestors().get(0).commandLine()).isEqualTo("/bin/sh /srv/job.sh");
            assertThat(merger.hasRead()).as("stands for others").isFalse();
        } finally {
            parent.destroyForcibly();
        }
    }

    private static void await(String file, String text) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Files.readString(Path.of(file)).contains(text)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aboveAShellThatHasEndedItsScriptIsLookedFor() {
        Caller caller = merger.merge(
                curl().ancestor(1, 1, "systemd")
                        .flag(ConnectRecord.FLAG_ORPHAN)
                        .lostProgram(0, 0, "/bin/sh", "sh", "-c", "curl x &")
                        .lostProgram(0, 1, "/usr/bin/python3", "python3", "/srv/app.py")
                        .record(),
                null);

        assertThat(caller.program()).isEqualTo("app.py");
    }

    @Test
    void saysWhereWhatHadStartedItIsForgotten() {
        Caller caller = merger.merge(
                curl().ancestor(1, 1, "systemd").flag(ConnectRecord.FLAG_ORPHAN).record(), null);

        assertThat(caller.program()).isNull();
        assertThat(caller.reason()).startsWith("what had started it ended before the connect");
    }

    private RecordBytes curl() {
        return RecordBytes.connect(1, 2)
                .caller(PID, 0, "curl")
                .process("curl", start, 0, 7)
                .path("curl", "bin", "usr")
                .flag(ConnectRecord.FLAG_PATH_COMPLETE)
                .arguments("curl", "x")
                .program(0, 9, "/usr/bin/curl", "srv\0", "curl", "x");
    }

    @Test
    void saysThatAncestorsMayLackWhereTheKernelRemembersNothing() {
        Caller caller = new RecordMerger(reader, true, Long.MAX_VALUE).merge(record().record(), null);

        assertThat(caller.reason()).endsWith("as the kernel does not remember what is executed");
    }

    @Test
    void takesNothingFromAnotherProcessThatGotTheNumber() {
        Caller caller = merger.merge(record().record(), proc(TICKS + 1).build());

        assertThat(caller.executable()).isEqualTo("/opt/app/fetch");
        assertThat(caller.workingDirectory()).isNull();
        assertThat(caller.ancestors().get(0).executable()).isNull();
        assertThat(caller.reason()).startsWith("the process ended before it could be read");
    }

    @Test
    void takesNoProgramFromAProcessThatHasExecutedAnotherOneSince() {
        Caller caller = merger.merge(
                record().record(),
                proc(TICKS).executable("/bin/sleep").commandLine("sleep 9").build());

        assertThat(caller.executable()).isEqualTo("/opt/app/fetch");
        assertThat(caller.commandLine()).startsWith("fetch ");
        assertThat(caller.workingDirectory()).isEqualTo("/srv");
    }

    @Test
    void takesAllArgumentsFromProcWhereTheRecordHasOnlyTheFirst() {
        Caller cut = merger.merge(
                record().flag(ConnectRecord.FLAG_ARGUMENTS_CUT).record(),
                proc(TICKS).commandLine("fetch and all the rest").build());
        Caller none = merger.merge(
                record().arguments()
                        .flag(ConnectRecord.FLAG_ARGUMENTS_UNREADABLE)
                        .record(),
                proc(TICKS).commandLine("fetch from proc").build());

        assertThat(cut.commandLine()).isEqualTo("fetch and all the rest");
        assertThat(none.commandLine()).isNotNull();
    }

    @Test
    void saysTheUserThatWasInForceAtTheConnect() {
        Caller caller =
                merger.merge(record().record(), proc(TICKS).user(0, "root").build());

        assertThat(caller.userId()).isEqualTo(1234);
        assertThat(caller.userName()).isNotEqualTo("root");
    }

    @Test
    void namesTheHostsUserForAProcessThatIsGoneOnlyWhereItWasOnTheHost() throws IOException {
        long ownNamespace = Long.parseLong(
                Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString().replaceAll("\\D", ""));

        assertThat(merger.merge(ofRoot(ownNamespace), null).userName()).isEqualTo("root");
        Caller elsewhere = merger.merge(ofRoot(ownNamespace + 1), null);
        assertThat(elsewhere.userId()).isZero();
        assertThat(elsewhere.userName()).as("perhaps a container's own root").isNull();
        assertThat(merger.unread(ofRoot(ownNamespace + 1)).userName()).isNull();
    }

    private ConnectRecord ofRoot(long networkNamespace) {
        return rootIn(networkNamespace).record();
    }

    private RecordBytes rootIn(long networkNamespace) {
        return RecordBytes.connect(1, 1)
                .caller(PID, 0, "fetch")
                .process("fetch", start, 0, (int) networkNamespace)
                .arguments("fetch");
    }

    @Test
    void whoeverSawTheHostsFilesHasTheHostsUsersInEveryNetworkNamespace() {
        ConnectRecord onHost =
                rootIn(4_026_531_999L).hostPlace(100).callersUsers(7, 0, 0).record();
        assertThat(merger.merge(onHost, null).userName()).isEqualTo("root");
        assertThat(merger.unread(onHost).userName()).isEqualTo("root");
        ConnectRecord ownMounts =
                rootIn(4_026_531_999L).ownPlace(100).callersUsers(7, 0, 0).record();
        assertThat(merger.merge(ownMounts, null).userName()).isNull();
        ConnectRecord ownUsers =
                rootIn(4_026_531_999L).hostPlace(100).callersUsers(7, 1, 1000).record();
        assertThat(merger.merge(ownUsers, null).userName()).isNull();
        assertThat(merger.merge(rootIn(4_026_531_999L).hostPlace(100).record(), null)
                        .userName())
                .as("nobody told whose users they are")
                .isNull();
    }

    @Test
    void saysWhoLoggedInWhateverTheNumber() {
        Caller caller = merger.merge(record().login((int) 3_000_000_000L).record(), null);

        assertThat(caller.loginUserName()).isEqualTo("3000000000");
        assertThat(merger.merge(record().login(-1).record(), null).loginUserName())
                .isNull();
    }

    @Test
    void keepsTheChainOfTheConnectWhereTheParentHasEndedSince() {
        Caller caller = merger.merge(
                record().record(),
                proc(TICKS)
                        .ancestors(List.of(new Ancestor(1, "systemd", "/sbin/init", null)))
                        .build());

        assertThat(caller.ancestors())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("startNanos")
                .containsExactly(new Ancestor(PARENT, "cron", null, null));
    }

    @Test
    void givesNoExecutableForAPathThatDoesNotReachTheRoot() {
        ConnectRecord record = RecordBytes.connect(1, 1)
                .caller(PID, 0, "fetch")
                .process("fetch", start, 0, 0)
                .path("fetch", "deep")
                .arguments("fetch")
                .record();

        Caller caller = merger.merge(record, null);

        assertThat(caller.executable()).isNull();
        assertThat(caller.reason()).contains("no executable").contains("no working directory");
    }

    @Test
    void findsTheScriptInTheRecordsArguments() {
        ConnectRecord record = RecordBytes.connect(1, 1)
                .caller(PID, 0, "python3")
                .process("python3", start, 0, 0)
                .path("python3.11", "bin", "usr")
                .flag(ConnectRecord.FLAG_PATH_COMPLETE)
                .arguments("python3", "/opt/job.py", "-v")
                .record();

        assertThat(merger.merge(record, null).script()).isEqualTo("/opt/job.py");
    }

    private RecordBytes run(String name, String executable, String... arguments) {
        return RecordBytes.connect(1, 1)
                .caller(PID, 0, name)
                .process(name, start, 0, 0)
                .path(executable, "bin", "usr")
                .flag(ConnectRecord.FLAG_PATH_COMPLETE)
                .arguments(arguments);
    }

    /** A program may write what it likes over its arguments: setproctitle, or somebody else's script. */
    @Test
    void theScriptIsWhatWasExecutedWhateverIsWrittenOverTheArguments() {
        Caller caller = merger.merge(
                run("python3", "python3.11", "python3", "/usr/bin/aws", "s3", "ls")
                        .program(0, 5, "/usr/bin/python3", "", "python3", "/home/u/own.py")
                        .record(),
                null);

        assertThat(caller.script()).isEqualTo("/home/u/own.py");
        assertThat(caller.commandLine()).isEqualTo("python3 /usr/bin/aws s3 ls");
    }

    @Test
    void aServersWorkerIsNamedByItsParentsScriptAndItsTitle() {
        Caller worker = merger.merge(
                run("gunicorn", "python3.11", "gunicorn: worker [shop.wsgi:app]")
                        .ancestor(PARENT, 9 * merger.nanosPerTick(), "gunicorn")
                        .program(
                                1,
                                5,
                                "/usr/bin/python3.11",
                                "",
                                "/usr/bin/python3.11",
                                "/usr/bin/gunicorn",
                                "shop.wsgi:app")
                        .record(),
                null);

        assertThat(worker.script()).isEqualTo("/usr/bin/gunicorn");
        assertThat(worker.program()).isEqualTo("gunicorn shop.wsgi:app");
    }

    @Test
    void aScriptThatBecomesCurlStillIsTheCaller() {
        Caller caller = merger.merge(
                run("curl", "curl", "curl", "-s", "http://169.254.169.254/")
                        .program(0, 5, "/opt/fetch.sh", "", "/bin/sh", "/opt/fetch.sh")
                        .script()
                        .program(0, 6, "/usr/bin/curl", "", "curl", "-s", "http://169.254.169.254/")
                        .record(),
                null);

        assertThat(caller.program()).isEqualTo("fetch.sh");
        assertThat(caller.script()).isNull();
    }

    @Test
    void theScriptAboveCurlIsKnownWhatParentsHaveBecomeSince() {
        Caller caller = merger.merge(
                run("curl", "curl", "curl", "http://169.254.169.254/")
                        .ancestor(PARENT, 9 * merger.nanosPerTick(), "timeout")
                        .program(0, 9, "/usr/bin/curl", "", "curl", "http://169.254.169.254/")
                        .program(1, 5, "./backup.sh", "jobs\0opt\0", "/bin/bash", "./backup.sh")
                        .script()
                        .program(1, 6, "/usr/bin/timeout", "", "timeout", "5", "curl")
                        .record(),
                null);

        assertThat(caller.program()).isEqualTo("backup.sh");
        assertThat(caller.ancestors().get(0).commandLine()).isEqualTo("timeout 5 curl");
    }

    @Test
    void aParentWhoseArgumentsAreGoneGivesTheKernelsNameAndTheReasonSaysSo() {
        Caller caller = merger.merge(
                run("curl", "curl", "curl", "http://169.254.169.254/")
                        .ancestor(PARENT, merger.nanosPerTick(), "nightly.sh")
                        .ancestor(PARENT - 1, merger.nanosPerTick(), "driver")
                        .program(2, 5, "/opt/driver.sh", "", "/bin/sh", "/opt/driver.sh")
                        .script()
                        .record(),
                null);

        assertThat(caller.program()).isEqualTo("nightly.sh");
        assertThat(caller.reason()).contains("the arguments of nightly.sh");
    }

    @Test
    void saysThatNumbersOfAnotherPidNamespaceCannotBeRead() {
        Caller caller = new RecordMerger(reader, false, 0).merge(record().record(), null);

        assertThat(caller.reason()).startsWith("the analyzer does not run in the host's pid namespace");
    }

    private RecordBytes record() {
        return RecordBytes.connect(1, 1)
                .caller(PID, 0, "a-thread")
                .process("fetch", start, 1234, (int) 4_026_531_999L)
                .login(4321)
                .ancestor(PARENT, merger.nanosPerTick(), "cron")
                .path("fetch", "app", "opt")
                .flag(ConnectRecord.FLAG_PATH_COMPLETE)
                .arguments("fetch", "--token=abc", "a b");
    }

    private CallerBuilder proc(long startTicks) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(PID)
                .name("fetch")
                .startNanos(startOf(startTicks))
                .user(1234, "app")
                .executable("/usr/local/app/fetch")
                .commandLine("fetch")
                .workingDirectory("/srv")
                .ancestors(List.of(new Ancestor(PARENT, "cron", "/usr/sbin/cron", "cron -f")));
    }

    private long startOf(long ticks) {
        return reader.startNanos(new PidStat(PID, "", ' ', 0, ticks, 0));
    }
}
