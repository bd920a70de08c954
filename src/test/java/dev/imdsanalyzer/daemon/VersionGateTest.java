package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.calls.DaemonSamples;
import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What shuts the gate of {@code run --fail-on-v1}, and what does not. */
class VersionGateTest {
    private static final Caller NOBODY = Caller.unknown("a test");

    private final Counters counters = new Counters();
    private final VersionGate gate = new VersionGate(counters);
    private final List<String> lines = new ArrayList<>();

    private boolean isOpen() {
        lines.clear();
        return gate.tell(lines::add);
    }

    @Test
    void nothingAtAllPasses() {
        assertThat(isOpen()).isTrue();
        assertThat(lines).isEmpty();
    }

    @Test
    void connectThatTheCaptureDoesNotShowShutsIt() {
        counters.increment(Counter.CONNECTS_UNSEEN);

        assertThat(isOpen()).isFalse();
        assertThat(lines).singleElement().asString().contains("not all was seen: 1 connects to IMDS");
    }

    @ParameterizedTest(name = "{0} {1} {2} with {3} passes: {4}")
    @CsvSource({
        "V2,      META_DATA, 200, '',                    true",
        "V2,      TOKEN,     200, '',                    true",
        "V2,      META_DATA, 401, TOKEN_INVALID,         true",
        "V2,      TOKEN,       0, TOKEN_UNANSWERED,      true",
        "V2,      META_DATA, 200, MALFORMED_REQUEST,     false",
        "V2,      META_DATA, 200, CONFLICTING_SEGMENTS,  false",
        "V2,      META_DATA,   0, CONFLICTING_SEGMENTS,  false",
        "V2,      META_DATA, 400, MALFORMED_REQUEST,     true",
        "V1,      META_DATA, 200, IMDSV1_REQUEST,        false",
        "V1,      META_DATA, 404, IMDSV1_REQUEST,        false",
        "V1,      META_DATA,   0, IMDSV1_REQUEST,        false",
        "V1,      META_DATA, 401, IMDSV1_REJECTED,       false",
        "V1,      META_DATA, 401, IMDSV1_RECOVERS,       false",
        "V1,      META_DATA, 403, '',                    false",
        "V1,      META_DATA, 200, '',                    false",
        "V1,      TOKEN,     405, '',                    true",
        "V1,      TOKEN,     401, '',                    false",
        "V1,      OTHER,     404, OTHER_CLOUD_PROBE,     true",
        "V1,      OTHER,     200, MALFORMED_REQUEST,     false",
        "UNKNOWN, OTHER,     200, '',                    false",
        "UNKNOWN, OTHER,     400, MALFORMED_REQUEST,     false",
        "UNKNOWN, OTHER,       0, CONFLICTING_SEGMENTS,  false",
    })
    void aCallIsJudgedByItsVersionAndFindings(
            ImdsVersion version, Category category, int status, String finding, boolean passes) {
        gate.add(call(version, category, status, finding), NOBODY);

        assertThat(isOpen()).isEqualTo(passes);
        assertThat(lines).hasSize(passes ? 0 : 1);
    }

    @Test
    void aProbeForAnotherCloudThatIsAlsoAnAwsRequestIsNotHarmless() {
        gate.add(call(ImdsVersion.V1, Category.META_DATA, 200, "OTHER_CLOUD_PROBE", "IMDSV1_REQUEST"), NOBODY);

        assertThat(isOpen()).isFalse();
    }

    @Test
    void callsOfOneCallerAreOneLineWithTheirNumber() {
        for (int call = 0; call < 3; call++) {
            gate.add(call(ImdsVersion.V1, Category.META_DATA, 200, "IMDSV1_REQUEST"), NOBODY);
        }

        assertThat(isOpen()).isFalse();
        assertThat(lines).containsExactly("--fail-on-v1: IMDSv1 by unknown (curl 7.88.1): 3 calls");
    }

    @Test
    void callersArePastABoundCountedTogether() {
        int callers = VersionGate.MAXIMUM_CALLERS + 5;
        for (int caller = 0; caller < callers; caller++) {
            gate.add(call(ImdsVersion.V1, "program" + caller), NOBODY);
        }

        assertThat(isOpen()).isFalse();
        assertThat(lines)
                .hasSize(VersionGate.MAXIMUM_CALLERS + 1)
                .last()
                .isEqualTo("--fail-on-v1: other callers: 5 calls");
    }

    @Test
    void aCallersWordsCannotForgeALine() {
        gate.add(call(ImdsVersion.V1, "x\n--fail-on-v1: \u001b[2Jfine"), NOBODY);

        assertThat(isOpen()).isFalse();
        assertThat(lines).singleElement().asString().doesNotContain("\n", "\u001b");
    }

