package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import dev.imdsanalyzer.report.run.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;

class GuardrailFilesTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final String HOST = "{\"InstanceId\":\"%s\",\"State\":{\"Name\":\"%s\"}}";

    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1").watched(END.minus(Duration.ofDays(15)), END);

    private static String running(String id) {
        return HOST.formatted(id, "running");
    }

    private static String inventory(String... hosts) {
        return "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[" + String.join(",", hosts) + "]}]}";
    }

    private Path write(String inventory) throws IOException {
        ReportOptions options = Reports.options(ReportFormat.GUARDRAILS, log.write(folder.resolve("a.jsonl")));
        if (inventory != null) {
            options = options.withInventory(Files.writeString(folder.resolve("inventory.json"), inventory)
                    .toString());
        }
        Path target = folder.resolve("guardrails");
        assertThat(Reports.run(options.into(target)).err()).contains("files in");
        return target;
    }

    private static String state(Path target, String file) throws IOException {
        String readme = Files.readString(target.resolve("README.md"));
        String part = readme.substring(readme.indexOf("`" + file + "`"));
        return part.substring(0, part.indexOf("- Needs"));
    }

    @Test
    void everyArtefactIsWhatItsNameSays() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(write(null))) {
            walk.filter(Files::isRegularFile).forEach(files::add);
        }
        int policies = 0;
        for (Path file : files) {
            String text = Files.readString(file);
            String name = file.toString();
            if (name.endsWith(".json")) {
                JsonNode policy = new ObjectMapper().readTree(text);
                assertThat(policy.isObject()).isTrue();
                assertThat(text.length()).as("limit of an SCP").isLessThan(5120);
                policies++;
            } else if (name.endsWith(".yaml")) {
                assertThat(new ObjectMapper(new YAMLFactory()).readTree(text).isObject())
                        .as(name)
                        .isTrue();
            }
        }
        assertThat(policies).isEqualTo(5);
    }

    @Test
    void policiesHaveWhatKeepsThemFromHarm() throws IOException {
        Path target = write(null);
        ObjectMapper json = new ObjectMapper();
        JsonNode launch = json.readTree(Files.readString(target.resolve("policies/scp-launch.json")));
        assertThat(launch.at("/Statement/0/Resource").asString()).isEqualTo("arn:aws:ec2:*:*:instance/*");
        JsonNode back = json.readTree(Files.readString(target.resolve("policies/scp-no-way-back.json")));
        assertThat(back.at("/Statement/0/Condition/Null/ec2:Attribute~1HttpTokens")
                        .asString())
                .isEqualTo("false");
        assertThat(Files.readString(target.resolve("policies/scp-role-delivery.json")))
                .contains("aws:PrincipalTag/ExemptFromIMDSv2");
    }

    @Test
    void theAccountsPiecesWaitForInventoryAndCloudTrail() throws IOException {
        Path target = write(null);
        assertThat(state(target, "instances/require-imdsv2.sh")).contains("Apply now.");
        assertThat(state(target, "terraform/launch-template.tf")).contains("Apply now.");
        for (String file :
                List.of("terraform/account-default.tf", "policies/scp-launch.json", "policies/declarative-ec2.json")) {
            assertThat(state(target, file))
                    .contains("Not yet:")
                    .contains("inventory")
                    .contains("cloudtrail");
        }
    }

    @Test
    void anInstanceThatNobodyWatchesKeepsThemBack() throws IOException {
        Path target = write(inventory(running(Reports.INSTANCE), running("i-00000000000000009")));
        assertThat(state(target, "policies/scp-launch.json")).contains("1 of 2 instances of the inventory not watched");
    }

    private Path write(String inventory, String trail) throws IOException {
        ReportOptions options = Reports.withTrail(
                        Reports.options(ReportFormat.GUARDRAILS, log.write(folder.resolve("a.jsonl"))),
                        Files.writeString(folder.resolve("trail.json"), trail))
                .withInventory(Files.writeString(folder.resolve("inventory.json"), inventory)
                        .toString());
        Path target = folder.resolve("guardrails");
        Reports.run(options.into(target));
        return target;
    }

    private static String trail(String delivery, String created) {
        return "{\"Records\":[{\"eventTime\":\"2026-11-21T20:00:00Z\",\"userIdentity\":{\"arn\":\"a/" + Reports.INSTANCE
                + "\",\"sessionContext\":{\"attributes\":{\"creationDate\":\"" + created
                + "\"},\"ec2RoleDelivery\":\"" + delivery + "\"}}}]}";
    }

    @Test
    void allOfTheAccountReadyAndACleanTrailAllowThem() throws IOException {
        Path target = write(inventory(running(Reports.INSTANCE)), trail("2.0", "2026-11-21T18:00:00Z"));
        for (String file : List.of(
                "terraform/account-default.tf",
                "policies/scp-launch.json",
                "policies/scp-no-way-back.json",
                "policies/scp-role-delivery.json",
                "policies/declarative-ec2.json")) {
            assertThat(state(target, file)).contains("Apply now.");
        }
        // Which VPC endpoints there are no log shows.
        assertThat(state(target, "policies/scp-same-network.json")).contains("Not yet:");
    }

    /** From before the window, so that the instance is READY all the same. */
    @Test
    void aSessionByImdsV1KeepsThemBack() throws IOException {
        Path target = write(inventory(running(Reports.INSTANCE)), trail("1.0", "2026-10-01T18:00:00Z"));
        assertThat(state(target, "policies/scp-role-delivery.json")).contains("CloudTrail has 1 session by IMDSv1");
    }

    /** Versions of the AWS CLI differ in whether the owner stands before the instances or after them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInventoryOfAnotherAccountKeepsThemBack(boolean ownerFirst) throws IOException {
        log.edit("\"cloud\":{", "\"cloud\":{\"account\":{\"id\":\"123456789012\"},");
        String instances = "\"Instances\":[" + running(Reports.INSTANCE) + "]";
        String owner = "\"OwnerId\":\"111122223333\"";
        Path target = write(
                "{\"Reservations\":[{" + (ownerFirst ? owner + "," + instances : instances + "," + owner) + "}]}");
        assertThat(state(target, "policies/scp-launch.json"))
                .contains("of account 111122223333, the logs of 123456789012");
    }

    @Test
    void anInventoryOfTwoAccountsKeepsThemBack() throws IOException {
        String two = inventory(running(Reports.INSTANCE))
                + inventory(running("i-00000000000000009")).replace("111122223333", "444455556666");
        assertThat(state(write(two), "policies/scp-launch.json")).contains("several accounts");
    }

    @Test
    void aTerminatedInstanceDoesNot() throws IOException {
        Path target = write(inventory(running(Reports.INSTANCE), HOST.formatted("i-00000000000000009", "terminated")));
        assertThat(state(target, "policies/scp-launch.json"))
                .contains("CloudTrail was not asked")
                .doesNotContain("not watched");
    }

    @Test
    void aPageThatIsMissingKeepsThemBack() throws IOException {
        String text = inventory(running(Reports.INSTANCE));
        Path target = write(text.substring(0, text.length() - 1) + ",\"NextToken\":\"x\"}");
        assertThat(state(target, "policies/scp-launch.json")).contains("the inventory is not complete");
    }

    @Test
    void nothingButDetectionIsToBeAppliedWhileSomebodyCallsIt() throws IOException {
        log.v1(END.minusSeconds(60), Program.CURL);
        String readme =
                Files.readString(write(inventory(running(Reports.INSTANCE))).resolve("README.md"));
        assertThat(readme.split("Apply now\\.", -1)).hasSize(2);
        assertThat(readme).contains("config/config-rules.yaml", "no instance is READY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{}", "{\"Reservations\":", "17", "\"x\""})
    void whatIsNoInventoryIsSaidInOneLine(String text) throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.json"), text);
        Reports.Result result = Reports.run(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl")))
                .withInventory(bad.toString()));
        assertThat(result.exitCode()).isEqualTo(Report.EXIT_BAD_DATA);
        assertThat(result.err()).hasLineCount(1).contains("no inventory");
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidInOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Reports.Result result = Reports.run(Reports.options(ReportFormat.ALLOW, log.write(folder.resolve("a.jsonl")))
                .into(file));
        assertThat(result.exitCode()).isEqualTo(Report.EXIT_CANNOT_CREATE);
        assertThat(result.err()).hasLineCount(1).contains("cannot write into the folder");
    }
}
