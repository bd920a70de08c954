package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A refused call is judged by what its caller does next. */
class HeldRefusalsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Caller CALLER = Caller.unknown("a test");

    private final List<ImdsCall> calls = new ArrayList<>();
    private final HeldRefusals refusals = new HeldRefusals(5 * SECOND, (call, caller) -> calls.add(call));

    private void add(String key, ImdsCall call) {
        refusals.add(key, call, CALLER);
    }

    private List<Set<Finding>> findings() {
        return calls.stream().map(ImdsCall::findings).toList();
    }

    @Test
    void aCallerThatGetsATokenNextRecovers() {
        add("a", v1(401));
        assertThat(calls).isEmpty();
        add("a", token(200));
        add("a", v2(200));

        assertThat(findings()).containsExactly(Set.of(Finding.IMDSV1_RECOVERS), Set.of(), Set.of());
        assertThat(calls.get(0).advice()).startsWith("Nothing to mend");
        assertThat(refusals.isEmpty()).isTrue();
    }

    @Test
    void aTokenThatIsRenewedIsNoFault() {
        add("a", v2(401));
        add("a", token(200));

        assertThat(findings()).containsExactly(Set.of(), Set.of());
        assertThat(calls.get(0).advice()).isNull();
    }

    @Test
    void anythingElseNextLeavesTheRefusalAsItIs() {
        add("a", v1(401));
        add("a", token(400));
        add("b", v1(401));
        add("b", v1(401));
        add("c", v1(401));
        add("c", v1(404));
        refusals.end();

        assertThat(findings().get(0)).containsExactly(Finding.IMDSV1_REJECTED);
        assertThat(findings()).doesNotContain(Set.of(Finding.IMDSV1_RECOVERS)).hasSize(6);
    }

    @Test
    void anotherCallersTokenTellsNothing() {
        add("a", v1(401));
        add("b", token(200));
        assertThat(calls).hasSize(1);
        refusals.end();

        assertThat(findings()).containsExactly(Set.of(), Set.of(Finding.IMDSV1_REJECTED));
    }

    @Test
    void aRefusalWaitsSoLongAndNoLonger() {
        add("a", v1(401));
        refusals.expire(5 * SECOND - 1);
        assertThat(calls).isEmpty();
        refusals.expire(5 * SECOND);

        assertThat(findings()).containsExactly(Set.of(Finding.IMDSV1_REJECTED));
        add("a", token(200));
        assertThat(calls).hasSize(2);
    }

    @Test
    void whatWaitsIsBoundedInNumberAndWeight() {
        for (int i = 0; i <= HeldRefusals.MAXIMUM; i++) {
            add("caller " + i, v1(401));
        }
        assertThat(calls).hasSize(1);
        refusals.end();
        calls.clear();

        long heavy = 0;
        while (calls.isEmpty()) {
            add("caller " + heavy++, call(Operation.GET, ImdsVersion.V1, 401, "x".repeat(2_000)));
        }
        assertThat(heavy).isBetween(HeldRefusals.MAXIMUM_WEIGHT / 4_000, HeldRefusals.MAXIMUM_WEIGHT / 2_000);
    }

    /** In the order in which they are told, at the times at which they were sent. */
    private void at(long millis, String key, ImdsCall call) {
        at(millis, key, call, CALLER);
    }

    private void at(long millis, String key, ImdsCall call, Caller caller) {
        refusals.add(key, sent(call, millis, 2), caller);
    }

    private List<Set<Finding>> findingsOf(int status) {
        refusals.end();
        return calls.stream()
                .filter(call -> call.status() == status)
                .map(ImdsCall::findings)
                .toList();
    }

    @Test
    void threadsThatShareATokenRenewItOnce() {
        at(0, "a", v2(401));
        at(1, "a", v2(401));
        at(5, "a", token(200));
        at(9, "a", v2(200));
        at(9, "a", v2(200));

        assertThat(findingsOf(401)).containsExactly(Set.of(), Set.of());
    }

    @Test
    void threadsThatAreRefusedWithoutATokenAllRecover() {
        at(0, "a", v1(401));
        at(1, "a", v1(401));
        at(5, "a", token(200));
        at(6, "a", token(200));

        assertThat(findingsOf(401))
                .containsOnly(Set.of(Finding.IMDSV1_RECOVERS))
                .hasSize(2);
    }

    @Test
    void aTokenThatIsToldBeforeTheRefusalExplainsItIfItWasSentLater() {
        at(5, "a", token(200));
        at(0, "a", v2(401));
        at(4, "a", v2(401));

        assertThat(findingsOf(401)).containsExactly(Set.of(), Set.of());
    }

    @Test
    void aTokenFromBeforeTheRefusalExplainsNothing() {
        at(100, "a", v1(401));
        at(0, "a", token(200));
        at(200, "a", v1(401));

        assertThat(findingsOf(401))
                .containsOnly(Set.of(Finding.IMDSV1_REJECTED))
                .hasSize(2);
    }

    @Test
    void aTokenThatIsToldLateStillExplains() {
        at(0, "a", v1(401));
        at(9, "a", v2(200));
        at(5, "a", token(200));

        assertThat(findingsOf(401)).containsExactly(Set.of(Finding.IMDSV1_RECOVERS));
    }

    @Test
    void anotherLibrarysTokenTellsNothingOfTheSameProcess() {
        at(0, "a", called(v1(401), "python-requests"));
        at(5, "a", called(token(200), "Boto3"));

        assertThat(findingsOf(401)).containsExactly(Set.of(Finding.IMDSV1_REJECTED));
    }

    @Test
    void aClientThatNamesItselfWithoutATokenOnlyRecovers() {
        at(0, "a", called(v1(401), "aws-sdk-nodejs"));
        at(5, "a", token(200));

        assertThat(findingsOf(401)).containsExactly(Set.of(Finding.IMDSV1_RECOVERS));
    }

    @Test
    void childrenOfAScriptShareTheWork() {
        at(0, "c1", v1(401), child(101, "/usr/bin/curl", script(100)));
        at(50, "c2", token(200), child(102, "/usr/bin/curl", script(100)));
        at(99, "c3", v2(200), child(103, "/usr/bin/curl", script(100)));

        assertThat(findingsOf(401)).containsExactly(Set.of(Finding.IMDSV1_RECOVERS));
    }

    @Test
    void aForkOfTheRefusedProcessThatIsServedExplainsIt() {
        at(0, "p", v2(401), child(100, "/usr/bin/python3", shell(1)));
        at(9, "c", v2(200), child(101, "/usr/bin/python3", new Ancestor(100, "py", "/usr/bin/python3", "py", null, 0)));

        assertThat(findingsOf(401)).containsExactly(Set.of());
    }

    @Test
    void strangersAndOtherPathsExplainNothing() {
        at(0, "c1", v1(401), child(101, "/usr/bin/curl", script(100)));
        // Of the script, but for another path; of another script; of the same terminal; of the same manager; another
        // program.
        at(5, "c2", path(v2(200), "/latest/other"), child(102, "/usr/bin/curl", script(100)));
        at(5, "c3", v2(200), child(103, "/usr/bin/curl", script(200)));
        at(5, "c4", v2(200), child(104, "/usr/bin/wget", script(100)));
        at(5, "d1", v1(401), child(105, "/usr/bin/curl", shell(300)));
        at(9, "d2", v2(200), child(106, "/usr/bin/curl", shell(300)));
        at(9, "e1", v1(401), child(107, "/usr/bin/curl", shell(1)));
        at(12, "e2", v2(200), child(108, "/usr/bin/curl", shell(1)));

        assertThat(findingsOf(401))
                .containsOnly(Set.of(Finding.IMDSV1_REJECTED))
                .hasSize(3);
    }

    private static Ancestor script(int pid) {
        return new Ancestor(pid, "job.sh", "/usr/bin/bash", "bash ./job.sh", "./job.sh", 0);
    }

    private static Ancestor shell(int pid) {
        return new Ancestor(pid, "bash", "/usr/bin/bash", "-bash", null, 0);
    }

    private static Caller child(int pid, String executable, Ancestor parent) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .startNanos(pid)
                .executable(executable)
                .ancestors(List.of(parent))
                .build();
    }

    private static ImdsCall v1(int status) {
        return call(Operation.GET, ImdsVersion.V1, status, null);
    }

    private static ImdsCall v2(int status) {
        return call(Operation.GET, ImdsVersion.V2, status, null);
    }

    private static ImdsCall token(int status) {
        return call(Operation.TOKEN, ImdsVersion.V2, status, null);
    }

    private static ImdsCall sent(ImdsCall call, long millis, long lasting) {
        return new ImdsCallBuilder(call)
                .time(millis * 1_000_000, lasting * 1_000_000)
                .build();
    }

    private static ImdsCall called(ImdsCall call, String product) {
        return new ImdsCallBuilder(call).client(product + "/1", product, "1").build();
    }

    private static ImdsCall path(ImdsCall call, String path) {
        return new ImdsCallBuilder(call).request(call.method(), path, null).build();
    }

    private static ImdsCall call(Operation operation, ImdsVersion version, int status, String userAgent) {
        Finding finding =
                status != 401 ? null : version == ImdsVersion.V1 ? Finding.IMDSV1_REJECTED : Finding.TOKEN_INVALID;
        return new ImdsCallBuilder()
                .time(0, -1)
                .version(version)
                .kind(
                        operation,
                        operation == Operation.TOKEN ? Category.TOKEN : Category.META_DATA,
                        status < 400 ? Outcome.SUCCESS : Outcome.FAILURE)
                .request(operation == Operation.TOKEN ? "PUT" : "GET", "/latest/meta-data/", null)
                .client(userAgent, null, null)
                .status(status)
                .findings(finding == null ? Set.of() : Set.of(finding), finding == null ? null : "Mend it.")
                .build();
    }
}