    @ParameterizedTest
    @EnumSource(
            value = Counter.class,
            names = {
                "KERNEL_DROPS",
                "INTERFACE_DROPS",
                "LONG_PACKETS_CUT",
                "FRAMES_UNDECODABLE",
                "FRAGMENTS_EXPIRED",
                "SEGMENTS_TRUNCATED",
                "SEGMENTS_DOUBTFUL",
                "CONNECTIONS_EVICTED",
                "STREAM_GAPS",
                "STREAM_BYTES_DISCARDED",
                "REQUESTS_UNTRACKED",
                "CONNECT_EVENTS_LOST",
                "LINES_DROPPED",
                "INTERNAL_ERRORS"
            })
    void whatWasLostShutsIt(Counter counter) {
        gate.add(call(ImdsVersion.V2, Category.META_DATA, 200, ""), NOBODY);
        counters.increment(counter);

        assertThat(isOpen()).isFalse();
        assertThat(lines).containsExactly("--fail-on-v1: not all was seen: 1 " + counter.sentence());
    }

    @ParameterizedTest
    @EnumSource(
            value = Counter.class,
            names = {
                "FRAMES",
                "FRAMES_IGNORED",
                "SEGMENTS_DUPLICATE",
                "CONNECTIONS",
                "REQUESTS",
                "CALLERS_UNNAMED",
                "RESPONSES_UNMATCHED"
            })
    void whatIsOnlyCountedDoesNot(Counter counter) {
        counters.increment(counter);

        assertThat(isOpen()).isTrue();
    }

    @Test
    void timeThatWasNotWatchedShutsIt() {
        gate.unwatched("SIGTERM came before the end that was asked for");

        assertThat(isOpen()).isFalse();
        assertThat(lines)
                .containsExactly("--fail-on-v1: not all was seen: SIGTERM came before the end that was asked for");
    }

    @Test
    void whatCameBeforeItBeginsDoesNotCount() {
        counters.increment(Counter.STREAM_GAPS);
        gate.begin(DaemonSamples.call(1).timestampNanos() + 1);
        gate.addDoubtful(call(ImdsVersion.V1, Category.META_DATA, 200, "IMDSV1_REQUEST"), NOBODY);
        assertThat(isOpen()).isTrue();

        counters.increment(Counter.STREAM_GAPS);
        assertThat(isOpen()).isFalse();
        assertThat(lines).singleElement().asString().contains(": 1 places");
    }

    @Test
    void whatIsLostOfConnectionsThatWereOpenWhenItBeginsDoesNotCount() {
        counters.increment(Counter.STREAM_GAPS, Long.MIN_VALUE);
        gate.begin(1_000);
        counters.increment(Counter.STREAM_GAPS, Long.MIN_VALUE);
        counters.increment(Counter.SEGMENTS_DOUBTFUL, 999);
        assertThat(isOpen()).isTrue();

        counters.increment(Counter.STREAM_GAPS, 1_000);
        assertThat(isOpen()).isFalse();
        assertThat(lines).singleElement().asString().contains(": 1 places");
    }

    @Test
    void connectsOfOthersThatTheCaptureDoesNotShowAreNotTheCommands() {
        counters.add(Counter.CONNECTS_UNSEEN, 2);
        gate.addOthersUnseen();
        gate.addOthersUnseen();
        assertThat(isOpen()).isTrue();

        counters.increment(Counter.CONNECTS_UNSEEN);
        assertThat(isOpen()).isFalse();
        assertThat(lines).singleElement().asString().contains(": 1 connects");
    }

    @Test
    void callsOfWhoMayBelongToTheCommandCountWithTheirName() {
        Caller named =
                new CallerBuilder(AttributionMethod.CONNECT).pid(7).name("job").build();
        gate.addDoubtful(call(ImdsVersion.V1, Category.META_DATA, 200, "IMDSV1_REQUEST"), named);

        assertThat(isOpen()).isFalse();
        assertThat(lines).singleElement().asString().contains(", maybe one of the command: 1 call");
    }

    @Test
    void besideACommandOnlyCallsWithoutAProcessMayBeIts() {
        gate.addDoubtful(call(ImdsVersion.V2, Category.META_DATA, 200, ""), NOBODY);
        assertThat(isOpen()).isTrue();

        gate.addDoubtful(call(ImdsVersion.V1, Category.META_DATA, 200, "IMDSV1_REQUEST"), NOBODY);
        assertThat(isOpen()).isFalse();
        assertThat(lines)
                .containsExactly(
                        "--fail-on-v1: IMDSv1 by a process that could not be told, maybe one of the command: 1 call");
    }

    private static ImdsCall call(ImdsVersion version, Category category, int status, String... findings) {
        List<Finding> all = new ArrayList<>();
        for (String finding : findings) {
            if (!finding.isEmpty()) {
                all.add(Finding.valueOf(finding));
            }
        }
        return call(version, category, status, Set.copyOf(all), "curl", "7.88.1");
    }

    private static ImdsCall call(ImdsVersion version, String product) {
        return call(version, Category.META_DATA, 200, Set.of(Finding.IMDSV1_REQUEST), product, null);
    }

    private static ImdsCall call(
            ImdsVersion version,
            Category category,
            int status,
            Set<Finding> findings,
            String product,
            String productVersion) {
        return new ImdsCallBuilder(DaemonSamples.call(1))
                .version(version)
                .kind(Operation.GET, category, Outcome.SUCCESS)
                .request("GET", "/latest/", null)
                .client(product, product, productVersion)
                .token(version == ImdsVersion.V2)
                .response(status, null, 0, -1)
                .findings(findings, null)
                .build();
    }
}
