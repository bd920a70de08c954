package dev.imdsanalyzer.output.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.core.ContextBase;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.imdsanalyzer.process.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The drop-in configuration of the CloudWatch agent: that the agent takes it, and finds our lines and their times. */
class CloudWatchAgentConfigurationTest {
    private static final Path SHIPPED = Path.of("packaging/cloudwatch-agent/imds-packet-analyzer.json");

    /** aws/amazon-cloudwatch-agent, translator/config/schema.json; no part of the project. */
    private static final Path SCHEMA = Path.of("../shared/data/cloudwatch-agent-schema.json");

    /**
     * What the agent makes of each letter of timestamp_format: aws/amazon-cloudwatch-agent,
     * translator/translate/logs/logs_collected/files/collect_list/ruleTimestampFormat.go.
     */
    private static final Map<String, String> LETTERS = Map.of(
            "%Y", "(?<year>\\\\d{4})",
            "%m", "\\\\s{0,1}(?<month>\\\\d{1,2})",
            "%d", "\\\\s{0,1}(?<day>\\\\d{1,2})",
            "%H", "(?<hour>\\\\d{2})",
            "%M", "(?<minute>\\\\d{2})",
            "%S", "(?<second>\\\\d{2})",
            "%f", "(?<fraction>\\\\d{1,9})");

    @Tag("beside")
    @Test
    void agentsOwnSchemaHolds() throws IOException {
        assumeThat(SCHEMA)
                .as("the agent's schema is no part of this project; without %s nothing is checked here", SCHEMA)
                .exists();
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(Files.newInputStream(SCHEMA));

        assertThat(schema.validate(shipped())).isEmpty();
        JsonNode misspelt =
                new JsonMapper().readTree(Files.readString(SHIPPED).replace("\"timezone\"", "\"time_zone\""));
        assertThat(schema.validate(misspelt))
                .as("the schema is one that refuses")
                .isNotEmpty();
    }

    @Test
    void agentFindsTheTimestampOfEveryKindOfLineToTheMillisecond() throws IOException {
        JsonNode file = file();
        assertThat(file.at("/timezone").asString()).isEqualTo("UTC");
        Pattern pattern = pattern(file.at("/timestamp_format").asString());
        // Times in what others sent must not be taken for the line's own.
        Caller caller = Samples.caller(7, "job --since 2020-01-01T00:00:00.000000Z", 2);
        for (Line line : new Line[] {
            Samples.line(Samples.v1("/latest/2019-02-03T04:05:06.789Z", Samples.TIME), caller),
            Samples.line(Samples.v2("/"), caller),
            Samples.line(Samples.malformed(), Caller.unknown("gone")),
            LifecycleLine.started(
                    Samples.ORIGIN,
                    Samples.TIME,
                    1,
                    new RunFacts("any", java.util.List.of("socket"), null, "00", false, null)),
            LifecycleLine.stopped(Samples.ORIGIN, Samples.TIME + 999_999_999, 1, "SIGTERM"),
            new GapLine(Samples.ORIGIN, new CaptureGap(Samples.TIME - 5, Samples.TIME, "x", 1, 0), 1)
        }) {
            String text = encode(line);
            Instant told =
                    Instant.parse(LineValidator.check(text).at("/timestamp").asString());

            assertThat(found(pattern, text)).isEqualTo(told.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    @Test
    void agentFindsTheDatedFilesAndLeavesThemThere() throws IOException {
        JsonNode file = file();
        var glob = FileSystems.getDefault()
                .getPathMatcher("glob:" + file.at("/file_path").asString());

        assertThat(glob.matches(Path.of("/var/log/imds-packet-analyzer/imds-2026-11-21.0.jsonl")))
                .isTrue();
        assertThat(glob.matches(Path.of("/var/log/imds-packet-analyzer/imds-2026-11-21.12.jsonl")))
                .isTrue();
        assertThat(file.at("/auto_removal").asBoolean(true)).isFalse();
        assertThat(file.at("/log_stream_name").asString()).isEqualTo("{instance_id}");
    }

    @Test
    void agentReadsEveryFileAndLeavesTheLogGroupToTheStack() throws IOException {
        assertThat(file().at("/publish_multi_logs").asBoolean(false))
                .as("of a glob's files it otherwise reads the newest alone: lines of the one before it would be lost")
                .isTrue();
        assertThat(file().has("retention_in_days")).isFalse();
    }

    /** As the agent does: the letters become a pattern, whose first match on the line counts. */
    private static Pattern pattern(String format) {
        String pattern = format.replace(".", "\\.");
        for (Map.Entry<String, String> letter : LETTERS.entrySet()) {
            pattern = pattern.replace(letter.getKey(), letter.getValue().replace("\\\\", "\\"));
        }
        assertThat(pattern).as("every letter is known").doesNotContain("%");
        return Pattern.compile(pattern);
    }

    /** The agent keeps three digits of the fraction, or fills them up. */
    private static Instant found(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        assertThat(matcher.find()).isTrue();
        String milliseconds = (matcher.group("fraction") + "000").substring(0, 3);
        return LocalDateTime.of(
                        number(matcher, "year"),
                        number(matcher, "month"),
                        number(matcher, "day"),
                        number(matcher, "hour"),
                        number(matcher, "minute"),
                        number(matcher, "second"))
                .plus(Long.parseLong(milliseconds), ChronoUnit.MILLIS)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(Matcher matcher, String group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static String encode(Line line) {
        JsonLineEncoder encoder = new JsonLineEncoder();
        encoder.setContext(new ContextBase());
        encoder.start();
        return new String(encoder.encode(line), StandardCharsets.UTF_8);
    }

    private static JsonNode shipped() throws IOException {
        return new JsonMapper().readTree(Files.readString(SHIPPED));
    }

    private static JsonNode file() throws IOException {
        return shipped().at("/logs/logs_collected/files/collect_list/0");
    }
}
