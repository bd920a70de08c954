package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Every command that a report ends in is one that the AWS CLI knows, and says its Region where that is known. */
@LinuxOnly("GNU's date in /usr/bin")
@Tag("programs")
class CommandsTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final Pattern COMMAND = Pattern.compile("(?m)(?:^|[\\s>])(aws [a-z0-9]+ [a-z][^\\n<]*)");

    private static final List<ReportFormat> FORMATS =
            List.of(ReportFormat.TEXT, ReportFormat.HTML, ReportFormat.JSON, ReportFormat.TICKETS);

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        // Silent from its boot on; broken by what it requires; whose tokens are lost on a hop.
        SampleLog silent =
                new SampleLog("i-0000000000000000a", "silent").uptime(20).started(END.minus(Duration.ofDays(5)));
        place(silent.watched(END.minus(Duration.ofDays(15)), END)).write(folder.resolve("a.jsonl"));
        SampleLog broken = new SampleLog("i-0000000000000000b", "broken").watched(END.minus(Duration.ofDays(15)), END);
        place(broken.rejected(END.minusSeconds(90), Program.CURL)).write(folder.resolve("b.jsonl"));
        SampleLog lost = new SampleLog("i-0000000000000000c", "lost").watched(END.minus(Duration.ofDays(15)), END);
        place(lost.fallback(END.minusSeconds(90), Program.BOTO)).write(folder.resolve("c.jsonl"));
    }

    private static SampleLog place(SampleLog log) {
        return log.edit("\"cloud\":{", "\"cloud\":{\"account\":{\"id\":\"123456789012\"},\"region\":\"eu-west-1\",");
    }

    private Set<String> commands(ReportFormat format) throws IOException {
        ReportOptions options = Reports.options(format, folder);
        String out = Reports.run(options).out();
        Set<String> commands = new TreeSet<>();
        if (format == ReportFormat.JSON) {
            addCommands(new ObjectMapper().readTree(out), commands);
            return commands;
        }
        Matcher command = COMMAND.matcher(out);
        while (command.find()) {
            commands.add(command.group(1)
                    .replace("&quot;", "\"")
                    .replace("&#39;", "'")
                    .replace("&amp;", "&")
                    .strip());
        }
        return commands;
    }

    private static void addCommands(JsonNode node, Set<String> commands) {
        if (node.isString() && node.asString().startsWith("aws ")) {
            commands.add(node.asString());
        }
        node.forEach(child -> addCommands(child, commands));
    }

    @Test
    void theAwsCliTakesThem() throws Exception {
        Set<String> all = new TreeSet<>(scripted());
        for (ReportFormat format : FORMATS) {
            Set<String> commands = commands(format);
            assertThat(commands)
                    .as(format.name())
                    .isNotEmpty()
                    .allSatisfy(command -> assertThat(command)
                            .satisfiesAnyOf(
                                    text -> assertThat(text).startsWith("aws organizations "),
                                    text -> assertThat(text).endsWith(" --region eu-west-1")));
            for (String part : List.of("--http-tokens optional", "--http-put-response-hop-limit 2")) {
                assertThat(commands).as(format.name()).anyMatch(command -> command.contains(part));
            }
            all.addAll(commands);
        }
        assertThat(all)
                .anyMatch(command -> command.contains("--http-endpoint disabled"))
                .anyMatch(command -> command.contains("create-policy --type DECLARATIVE_POLICY_EC2"));
        Judges.awsTakes(all);
    }

    /** Without the AWS CLI on the path the script prints its plan. */
    private Set<String> scripted() throws Exception {
        Path script = folder.resolve("require.sh");
        Files.writeString(
                script,
                Reports.run(Reports.options(ReportFormat.SCRIPT, folder)).out());
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String program : new String[] {"bash", "date", "sort", "tr", "cat"}) {
            Path own = Files.writeString(bin.resolve(program), "#!/bin/bash\nexec /usr/bin/" + program + " \"$@\"\n");
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
        }
        String said = Judges.accepted(List.of("env", "PATH=" + bin, "bash", script.toString(), "--despite-doubts"));
        Set<String> commands = new TreeSet<>();
        said.lines()
                .filter(line -> line.startsWith("would run: "))
                .forEach(line -> commands.add(line.substring("would run: ".length())));
        assertThat(commands)
                .containsExactly("aws ec2 modify-instance-metadata-options --instance-id i-0000000000000000a"
                        + " --http-tokens required --http-endpoint enabled --region eu-west-1");
        return commands;
    }
}
