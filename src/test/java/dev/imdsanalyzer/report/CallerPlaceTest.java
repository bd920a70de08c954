package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerPlaceTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);

    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    private static SampleLog host(int number, Program program) {
        return new SampleLog("i-0123456789abcdef" + number, "web-" + number)
                .watched(END.minus(Duration.ofDays(15)), END)
                .v1(END, program, 100 - number, END)
                .edit(
                        "\"cloud\":{",
                        "\"cloud\":{\"account\":{\"id\":\"11112222333" + number % 2 + "\"},\"region\":\"eu-west-1\",")
                .edit("\"user\":{\"id\":\"0\",", "\"user\":{\"id\":\"0\",\"login_name\":\"alice\",");
    }

    private ReportOptions fleet(int hosts, Program program) throws IOException {
        for (int i = 0; i < hosts; i++) {
            host(i, program).write(folder.resolve("host" + i + ".jsonl"));
        }
        return Reports.options(ReportFormat.TEXT, folder);
    }

    private Path inventory() throws IOException {
        StringBuilder hosts = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            hosts.append(i == 0 ? "" : ",")
                    .append("{\"InstanceId\":\"i-0123456789abcdef")
                    .append(i)
                    .append("\",\"ImageId\":\"ami-0")
                    .append(i / 2)
                    .append("\",\"Tags\":[{\"Key\":\"Team\",\"Value\":\"")
                    .append(i < 3 ? "shop" : "data<b>")
                    .append("\"},{\"Key\":\"aws:autoscaling:groupName\",\"Value\":\"web-asg\"},")
                    .append("{\"Key\":\"aws:ec2launchtemplate:id\",\"Value\":\"lt-0abc\"}]}");
        }
        return Files.writeString(
                elsewhere.resolve("inventory.json"), "{\"Reservations\":[{\"Instances\":[" + hosts + "]}]}");
    }

    private static Map<String, String> parts(ReportOptions options) {
        ReportData data = Reports.data(options);
        return CallerPlace.of(data.callers().get(0), data).parts();
    }

    @Test
    void threeInstancesAreNamedWithTheirHostsAndTheRestCounted() throws IOException {
        Map<String, String> parts = parts(fleet(9, Program.CURL));
        assertThat(parts)
                .containsEntry(
                        "on",
                        "i-0123456789abcdef0 (web-0), i-0123456789abcdef1 (web-1), i-0123456789abcdef2 (web-2) +6")
                .containsEntry("account", "111122223330 eu-west-1, 111122223331 eu-west-1")
                .containsEntry("unit", "session-3.scope")
                .containsEntry("package", "curl 7.88.1-10")
                .containsEntry("user", "root")
                .containsEntry("login", "alice")
                .doesNotContainKey("owner");
    }

    @Test
    void theInventoryJoinsOwnersAndGroups() throws IOException {
        ReportOptions options = fleet(4, Program.CURL).withInventory(inventory().toString());
        assertThat(parts(options))
                .containsEntry("owner", "data<b>, shop")
                .containsEntry("group", "web-asg")
                .containsEntry("AMI", "ami-00, ami-01")
                .containsEntry("launch", "lt-0abc");
        assertThat(Reports.run(options).out())
                .contains("by owner", "shop  3 NOT READY", "by AMI")
                .doesNotContain("by Auto Scaling group");
        String grouped = Reports.run(options.with(Set.of(), Grouping.OWNER)).out();
        assertThat(grouped.indexOf("abcdef2 (web-2)")).isLessThan(grouped.indexOf("abcdef3 (web-3)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cron.service: backup.sh (curl) | /bin/sh /opt/backup.sh --full | /opt/backup.sh --full",
                "crond.service: job.py (boto3 1.9) | python3 -u /opt/job.py --day 1 | /opt/job.py --day 1",
                "jenkins.war | java -Xmx2g -jar /usr/share/java/jenkins.war | /usr/share/java/jenkins.war",
                "makeCalls.sh: curl | bash ./makeCalls.sh | ./makeCalls.sh",
                "curl | curl -s http://169.254.169.254/latest/curl | ",
            })
    void theScriptThatTheLabelNamesIsToldWithItsArguments(String label, String command, String script)
            throws IOException {
        Program program = new Program(label.strip(), "00000000000000aa", "/usr/bin/x", command.strip(), "x/1");
        assertThat(parts(fleet(1, program)).get("script")).isEqualTo(script == null ? null : script.strip());
    }
}
