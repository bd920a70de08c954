package dev.imdsanalyzer.output.line.summary;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.ContextBase;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.line.HostFacts;
import dev.imdsanalyzer.output.line.JsonLineEncoder;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.LineValidator;
import dev.imdsanalyzer.output.line.Origin;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.caller.CallerIdentity;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class SummaryLineTest {
    private MetricDimensions metrics = MetricDimensions.INSTANCE;
    private List<String> schedules = List.of();

    private static final Interval INTERVAL =
            new Interval(Samples.TIME, Samples.TIME + 300_000_000_000L, 288.0, 12.0, 3);

    private final Tally tally = new Tally();
    private final PeakWatch peaks = new PeakWatch();
    private final long[] totals = new long[Counter.values().length];
    private final long[] before = new long[Counter.values().length];

    private JsonNode summary(HostFacts host) {
        Origin origin = new Origin(host, "0.1.0", "5d0c6e2f9a3b4c1d");
        JsonLineEncoder encoder = new JsonLineEncoder();
        encoder.setContext(new ContextBase());
        encoder.start();
        Line line = new SummaryLine(
                origin, INTERVAL, tally, peaks.take(INTERVAL.endNanos()), totals, before, 9, metrics, schedules);
        JsonNode checked = LineValidator.check(new String(encoder.encode(line), StandardCharsets.UTF_8));
        if (metrics != MetricDimensions.NONE) {
            EmbeddedMetricFormat.check(checked);
        }
        return checked;
    }

    private void call(ImdsCall call, Caller caller) {
        tally.add(call, caller);
        peaks.call(call.timestampNanos(), CallerIdentity.of(caller, call));
    }

    @Test
    void countsCallsByVersionOutcomeAndFinding() {
        ImdsCall v1 = Samples.v1("/", Samples.TIME);
        call(v1, Samples.caller(1));
        call(v1.withFindings(EnumSet.of(Finding.IMDSV1_REQUEST, Finding.IMDSV1_FALLBACK), "x"), Samples.caller(1));
        call(Samples.v2("/"), Samples.caller(1));
        call(Samples.malformed(), Caller.unknown("gone"));

        JsonNode line = summary(Samples.HOST);

        assertThat(line.at("/imds/requests/total").asInt()).isEqualTo(4);
        assertThat(line.at("/imds/requests/v1/success").asInt()).isEqualTo(2);
        assertThat(line.at("/imds/requests/v2/success").asInt()).isEqualTo(1);
        assertThat(line.at("/imds/requests/unknown/unknown").asInt()).isEqualTo(1);
        assertThat(line.at("/imds/findings_count/imdsv1-request").asInt()).isEqualTo(2);
        assertThat(line.at("/imds/findings_count/imdsv1-fallback").asInt()).isEqualTo(1);
        assertThat(line.at("/imds/attribution/share").asDouble()).isEqualTo(0.75);
        assertThat(line.at("/coverage/seconds").asDouble()).isEqualTo(288.0);
        assertThat(line.at("/coverage/gap_seconds").asDouble()).isEqualTo(12.0);
        assertThat(line.at("/event/start").asString()).isEqualTo("2026-11-21T12:34:56.789123Z");
        assertThat(line.at("/event/end").asString()).isEqualTo("2026-11-21T12:39:56.789123Z");
        assertThat(line.at("/message").asString())
                .isEqualTo("288 s watched: 2 IMDSv1, 1 IMDSv2 calls, 1 not understood, 75 % attributed;"
                        + " 0 packets dropped, 0 connections evicted, 0 lines lost, 12 s not watched");
    }

    @Test
    void countersAreTotalsAndTheRestIsOfTheInterval() {
        before[Counter.SEGMENTS.ordinal()] = 100;
        totals[Counter.SEGMENTS.ordinal()] = 612;
        before[Counter.KERNEL_DROPS.ordinal()] = 5;
        totals[Counter.KERNEL_DROPS.ordinal()] = 9;

        JsonNode line = summary(Samples.HOST);

        assertThat(line.at("/imds/counters/segments").asInt()).isEqualTo(612);
        assertThat(line.at("/imds/packets/seen").asInt()).isEqualTo(512);
        assertThat(line.at("/imds/packets/dropped_by_kernel").asInt()).isEqualTo(4);
        assertThat(line.at("/message").asString()).contains("; 4 packets dropped, ");
        assertThat(line.at("/level").asString()).isEqualTo("WARN");
    }

    @Test
    void connectsThatTheCaptureHasNotShownAreNothingLostWithoutAWord() {
        before[Counter.CONNECTS_UNSEEN.ordinal()] = 1;
        totals[Counter.CONNECTS_UNSEEN.ordinal()] = 4;

        JsonNode line = summary(Samples.HOST);

        assertThat(line.at("/imds/attribution/unseen_connects").asInt()).isEqualTo(3);
        assertThat(line.at("/level").asString()).isEqualTo("WARN");
        assertThat(line.at("/message").asString()).endsWith(", 3 connects that the capture has not shown");
    }

    @Test
    void namesTheBusiestSecondAndItsCallers() {
        long busy = Samples.TIME + 10_000_000_000L;
        for (int i = 0; i < 30; i++) {
            peaks.packet(i < 10 ? Samples.TIME : busy);
        }
        peaks.packet(busy + 1_000_000_000L);
        call(Samples.v1("/", busy), Samples.caller(1));
        call(Samples.v1("/", busy), Samples.caller(2));
        call(Samples.v1("/", Samples.TIME), Samples.caller(3));

        JsonNode line = summary(Samples.HOST);

        assertThat(line.at("/imds/peak/packets_per_second").asInt()).isEqualTo(20);
        assertThat(line.at("/imds/peak/at").asString()).isEqualTo("2026-11-21T12:35:06.000000Z");
        assertThat(line.at("/imds/peak/callers").size()).isEqualTo(1);
        assertThat(line.at("/imds/peak/callers/0/calls").asInt()).isEqualTo(2);
        assertThat(line.at("/imds/peak/callers/0/label").asString()).isEqualTo("session-*.scope: curl 7.88.1");
        assertThat(summary(Samples.HOST).at("/imds/peak").isMissingNode()).isTrue();
    }

    /** The rules of the specification of the embedded metric format that its schema does not tell. */
    @Test
    void everyMetricHasItsTargetInTheRoot() {
        call(Samples.v1("/", Samples.TIME), Samples.caller(1));

        JsonNode line = summary(Samples.HOST);

        JsonNode directive = line.at("/_aws/CloudWatchMetrics/0");
        assertThat(directive.at("/Namespace").asString()).isEqualTo("IMDSPacketAnalyzer");
        assertThat(directive.at("/Dimensions").toString()).isEqualTo("[[\"InstanceId\"],[]]");
        assertThat(line.at("/InstanceId").asString()).isEqualTo("i-0123456789abcdef0");
        assertThat(line.at("/_aws/Timestamp").asLong()).isEqualTo(INTERVAL.endNanos() / 1_000_000);
        List<String> names = new ArrayList<>();
        for (JsonNode metric : directive.at("/Metrics")) {
            names.add(metric.at("/Name").asString());
            assertThat(line.at("/" + metric.at("/Name").asString()).isNumber()).isTrue();
            assertThat(metric.at("/Unit").asString()).isIn("Count", "Percent", "Seconds", "Count/Second");
        }
        assertThat(names).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(100).contains("Imdsv1Success");
        assertThat(line.at("/Imdsv1Success").asInt()).isEqualTo(1);
    }

    @Test
    void theFleetHasOneSetOfMetricsUnlessTold() {
        metrics = MetricDimensions.FLEET;
        JsonNode fleet = summary(Samples.HOST);
        metrics = MetricDimensions.NONE;
        JsonNode none = summary(Samples.HOST);

        assertThat(fleet.at("/_aws/CloudWatchMetrics/0/Dimensions").toString()).isEqualTo("[[]]");
        assertThat(fleet.has("InstanceId")).isFalse();
        assertThat(fleet.at("/cloud/instance/id").asString()).isEqualTo("i-0123456789abcdef0");
        assertThat(none.has("_aws") || none.has("Imdsv1Success")).isFalse();
    }

    @Test
    void aHostWithoutAnInstanceIdHasNoSuchDimension() {
        JsonNode line = summary(HostFacts.NONE);

        assertThat(line.at("/_aws/CloudWatchMetrics/0/Dimensions").toString()).isEqualTo("[[]]");
        assertThat(line.has("InstanceId")).isFalse();
        assertThat(line.has("cloud")).isFalse();
        assertThat(line.at("/imds/attribution").has("share")).isFalse();
        assertThat(line.has("AttributedShare")).isFalse();
    }

    @Test
    void aSecondThatIsOverIsToldWithoutAnotherPacketAndOnce() {
        peaks.packet(Samples.TIME);
        peaks.packet(Samples.TIME);

        assertThat(summary(Samples.HOST).at("/imds/peak/packets_per_second").asInt())
                .isEqualTo(2);
        peaks.time(INTERVAL.endNanos());
        assertThat(summary(Samples.HOST).at("/imds/peak").isMissingNode()).isTrue();
    }

    @Test
    void theSecondUnderWayWaitsForTheNextSummaryAndTheLastOneForNone() {
        long end = INTERVAL.endNanos();
        peaks.packet(end);
        peaks.call(end, CallerIdentity.of(Samples.caller(1), Samples.v2("/")));
        assertThat(peaks.take(end).packetsPerSecond()).isZero();
        peaks.packet(end);

        peaks.end();

        PeakWatch.Peak peak = peaks.take(end);
        assertThat(peak.packetsPerSecond()).isEqualTo(2);
        assertThat(peak.callers()).hasSize(1);
    }

    @Test
    void aCallersLabelIsKeptShortAndWithoutSecrets() {
        peaks.packet(Samples.TIME);
        peaks.call(Samples.TIME, new CallerIdentity("AKIAIOSFODNN7EXAMPLE " + "x".repeat(8000), "0123456789abcdef"));

        String label = peaks.take(INTERVAL.endNanos()).callers().get(0).caller().label();

        assertThat(label).hasSizeLessThanOrEqualTo(256).doesNotContain("IOSFODNN7");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "STREAM_GAPS",
                "STREAM_BYTES_DISCARDED",
                "REQUESTS_UNTRACKED",
                "CONNECT_EVENTS_LOST",
                "CALLERS_GIVEN_UP",
                "INTERNAL_ERRORS"
            })
    void nothingIsLostOnlyWhereNoCallCanBeMissing(Counter counter) {
        Interval whole = new Interval(Samples.TIME, INTERVAL.endNanos(), 300.0, 0, 3);
        assertThat(message(whole)).endsWith("nothing lost");

        totals[counter.ordinal()] = 3;

        assertThat(message(whole)).contains(", 3 ").doesNotContain("nothing lost");
    }

    @Test
    void whatTheHostRunsByTheClockIsToldWhereItIsNew() {
        assertThat(summary(Samples.HOST).at("/imds/schedules").isMissingNode()).isTrue();
        schedules = List.of("17 3 * * 0 backup.sh", "logrotate.timer OnCalendar=daily");
        assertThat(summary(Samples.HOST).at("/imds/schedules/1").asString())
                .isEqualTo("logrotate.timer OnCalendar=daily");
    }

    private String message(Interval interval) {
        return new SummaryFigures(interval, tally, peaks.take(interval.endNanos()), totals, before).message();
    }
}
