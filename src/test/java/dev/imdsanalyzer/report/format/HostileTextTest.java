package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.report.Grouping;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Whatever a log, CloudTrail's records, tags, an earlier report or a file's name say, each format keeps the structure that it
 * has with harmless text in the same places.
 */
class HostileTextTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final String HARMLESS = "harmless";

    static final List<String> HOSTILE = List.of(
            "\"",
            "'",
            "\"'`",
            "\\",
            "\\\"",
            "$(touch x)",
            "`touch x`",
            "${x}",
            "$x",
            "%s%n%i",
            "a\nb",
            "a\r\n# b",
            "|",
            "a | b",
            "; rm -rf x;",
            "&& x &",
            "\u001b[2J\u001b]0;x\u0007",
            "\u009b31m",
            "</script><script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "\" onmouseover=\"x",
            "--><b>",
            "]]>",
            "&lt;",
            "=cmd|' /C calc'!A0",
            "+1",
            "-1",
            "@SUM(1)",
            "\t=1",
            ";=1",
            "\u202egpj.exe",
            "\u2028",
            "\u200b",
            "![x](http://x)",
            "[x](http://x)",
            "# x",
            "- x",
            "```",
            "~~~",
            "a ` b `` c",
            "@here",
            "\n    - x",
            "} accept",
            "*",
            "?",
            "../../etc/x",
            "/../x",
            "[Service]",
            "\nExecStart=/bin/x",
            "{{ x }}",
            "@SUMMARY@",
            "@INSTANCES@\n",
            "END",
            "x".repeat(10_240),
            "\ud83d\ude00",
            "\u0000",
            "'; DROP TABLE x; --",
            "\\u0000",
            "\\n",
            "\uff1dcmd",
            " ",
            "grüße");

    @TempDir
    Path folder;

    private final ObjectMapper json = new ObjectMapper();

    /** Out and err, and the folder's files by name. */
    private record Run(String out, String err, Map<String, String> files) {}

    private String escaped(String text) {
        String quoted = json.writeValueAsString(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    private static final Map<ReportFormat, Run> ON_HARMLESS = new EnumMap<>(ReportFormat.class);

    private Run harmless(ReportFormat format) throws IOException {
        if (!ON_HARMLESS.containsKey(format)) {
            ON_HARMLESS.put(format, run(format, HARMLESS));
        }
        return ON_HARMLESS.get(format);
    }

    private Run run(ReportFormat format, String text) throws IOException {
        Path own = Files.createTempDirectory(folder, "run");
        Path log = Files.createDirectories(own.resolve("log")).resolve("a" + name(text) + ".jsonl");
        Files.writeString(log, log(text, END.minusSeconds(90)));
        Path records = Files.writeString(own.resolve("t.json"), records(text));
        Path inventory = Files.writeString(own.resolve("i.json"), inventory(text));
        Path before = Files.writeString(own.resolve("b.jsonl"), log(text, END.minus(Duration.ofDays(20))));
        Path earlier = Files.writeString(
                own.resolve("e.json"),
                Reports.run(Reports.options(ReportFormat.JSON, before)).out());
        Path target = own.resolve("out");
        ReportOptions options = Reports.withTrail(Reports.options(format, log.getParent()), records)
                .withInventory(inventory.toString())
                .since(earlier.toString())
                .into(target)
                .with(Set.of(), Grouping.OWNER);
        Reports.Result result = Reports.run(options);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        return new Run(
                result.out().replace(own.toString(), "FOLDER"),
                result.err(),
                format.isFolder() ? files(target) : Map.of());
    }

    /** As much of the text as a file's name can be. */
    private static String name(String text) {
        String name = text.replaceAll("[/\\x00]", "");
        return name.length() > 60 ? name.substring(0, 60) : name;
    }

    /** A role's name has 64 characters at most. */
    private static String role(String text) {
        return text.length() > 64 ? text.substring(0, 64) : text;
    }

    private String log(String text, Instant time) {
        String placeholder = "PLACEHOLDER";
        Program program = new Program(placeholder, "0badc0ffee", "/opt/" + placeholder, placeholder, placeholder);
        SampleLog log = new SampleLog(Reports.INSTANCE, "web-" + placeholder);
        for (int day = 30; day > 0; day--) {
            log.summary(END.minus(Duration.ofDays(day)), END.minus(Duration.ofDays(day - 1)), 0, 0);
        }
        log.edit("\"imds\":{", "\"imds\":{\"schedules\":[\"0 4 1 * * PLACEHOLDER\"],");
        return log.v1(time, program)
                .edit("\"unit\":\"session-3.scope\"", "\"unit\":\"PLACEHOLDER.service\"")
                .edit("\"name\":\"root\"", "\"name\":\"PLACEHOLDER\"")
                .edit("\"id\":\"0\"", "\"id\":\"PLACEHOLDER\"")
                .edit(
                        "\"package\":{\"name\":\"curl\",\"version\":\"7.88.1-10\"",
                        "\"package\":{\"name\":\"PLACEHOLDER\",\"version\":\"PLACEHOLDER\"")
                .edit(
                        "\"working_directory\":\"/root\"",
                        "\"working_directory\":\"PLACEHOLDER\",\"script\":\"/opt/PLACEHOLDER\"")
                .edit("\"advice\":\"Send a token.\"", "\"advice\":\"PLACEHOLDER\"")
                .edit("security-credentials/app", "security-credentials/ROLE")
                .edit(
                        "\"user\":{",
                        "\"container\":{\"id\":\"PLACEHOLDER\",\"name\":\"PLACEHOLDER\",\"image\":{\"name\":\"PLACEHOLDER\"}},"
                                + "\"k8s\":{\"namespace\":{\"name\":\"PLACEHOLDER\"},\"pod\":{\"name\":\"PLACEHOLDER\"}},\"user\":{\"login_name\":\"PLACEHOLDER\",")
                .text()
                .replace("ROLE", escaped(role(text)))
                .replace(placeholder, escaped(text));
    }

    private String records(String text) {
        return ("{\"Records\":[{\"userIdentity\":{\"arn\":\"arn:aws:sts::111122223333:assumed-role/PLACEHOLDER/"
                        + Reports.INSTANCE
                        + "\",\"sessionContext\":{\"sessionIssuer\":{\"userName\":\"ROLE\"},\"attributes\":{\"creationDate\":\""
                        + END.minusSeconds(200) + "\"},\"ec2RoleDelivery\":\"1.0\"}},\"eventTime\":\""
                        + END.minusSeconds(30)
                        + "\",\"eventSource\":\"PLACEHOLDER\",\"eventName\":\"PLACEHOLDER\",\"userAgent\":\"PLACEHOLDER\"}]}")
                .replace("ROLE", escaped(role(text)))
                .replace("PLACEHOLDER", escaped(text));
    }

    private String inventory(String text) {
        return ("{\"Reservations\":[{\"Instances\":[{\"InstanceId\":\"" + Reports.INSTANCE
                        + "\",\"ImageId\":\"PLACEHOLDER\",\"State\":{\"Name\":\"PLACEHOLDER\"},\"MetadataOptions\":{\"HttpTokens\":\"PLACEHOLDER\"},"
                        + "\"Placement\":{\"AvailabilityZone\":\"PLACEHOLDER\"},\"Tags\":[{\"Key\":\"Team\",\"Value\":\"PLACEHOLDER\"},{\"Key\":\"aws:ec2launchtemplate:id\",\"Value\":\"PLACEHOLDER\"},"
                        + "{\"Key\":\"aws:autoscaling:groupName\",\"Value\":\"PLACEHOLDER\"},{\"Key\":\"PLACEHOLDER\",\"Value\":\"x\"}]}],"
                        + "\"OwnerId\":\"PLACEHOLDER\"}]}")
                .replace("PLACEHOLDER", escaped(text));
    }

    private static Map<String, String> files(Path target) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(target)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(target.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    @ParameterizedTest
    @FieldSource("HOSTILE")
    void everyFormatKeepsItsStructure(String text) throws Exception {
        Map<ReportFormat, Run> runs = new EnumMap<>(ReportFormat.class);
        for (ReportFormat format : ReportFormat.values()) {
            runs.put(format, run(format, text));
        }
        noFormatHasOtherCharactersThanText(runs);
        jsonAndTablesKeepTheirShape(runs);
        assertThat(tags(runs.get(ReportFormat.HTML).out()))
                .isEqualTo(tags(harmless(ReportFormat.HTML).out()));
        linesForPeopleStayLines(runs);
        assertThat(code(runs.get(ReportFormat.SCRIPT).out()))
                .isEqualTo(code(harmless(ReportFormat.SCRIPT).out()));
        noFileOfAFolderDoesWhatATextSays(
                runs.get(ReportFormat.ALLOW).files(),
                runs.get(ReportFormat.GUARDRAILS).files());
    }

    private static void noFormatHasOtherCharactersThanText(Map<ReportFormat, Run> runs) {
        runs.forEach((format, run) -> {
            String all = run.out().replace("\r\n", "\n")
                    + run.err()
                    + String.join("", run.files().values());
            assertThat(all)
                    .as(format.name())
                    .doesNotContainPattern("[\\p{Cntrl}&&[^\\n]]")
                    .doesNotContainPattern(
                            "[\\u0080-\\u009f\\u00ad\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]");
            assertThat(run.err().lines().count()).as(run.err()).isLessThan(20);
        });
    }

    private void jsonAndTablesKeepTheirShape(Map<ReportFormat, Run> runs) throws IOException {
        assertThat(shape(json.readTree(runs.get(ReportFormat.JSON).out()), ""))
                .isEqualTo(shape(json.readTree(harmless(ReportFormat.JSON).out()), ""));
        for (ReportFormat format : List.of(ReportFormat.CSV, ReportFormat.TICKETS_CSV)) {
            List<List<String>> rows = rows(runs.get(format).out());
            assertThat(rows.stream().map(List::size))
                    .isEqualTo(rows(harmless(format).out()).stream()
                            .map(List::size)
                            .toList());
            for (List<String> row : rows) {
                assertThat(row).allSatisfy(cell -> assertThat(cell).doesNotContainPattern("^\\s*[=+@\uff1d-]"));
            }
        }
    }

    /** Names of members, and how deep they lie; elements of arrays once, as texts may be counted together. */
    private static List<String> shape(JsonNode node, String path) {
        List<String> paths = new ArrayList<>();
        node.properties().forEach(member -> {
            // Left out where a crontab's line has no form that is known.
            if (member.getKey().equals("period")) {
                return;
            }
            paths.add(path + "/" + member.getKey());
            paths.addAll(shape(member.getValue(), path + "/" + member.getKey()));
        });
        node.forEach(element -> {
            if (node.isArray()) {
                paths.addAll(shape(element, path + "[]"));
            }
        });
        return paths;
    }

    /** Rows and cells by RFC 4180. */
    private static List<List<String>> rows(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (quoted && character == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (character == '"') {
                quoted = !quoted;
            } else if (!quoted && (character == ',' || character == '\n')) {
                row.add(cell.toString());
                cell.setLength(0);
                if (character == '\n') {
                    rows.add(List.copyOf(row));
                    row.clear();
                }
            } else if (quoted || character != '\r') {
                cell.append(character);
            }
        }
        return rows;
    }

    /** Tags in order, with the names of their attributes. */
    private static List<String> tags(String html) {
        return Pattern.compile("<[^>]*>")
                .matcher(html.replaceAll("=\"[^\"]*\"", "=").replaceAll("=[0-9a-z]+", "="))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private void linesForPeopleStayLines(Map<ReportFormat, Run> runs) throws IOException {
        assertThat(runs.get(ReportFormat.TEXT).out().lines().count())
                .isEqualTo(harmless(ReportFormat.TEXT).out().lines().count());
        assertThat(markup(runs.get(ReportFormat.TICKETS).out()))
                .isEqualTo(markup(harmless(ReportFormat.TICKETS).out()));
    }

    /** What Markdown reads as markup, a line each: without code spans and what a backslash takes its meaning from. */
    private static List<String> markup(String markdown) {
        return markdown.lines()
                // Names that have no plain form are left out of some files, which then say so.
                .filter(line -> !line.contains(" left out: "))
                .map(line -> line.replaceAll("(?<!`)(`+) .*? \\1(?!`)", "C")
                        .replaceAll("\\\\[\\p{Punct}]", "")
                        .replaceAll("[^\\\\`*_\\[\\]()#+!|<>&~@]", ""))
                .toList();
    }

    /** What a shell, Terraform and the like read: all but comments. */
    private static List<String> code(String script) {
        return script.lines()
                .filter(line -> !line.strip().startsWith("#"))
                .map(line -> line.replaceFirst("^(unread_inputs)=.*", "$1"))
                .toList();
    }

    private void noFileOfAFolderDoesWhatATextSays(Map<String, String> allow, Map<String, String> guardrails)
            throws Exception {
        Map<String, String> harmless = harmless(ReportFormat.GUARDRAILS).files();
        for (Map.Entry<String, String> file : guardrails.entrySet()) {
            String name = file.getKey();
            if (name.endsWith("README.md")) {
                assertThat(markup(file.getValue())).as(name).isEqualTo(markup(harmless.get(name)));
            } else if (name.startsWith("host/")) {
                assertThat(file.getValue()).as(name).isEqualTo(allow.get(name.substring("host/".length())));
            } else {
                assertThat(code(file.getValue())).as(name).isEqualTo(code(harmless.get(name)));
            }
        }
        assertThat(code(allow.get(AllowFiles.NFT))).isEqualTo(code(harmless.get("host/" + AllowFiles.NFT)));
        for (Map.Entry<String, String> file : allow.entrySet()) {
            if (file.getKey().startsWith(AllowFiles.SYSTEMD)) {
                assertThat(file.getKey()).matches("systemd/[A-Za-z0-9:_.@\\\\-]+\\.d/50-imds\\.conf");
                assertThat(code(file.getValue()))
                        .allMatch(line -> line.matches(
                                "\\[(Slice|Service|Scope)]|IPAddress(Deny|Allow)=169.254.169.254 fd00:ec2::254"));
            }
        }
        Path policy = Files.write(
                folder.resolve("allow.yaml"), allow.get(AllowFiles.POLICY).getBytes(StandardCharsets.UTF_8));
        Configuration configuration = new ConfigurationReader().file(policy).read();
        configuration.allowedCallers().forEach(entry -> {
            assertThat(entry.parts().keySet()).isSubsetOf("image", "namespace", "unit", "user", "path");
            assertThat(entry.parts().values()).noneMatch(value -> value.contains("*") || value.contains("?"));
        });
    }
}
