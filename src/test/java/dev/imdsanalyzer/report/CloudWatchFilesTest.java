package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.report.input.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The names in packaging/cloudwatch are those of the lines; the log format's schema says which those are. */
@LinuxOnly("GNU's grep and sed")
class CloudWatchFilesTest {
    private static final Path CLOUDWATCH = Path.of("packaging/cloudwatch");
    private static final Path METRICS =
            Path.of("src/main/java/dev/imdsanalyzer/output/line/summary/EmbeddedMetrics.java");
    private static final Path SUMMARY = Path.of("src/main/java/dev/imdsanalyzer/output/line/summary/SummaryLine.java");
    private static final Pattern DOTTED = Pattern.compile("\\b[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)+\\b");
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|/\"[^\"]*\"/");

    private static Set<String> fieldsOfTheFormat() throws IOException {
        Set<String> names = new TreeSet<>();
        collect(
                new ObjectMapper()
                        .readTree(Files.readString(
                                Path.of("src/main/resources/dev/imdsanalyzer/output/event.schema.json"))),
                "",
                names);
        assertThat(names).contains("timestamp", "imds.repeat_count");
        return names;
    }

    private static void collect(JsonNode schema, String prefix, Set<String> names) {
        schema.path("properties").propertyStream().forEach(property -> {
            String name = prefix + property.getKey();
            names.add(name);
            collect(property.getValue(), name + ".", names);
        });
    }

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(CLOUDWATCH.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    @Test
    void everyFieldThatTheReportReadsIsInTheFormat() throws IOException {
        Set<String> names = fieldsOfTheFormat();
        String summaryWriter = Files.readString(SUMMARY);
        for (Field field : Field.values()) {
            // The schema leaves open what lies in these four.
            if (field.path().startsWith("imds.packets.")
                    || field.path().startsWith("imds.flows.")
                    || field.path().startsWith("imds.attribution.")
                    || field.path().equals("imds.requests.total")) {
                String name = field.path().substring(field.path().lastIndexOf('.') + 1);
                assertThat(summaryWriter).contains("\"" + name + "\"");
            } else if (field.path().startsWith("imds.requests.")) {
                assertThat(Stream.of("v1", "unknown")
                                .flatMap(version -> Stream.of(Outcome.values())
                                        .map(outcome -> "imds.requests." + version + "." + outcome.label())))
                        .contains(field.path());
            } else {
                assertThat(names).contains(field.path());
            }
        }
    }

    @Test
    void insightsQueriesUseFieldsOfTheFormatOnly() throws IOException {
        Set<String> names = fieldsOfTheFormat();
        List<Path> queries = files("insights");
        assertThat(queries).hasSize(9);
        for (Path query : queries) {
            Matcher matcher =
                    DOTTED.matcher(QUOTED.matcher(Files.readString(query)).replaceAll(""));
            List<String> used = new ArrayList<>();
            while (matcher.find()) {
                used.add(matcher.group());
            }
            assertThat(used).as(query.toString()).isNotEmpty();
            assertThat(names).as(query.toString()).containsAll(used);
        }
    }

    @Test
    void theViewUsesFieldsOfTheFormatOnly() throws IOException {
        Set<String> names = fieldsOfTheFormat();
        Matcher matcher =
                Pattern.compile("'\\$\\.([^']*)'").matcher(Files.readString(CLOUDWATCH.resolve("athena/view.sql")));
        int used = 0;
        while (matcher.find()) {
            // Counts are members of one field.
            String field = matcher.group(1);
            assertThat(names).containsAnyOf(field, field.substring(0, Math.max(0, field.lastIndexOf('.'))));
            used++;
        }
        assertThat(used).isGreaterThan(15);
    }

    @Test
    void theTemplateHoldsTheQueriesAsTheyAre() throws IOException {
        String template = Files.readString(CLOUDWATCH.resolve("template.yaml"));
        for (Path query : files("insights")) {
            assertThat(template).contains(Files.readString(query).strip().indent(8));
        }
    }

    @Test
    void alarmsAndDashboardUseMetricsThatTheSummariesCarry() throws IOException {
        String written = Files.readString(METRICS);
        String template = Files.readString(CLOUDWATCH.resolve("template.yaml"));
        assertThat(written).contains("\"IMDSPacketAnalyzer\"");
        Matcher alarm = Pattern.compile("MetricName: (\\w+)").matcher(template);
        Matcher widget =
                Pattern.compile("\"IMDSPacketAnalyzer\",\\s+\"(\\w+)\"").matcher(template);
        List<String> used = new ArrayList<>();
        while (alarm.find()) {
            used.add(alarm.group(1));
        }
        assertThat(used).hasSize(8).contains("UnexpectedCaller");
        while (widget.find()) {
            used.add(widget.group(1));
        }
        assertThat(used).hasSizeGreaterThan(15);
        for (String metric : used) {
            assertThat(written).contains("\"" + metric + "\"");
        }
    }

    /** Retention is the template's: the instances may neither set it nor need to. */
    @Test
    void theTemplateSetsTheRetentionAndTheInstancesMayNot() throws IOException {
        String template = Files.readString(CLOUDWATCH.resolve("template.yaml"));
        assertThat(template).contains("RetentionInDays: !Ref RetentionDays").doesNotContain("PutRetentionPolicy");
        assertThat(Files.readString(CLOUDWATCH.resolve("README.md"))).contains("the agent's configuration sets none");
    }

    @Test
    void theDashboardIsJson() throws IOException {
        String template = Files.readString(CLOUDWATCH.resolve("template.yaml"));
        String body =
                template.substring(template.indexOf("DashboardBody: !Sub |") + 21, template.indexOf("\nOutputs:"));
        assertThat(new ObjectMapper().readTree(body).path("widgets").size()).isEqualTo(8);
    }

    private static String template() throws IOException {
        return Files.readString(CLOUDWATCH.resolve("template.yaml"));
    }

    /** The lines of a resource or an output, without the next one's. */
    private static String part(String name) throws IOException {
        Matcher part = Pattern.compile("(?ms)^  " + name + ":\\n(.*?)(?=^ {0,2}\\S|\\z)")
                .matcher(template());
        assertThat(part.find()).as(name).isTrue();
        return part.group(1);
    }

    private static List<String> alarms() throws IOException {
        return Pattern.compile("(?m)^  (\\w+Alarm):")
                .matcher(template())
                .results()
                .map(alarm -> alarm.group(1))
                .toList();
    }

    @Test
    void whileMigratingServedVersionOneIsNoAlarm() throws IOException {
        assertThat(part("Phase")).contains("Default: Migrating").contains("AllowedValues: [Migrating, Enforced]");
        assertThat(template()).contains("IsEnforced: !Equals [!Ref Phase, Enforced]");
        for (String alarm : alarms()) {
            if (alarm.equals("ImdsV1ServedAlarm")) {
                assertThat(part(alarm)).contains("    Condition: IsEnforced\n");
            } else {
                assertThat(part(alarm)).as(alarm).doesNotContain("Condition:");
            }
        }
    }

    /** An output that refers to what a condition has left out fails the whole stack. */
    @Test
    void theOutputsNameEachAlarmUnderItsOwnCondition() throws IOException {
        assertThat(alarms()).hasSize(8);
        for (String alarm : alarms()) {
            assertThat(part(alarm + "Name")).contains("Value: !Ref " + alarm + "\n");
            assertThat(part(alarm + "Name").contains("Condition: IsEnforced"))
                    .isEqualTo(part(alarm).contains("Condition: IsEnforced"));
        }
        for (String url : List.of("LogGroupUrl", "QueriesUrl", "DashboardUrl", "AlarmsUrl")) {
            assertThat(part(url)).contains("https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=");
        }
    }

    /** Everything that the template refers to is in it. */
    @Test
    void allReferencesHaveTheirTargets() throws IOException {
        Set<String> defined = new TreeSet<>(Set.of("Encoded"));
        Pattern.compile("(?m)^  (\\w+):").matcher(template()).results().forEach(name -> defined.add(name.group(1)));
        List<String> used = Pattern.compile("!Ref (\\w+)|\\$\\{(\\w+)}|!If \\[(\\w+)|Condition: (\\w+)")
                .matcher(template())
                .results()
                .flatMap(found -> Stream.of(found.group(1), found.group(2), found.group(3), found.group(4)))
                .filter(name -> name != null)
                .toList();
        assertThat(used).hasSizeGreaterThan(30);
        assertThat(defined).containsAll(used);
    }

    /** CloudFormation takes at most 1024 bytes for the value of an output. */
    @Test
    void theExportRunsAsItIsPrinted(@TempDir Path folder) throws Exception {
        String value = part("ExportCommand");
        String command = value.substring(value.indexOf("!Sub \"") + 6, value.lastIndexOf('"'))
                .replace("${AWS::Region}", "eu-west-1")
                .replace("${LogGroup}", "/imds-packet-analyzer")
                .replace("${ExportBucket}", "stack-exportbucket-1");
        assertThat(command.length()).isLessThan(1024);
        assertThat(command).doesNotContain("${");
        program(folder.resolve("aws"), """
                echo "aws $*" >>calls
                case $* in
                    *create-export-task*) echo task-1 ;;
                    *describe-export-tasks*) if [ -e asked ]; then echo COMPLETED; else echo RUNNING; touch asked; fi ;;
                esac
                """);
        program(folder.resolve("imds-packet-analyzer"), "echo \"analyzer $*\" >>calls\n");
        program(folder.resolve("date"), "echo 1700000000\n");
        program(folder.resolve("sleep"), "exit 0\n");
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", command).directory(folder.toFile());
        bash.environment().merge("PATH", folder + ":", (path, mine) -> mine + path);
        assertThat(bash.inheritIO().start().waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .containsExactly(
                        "aws logs create-export-task --region eu-west-1 --log-group-name /imds-packet-analyzer --from 1698790400000"
                                + " --to 1700000000000 --destination stack-exportbucket-1 --query taskId --output text",
                        "aws logs describe-export-tasks --region eu-west-1 --task-id task-1 --query exportTasks[0].status.code"
                                + " --output text",
                        "aws logs describe-export-tasks --region eu-west-1 --task-id task-1 --query exportTasks[0].status.code"
                                + " --output text",
                        "aws s3 sync --region eu-west-1 s3://stack-exportbucket-1/exportedlogs/task-1 imds-logs",
                        "analyzer report imds-logs");
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
