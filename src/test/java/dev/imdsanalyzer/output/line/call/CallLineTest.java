package dev.imdsanalyzer.output.line.call;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.ContextBase;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.output.line.JsonLineEncoder;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.LineValidator;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.caller.CallerIdentity;
import dev.imdsanalyzer.output.text.TextLine;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.CallerKind;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CallLineTest {
    private final JsonLineEncoder encoder = new JsonLineEncoder();

    @BeforeEach
    void start() {
        encoder.setContext(new ContextBase());
        encoder.start();
    }

    private String text(Line line) {
        return new String(encoder.encode(line), StandardCharsets.UTF_8);
    }

    private JsonNode json(ImdsCall call, Caller caller) {
        return LineValidator.check(text(Samples.line(call, caller)));
    }

    @Test
    void tellsTheSameOfACallerEachTimeAndNothingOfAnother() {
        Caller first = Samples.caller(6028);
        Caller second = Samples.caller(7001);
        ImdsCall call = Samples.v1("/latest/meta-data/", Samples.TIME);
        String once = text(Samples.line(call, first));

        assertThat(json(call, second).at("/process/pid").asInt()).isEqualTo(7001);
        assertThat(text(Samples.line(call, first))).isEqualTo(once);
    }

    @Test
    void tellsOfACallerOfAKindWhatItWouldTellOfItAlone() {
        String hostile = "curl '\"pid\":2000000000,\"start\":\"2026-11-21T12:34:56.789123Z\"' \\\"pid\":2000000001 é";
        Caller first = Samples.caller(6028, hostile, 2).ofKind(new CallerKind());
        List<Ancestor> others = first.ancestors().stream()
                .map(ancestor -> ancestor.withPid(ancestor.pid() * 7))
                .toList();
        Caller second = first.another(4_194_303, Samples.TIME, others);
        ImdsCall call = Samples.v1("/latest/meta-data/", Samples.TIME);
        CallerIdentity identity = CallerIdentity.of(first, call);
        JsonLineEncoder fresh = new JsonLineEncoder();
        fresh.setContext(new ContextBase());
        fresh.start();
        for (Caller caller : List.of(first, second, first, second)) {
            Caller alone = new CallerBuilder(caller).build();
            CallLine line = new CallLine(Samples.ORIGIN, call, caller, identity, 8123, 1, -1, -1);

            assertThat(text(line))
                    .isEqualTo(new String(fresh.encode(Samples.line(call, alone)), StandardCharsets.UTF_8));
        }
    }

    @Test
    void writesTheWholeLineAsTheContractSays() {
        String line = text(Samples.line(Samples.v1("/latest/meta-data/", Samples.TIME), Samples.caller(6028)));

        assertThat(line).isEqualTo("""
                        {"timestamp":"2026-11-21T12:34:56.789123Z","level":"WARN",\
                        "message":"IMDSv1 GET /latest/meta-data/ 200 by curl[6028] < makeCalls.sh[6027] < sshd[4070]",\
                        "event":{"action":"imds-request","outcome":"success","duration":812345,"schema":1},\
                        "imds":{"version":"v1","operation":"get","category":"meta-data","token":{"present":false},\
                        "findings":["imdsv1-request"],"advice":"Do better.","repeat_count":1,"server":"EC2ws"},\
                        "http":{"version":"1.1","request":{"method":"GET"},"response":{"status_code":200,"body":{"bytes":312}}},\
                        "url":{"path":"/latest/meta-data/"},\
                        "user_agent":{"original":"curl/7.88.1","name":"curl","version":"7.88.1"},\
                        "source":{"ip":"10.0.0.5","port":40112},"destination":{"ip":"169.254.169.254","port":80},\
                        "network":{"type":"ipv4"},\
                        "process":{"pid":6028,"name":"curl","executable":"/usr/bin/curl",\
                        "command_line":"curl -s http://169.254.169.254/","working_directory":"/root",\
                        "start":"2026-11-21T12:34:56.780000Z","parent":{"pid":6027,"name":"makeCalls.sh"},\
                        "ancestors":[{"pid":6027,"name":"makeCalls.sh","executable":"/usr/bin/bash","command_line":"bash ./makeCalls.sh"},\
                        {"pid":4070,"name":"sshd","executable":"/usr/sbin/sshd","command_line":"sshd: root@pts/0"},\
                        {"pid":1,"name":"systemd","executable":"/usr/lib/systemd/systemd","command_line":"/sbin/init"}],\
                        "lineage":"curl < makeCalls.sh < sshd < systemd","network_namespace":4026531840},\
                        "user":{"id":"0","name":"root","login_name":"ubuntu"},"systemd":{"unit":"session-3.scope"},\
                        "package":{"name":"curl","version":"7.88.1-10","type":"deb"},\
                        "caller":{"label":"session-*.scope: curl 7.88.1","fingerprint":"%s"},\
                        "attribution":{"method":"connect"},\
                        "cloud":{"instance":{"id":"i-0123456789abcdef0"}},"host":{"name":"web-1","uptime":8123}}
                        """.formatted(
                        CallerIdentity.of(Samples.caller(1), Samples.v2("/")).fingerprint()));
        LineValidator.check(line);
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        JsonNode line = json(Samples.malformed(), Caller.unknown("the process was gone"));

        assertThat(line.at("/level").asString()).isEqualTo("ERROR");
        assertThat(line.at("/message").asString())
                .isEqualTo("IMDS? a TLS handshake by an unknown process at 2001:db8::5");
        assertThat(line.at("/network/type").asString()).isEqualTo("ipv6");
        assertThat(line.at("/attribution/method").asString()).isEqualTo("none");
        assertThat(line.at("/attribution/reason").asString()).isEqualTo("the process was gone");
        assertThat(line.has("process")).isFalse();
        assertThat(line.has("http")).isFalse();
        assertThat(line.has("url")).isFalse();
        assertThat(line.has("caller")).isFalse();
        assertThat(line.at("/event/duration").isMissingNode()).isTrue();
    }

    @Test
    void aTokenCallIsInfo() {
        JsonNode line = json(Samples.v2("/latest/meta-data/"), Samples.caller(1));

        assertThat(line.at("/level").asString()).isEqualTo("INFO");
        assertThat(line.at("/imds").has("findings")).isFalse();
        assertThat(line.at("/imds/token/ttl_granted_seconds").asInt()).isEqualTo(300);
    }

    @Test
    void anUnexpectedCallerIsWarnedOf() {
        ImdsCall call = Samples.v2("/").withFindings(EnumSet.of(Finding.UNEXPECTED_CALLER), "Ask.");

        assertThat(json(call, Samples.caller(1)).at("/level").asString()).isEqualTo("WARN");
    }

    @Test
    void hostileTextsStayWithinTheLimitsOfALine() {
        for (String evil : new String[] {"\u0000", "\u001b[31m", "\"", "\\", "\u202e", "\ud83d", "\uffff", "é", "\n"}) {
            String flood = evil.repeat(60_000 / evil.length());
            ImdsCall call =
                    Samples.call(ImdsVersion.V1, "/" + flood, flood, Samples.TIME, EnumSet.allOf(Finding.class));
            JsonNode line = json(call, Samples.caller(1, flood, 40));

            assertThat(line.at("/url/path").asString()).endsWith("…");
            assertThat(line.at("/process/ancestors").size()).isEqualTo(16);
            assertThat(line.at("/process/command_line").asString().length()).isGreaterThan(600);
        }
    }

    /** Docker and the kubelet's runtimes cut at 16 KiB what a container prints, and half a line is no JSON. */
    @Test
    void whateverACallerIsItsLineOnStandardOutputStaysUnder16KiB() throws Exception {
        JsonLineEncoder narrow = new JsonLineEncoder(JsonLineEncoder.STANDARD_OUTPUT_BYTES);
        narrow.setContext(new ContextBase());
        narrow.start();
        for (String evil :
                new String[] {"a", "\u0000", "\u001b[31m", "\"", "\\", "\u202e", "\ud83d", "\uffff", "é", "\n"}) {
            String flood = evil.repeat(60_000 / evil.length());
            ImdsCall call =
                    Samples.call(ImdsVersion.V1, "/" + flood, flood, Samples.TIME, EnumSet.allOf(Finding.class));
            byte[] bytes = narrow.encode(Samples.line(call, Samples.caller(1, flood, 40)));
            String line = new String(bytes, StandardCharsets.UTF_8);

            assertThat(bytes.length).isLessThan(16 * 1024);
            LineValidator.check(line.strip());
            JsonNode json = new JsonMapper().readTree(line);
            assertThat(json.at("/process/command_line").asString())
                    .endsWith("…")
                    .hasSizeGreaterThan(10);
            assertThat(json.at("/process/ancestors").size()).isEqualTo(16);
        }
        CallLine ordinary = Samples.line(Samples.v1("/", Samples.TIME), Samples.caller(1));
        assertThat(narrow.encode(ordinary)).as("an ordinary line after them").isEqualTo(encoder.encode(ordinary));
    }

    @Test
    void secretsInPathAndUserAgentAreRedacted() {
        ImdsCall call = Samples.call(
                ImdsVersion.V1,
                "/latest/AKIAIOSFODNN7EXAMPLE/",
                "tool/1 --password=hunter2",
                Samples.TIME,
                EnumSet.of(Finding.IMDSV1_REQUEST));

        assertThat(text(Samples.line(call, Samples.caller(1))))
                .doesNotContain("AKIAIOSFODNN7EXAMPLE")
                .doesNotContain("hunter2");
    }

    @Test
    void secretsInTheProductDoNotSlipIntoTheLabel() {
        ImdsCall plain = Samples.v1("/", Samples.TIME);
        ImdsCall call = new ImdsCallBuilder(plain)
                .request("GET", "/", null)
                .client("AKIAIOSFODNN7EXAMPLE/1.0", "AKIAIOSFODNN7EXAMPLE", "1.0")
                .response(200, null, 1, -1)
                .build();

        assertThat(text(Samples.line(call, Samples.caller(1)))).doesNotContain("AKIAIOSFODNN7EXAMPLE");
    }

    @Test
    void aSumSaysHowOftenAndWhen() {
        CallLine one = Samples.line(Samples.v1("/", Samples.TIME), Samples.caller(1));
        CallLine sum = new CallLine(
                Samples.ORIGIN,
                one.call(),
                one.caller(),
                one.identity(),
                5,
                41,
                Samples.TIME - 1_000_000_000,
                Samples.TIME);
        JsonNode line = LineValidator.check(text(sum));

        assertThat(line.at("/imds/repeat_count").asInt()).isEqualTo(41);
        assertThat(line.at("/event/start").asString()).isEqualTo("2026-11-21T12:34:55.789123Z");
        assertThat(line.at("/event/end").asString()).isEqualTo("2026-11-21T12:34:56.789123Z");
        assertThat(line.at("/message").asString()).endsWith("(41 times)");
    }

    @Test
    void aLineForPeopleHasTheCallAndItsRemedy() {
        TextLine text = new TextLine(false, 0, false);
        Samples.line(Samples.v1("/latest/\u001b[2J", Samples.TIME), Samples.caller(6028))
                .writeText(text);

        assertThat(text.take()).isEqualTo("""
                        12:34:56.789 IMDSv1 GET /latest/\\x1b[2J 200 0.8 ms  \
                        session-*.scope: curl 7.88.1  curl[6028] < makeCalls.sh[6027] < sshd[4070] in session-3.scope
                                     imdsv1-request: Do better.
                        """);
        Samples.line(Samples.v2("/"), Samples.caller(1)).writeText(text);
        assertThat(text.take().lines()).hasSize(1);
    }

    @Test
    void aCallersRemedyIsToldOnce() {
        TextLine text = new TextLine(false, 0, false);
        for (int call = 0; call < 3; call++) {
            Samples.line(Samples.v1("/" + call, Samples.TIME), Samples.caller(6028 + call))
                    .writeText(text);
        }

        assertThat(text.take()).containsOnlyOnce("Do better.");
    }

    @Test
    void coloursAreForTerminalsOnly() {
        TextLine text = new TextLine(true, 0, false);
        Samples.line(Samples.v1("/", Samples.TIME), Samples.caller(1)).writeText(text);

        assertThat(text.take()).contains("\u001b[31;1mIMDSv1 GET / 200\u001b[0m");
    }

    @Test
    void aSecretInThePlaceOfTheMethodIsInNoLine() {
        ImdsCall call = Samples.call(ImdsVersion.V1, "AKIAIOSFODNN7EXAMPLE", "/", "curl", Samples.TIME, Set.of());
        CallLine line = Samples.line(call, Samples.caller(1));
        TextLine text = new TextLine(false, 0, false);
        line.writeText(text);

        assertThat(new String(encoder.encode(line), StandardCharsets.UTF_8)).doesNotContain("IOSFODNN7");
        assertThat(text.take()).doesNotContain("IOSFODNN7");
    }
}
