package dev.imdsanalyzer.output.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The drop-in configuration of Fluent Bit, in its classic format: sections in brackets, and below them keys and values,
 * all indented alike. Keys as the Fluent Bit manual lists them for each plug-in.
 */
class FluentBitConfigurationTest {
    private static final Path FOLDER = Path.of("packaging/fluent-bit");
    private static final Pattern SECTION = Pattern.compile("\\[(INPUT|FILTER|OUTPUT|PARSER|SERVICE)]");
    private static final Pattern ENTRY = Pattern.compile(" {4}(\\S+)\\s+(\\S.*)");

    private static final Map<String, Set<String>> KEYS = Map.of(
            "tail",
                    Set.of(
                            "name",
                            "tag",
                            "path",
                            "db",
                            "parser",
                            "read_from_head",
                            "refresh_interval",
                            "buffer_chunk_size",
                            "buffer_max_size",
                            "skip_long_lines",
                            "rotate_wait",
                            "mem_buf_limit"),
            "cloudwatch_logs",
                    Set.of(
                            "name",
                            "match",
                            "region",
                            "log_group_name",
                            "log_stream_name",
                            "log_stream_prefix",
                            "log_stream_template",
                            "log_key",
                            "log_format",
                            "role_arn",
                            "auto_create_group",
                            "log_retention_days",
                            "retry_limit"),
            "imds-packet-analyzer", Set.of("name", "format", "time_key", "time_format", "time_keep", "time_offset"));

    private record Section(String kind, Map<String, String> entries) {
        String get(String key) {
            return entries.get(key);
        }
    }

    @Test
    void everySectionHasAPluginAndOnlyKeysThatItKnows() throws IOException {
        List<Section> sections = new ArrayList<>(read("imds-packet-analyzer.conf"));
        sections.addAll(read("imds-packet-analyzer-parsers.conf"));

        assertThat(sections).extracting(Section::kind).containsExactly("INPUT", "OUTPUT", "PARSER");
        assertThat(sections)
                .allSatisfy(section -> assertThat(KEYS.get(section.get("name")))
                        .as(section.get("name"))
                        .containsAll(section.entries().keySet()));
    }

    @Test
    void inputFindsTheFilesAndHasRoomForTheLongestLine() throws IOException {
        Section input = read("imds-packet-analyzer.conf").get(0);

        assertThat(FileSystems.getDefault()
                        .getPathMatcher("glob:" + input.get("path"))
                        .matches(Path.of("/var/log/imds-packet-analyzer/imds-2026-11-21.0.jsonl")))
                .isTrue();
        assertThat(input.get("buffer_max_size")).isEqualTo("128k");
        assertThat(input.get("parser")).isEqualTo(parser().get("name"));
        assertThat(input.get("db")).as("where it was is kept over a restart").isNotBlank();
    }

    @Test
    void everythingFlowsFromTheInputToTheOutput() throws IOException {
        List<Section> sections = read("imds-packet-analyzer.conf");

        assertThat(sections.get(1).get("match")).isEqualTo(sections.get(0).get("tag"));
        assertThat(sections.get(1).get("log_format")).isEqualTo("json/emf");
        assertThat(sections.get(1).get("auto_create_group"))
                .as("the stack makes the group, and its policy lets nobody else")
                .isNull();
    }

    /** Fluent Bit is started by systemd, which sets no HOSTNAME; what else it needs its comment prepares. */
    @Test
    void everythingItNeedsIsPrepared() throws IOException {
        String text = Files.readString(FOLDER.resolve("imds-packet-analyzer.conf"));
        List<String> variables = Pattern.compile("^ [^#\n]*\\$\\{(\\w+)}", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(variables).containsExactly("AWS_REGION");
        assertThat(text).contains("Environment=AWS_REGION=");
        Path positions = Path.of(read("imds-packet-analyzer.conf").get(0).get("db"));
        assertThat(text).containsPattern("# +mkdir -p .*" + positions.getParent());
        assertThat(text).containsPattern("Parsers_File .*imds-packet-analyzer-parsers.conf");
    }

    @Test
    void eachInstanceHasItsStream() throws IOException {
        assertThat(read("imds-packet-analyzer.conf").get(1).get("log_stream_template"))
                .isEqualTo("$cloud['instance']['id']");
    }

    @Test
    void parserReadsOurTimestamps() throws IOException {
        Section parser = parser();
        assertThat(parser.get("format")).isEqualTo("json");
        assertThat(parser.get("time_key")).isEqualTo("timestamp");
        assertThat(parser.get("time_keep")).isEqualToIgnoringCase("on");

        // strptime(3), and %L for the digits of a fraction of a second.
        String pattern = parser.get("time_format")
                .replace(".", "\\.")
                .replace("%Y", "\\d{4}")
                .replaceAll("%[mdHMS]", "\\\\d{2}")
                .replace("%L", "\\d{1,9}");
        assertThat(pattern).doesNotContain("%");
        assertThat("2026-11-21T12:34:56.789123Z").matches(pattern);
    }

    private static Section parser() throws IOException {
        return read("imds-packet-analyzer-parsers.conf").get(0);
    }

    private static List<Section> read(String file) throws IOException {
        List<Section> sections = new ArrayList<>();
        for (String line : Files.readAllLines(FOLDER.resolve(file))) {
            Matcher section = SECTION.matcher(line);
            Matcher entry = ENTRY.matcher(line);
            if (section.matches()) {
                sections.add(new Section(section.group(1), new LinkedHashMap<>()));
            } else if (!line.isBlank() && !line.strip().startsWith("#")) {
                assertThat(entry.matches()).as(line).isTrue();
                String before = sections.get(sections.size() - 1)
                        .entries()
                        .put(
                                entry.group(1).toLowerCase(java.util.Locale.ROOT),
                                entry.group(2).strip());
                assertThat(before).as("%s stands there once", entry.group(1)).isNull();
            }
        }
        return sections;
    }
}
