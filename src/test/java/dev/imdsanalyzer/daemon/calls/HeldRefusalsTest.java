package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.process.Caller;
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

    private static ImdsCall v1(int status) {
        return call(Operation.GET, ImdsVersion.V1, status, null);
    }

    private static ImdsCall v2(int status) {
        return call(Operation.GET, ImdsVersion.V2, status, null);
    }

    private static ImdsCall token(int status) {
        return call(Operation.TOKEN, ImdsVersion.V2, status, null);
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
