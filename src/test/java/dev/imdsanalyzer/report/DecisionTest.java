package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static dev.imdsanalyzer.report.SingleHost.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The commands at the end of a report: what they change, where, in which order, and what takes the way back. */
class DecisionTest {
    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1").watched(daysBeforeEnd(15), END);

    private SampleLog inRegion(String region) {
        String place = "\"cloud\":{\"account\":{\"id\":\"123456789012\"},\"region\":\"" + region + "\",";
        return log.edit("\"cloud\":{", place);
    }

    @Test
    void theFutureIsClosedInOrder() throws IOException {
        assertThat(text(log.v2(daysBeforeEnd(1), Program.CURL), folder))
                .containsSubsequence(
                        "create-launch-template-version",
                        "update-auto-scaling-group",
                        "start-instance-refresh",
                        "modify-image-attribute --image-id AMI-ID --imds-support v2.0",
                        "modify-instance-metadata-defaults --http-tokens required --http-put-response-hop-limit -1",
                        "--http-tokens-enforced enabled",
                        "enable-policy-type",
                        "create-policy --type DECLARATIVE_POLICY_EC2",
                        "http_tokens_enforced",
                        "attach-policy",
                        "ec2:MetadataHttpTokens",
                        "\"Null\":{\"ec2:Attribute/HttpTokens\":\"false\"}",
                        "DefaultsByAdminsOnly",
                        "ec2:RoleDelivery");
    }

    @Test
    void everyPolicyIsJsonWithinItsSize() throws IOException {
        Matcher contents = Pattern.compile("--content '([^']*)'").matcher(text(log, folder));
        int policies = 0;
        while (contents.find()) {
            JsonNode policy = new ObjectMapper().readTree(contents.group(1));
            assertThat(policy.has("Statement") || policy.has("ec2_attributes")).isTrue();
            assertThat(contents.group(1).length()).isLessThan(5120);
            policies++;
        }
        assertThat(policies).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"eu-west-1, arn:aws:", "cn-north-1, arn:aws-cn:", "us-gov-west-1, arn:aws-us-gov:"})
    void regionAndPartitionStandInEveryCommand(String region, String arn) throws IOException {
        log.v2(daysBeforeEnd(1), Program.CURL);
        String text = text(inRegion(region), folder);
        assertThat(text).contains(arn + "ec2:*:*:instance/*").contains("  123456789012 " + region);
        assertThat(text.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("aws ec2 ") || line.startsWith("aws autoscaling ")))
                .hasSizeGreaterThan(8)
                .allMatch(line -> line.endsWith(" --region " + region));
    }

    @Test
    void aRegionThatIsNoneGetsIntoNoCommand() throws IOException {
        log.v2(daysBeforeEnd(1), Program.CURL);
        assertThat(text(inRegion("eu-west-1; reboot"), folder)).doesNotContain("reboot");
    }

    @Test
    void whereARollBackIsPrintedItSaysWhatRefusesIt() throws IOException {
        assertThat(text(log.v2(daysBeforeEnd(1), Program.CURL), folder))
                .containsSubsequence(
                        "Roll back", "HttpTokensEnforced", "get-instance-metadata-defaults", "--http-tokens optional");
        SampleLog broken = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(daysBeforeEnd(15), END)
                .rejected(daysBeforeEnd(1), Program.CURL);
        assertThat(text(broken, folder))
                .containsSubsequence("As a stopgap", "HttpTokensEnforced", "--http-tokens optional");
    }

    /** Docker's bridge; an address that nothing on the host uses; and two that are no evidence. */
    @ParameterizedTest
    @CsvSource({"172.17.0.2, true", "10.0.7.7, true", "10.0.0.5, false"})
    void theHopLimitIsRaisedOnEvidenceOnly(String address, boolean raised) throws IOException {
        log.v2(daysBeforeEnd(2), Program.CURL)
                .v2(daysBeforeEnd(1), Program.CURL)
                .edit("\"ip\":\"10.0.0.5\"", "\"ip\":\"" + address + "\"")
                .edit("\"user\":{", "\"container\":{\"id\":\"0123456789ab\"},\"user\":{");
        String text = text(log, folder);
        assertThat(text.contains("add --http-put-response-hop-limit 2")).isEqualTo(raised);
        assertThat(text.contains("CKV_AWS_341")).isEqualTo(raised);
        assertThat(text.contains("left as it is: no container behind a network hop was seen"))
                .isEqualTo(!raised);
        assertThat(text)
                .doesNotContain(
                        "modify-instance-metadata-defaults --http-tokens required --http-put-response-hop-limit 2");
        assertThat(text).doesNotContain("HttpPutResponseHopLimit\":2}");
    }

    @Test
    void theEndpointIsLeftOnForANode() throws IOException {
        log.uptime(20).started(daysBeforeEnd(10));
        assertThat(text(log, folder)).contains("--http-endpoint disabled");
        log.v2(daysBeforeEnd(1), Program.CURL).edit("\"user\":{", "\"k8s\":{\"pod\":{\"uid\":\"0f6d\"}},\"user\":{");
        assertThat(text(log, folder)).doesNotContain("--http-endpoint disabled");
    }

    @Test
    void aBootThatWasNotWatchedOffersNothing() throws IOException {
        assertThat(text(log.uptime(121).started(daysBeforeEnd(10)), folder)).doesNotContain("--http-endpoint disabled");
        SampleLog early = new SampleLog(Reports.INSTANCE, "web-1")
                .uptime(20)
                .started(daysBeforeEnd(30))
                .watched(daysBeforeEnd(30), END);
        assertThat(text(early, folder)).doesNotContain("--http-endpoint disabled");
    }

    @Test
    void verdictsAreAddedUpByAccountAndRegion() throws IOException {
        inRegion("eu-west-1").write(Files.createDirectory(folder.resolve("one")).resolve("a.jsonl"));
        SampleLog other = new SampleLog("i-00000000000000002", "web-2").watched(daysBeforeEnd(3), END);
        other.edit("\"cloud\":{", "\"cloud\":{\"account\":{\"id\":\"210987654321\"},\"region\":\"us-east-1\",")
                .write(Files.createDirectory(folder.resolve("two")).resolve("a.jsonl"));
        Reports.Result result = Reports.run(Reports.options(ReportFormat.TEXT, folder));
        assertThat(result.out())
                .contains("123456789012 eu-west-1  1 READY\n")
                .contains("210987654321 us-east-1  1 WATCH LONGER\n");
        JsonNode json = new ObjectMapper()
                .readTree(
                        Reports.run(Reports.options(ReportFormat.JSON, folder)).out());
        assertThat(List.of(
                        json.at("/instances/0/account").asString(),
                        json.at("/instances/0/region").asString()))
                .containsExactly("210987654321", "us-east-1");
    }

    /** Where the lines do not say it, the inventory does; they are believed before it. */
    @Test
    void theInventorySaysWhereAnInstanceIs() throws IOException {
        Path inventory = Files.writeString(
                folder.resolve("inventory.json"),
                "{\"Reservations\":[{\"Instances\":[{\"InstanceId\":\"" + Reports.INSTANCE
                        + "\",\"State\":{\"Name\":\"running\"},\"Placement\":{\"AvailabilityZone\":\"us-east-1b\"}}],"
                        + "\"OwnerId\":\"123456789012\"}]}");
        Path file = log.v2(daysBeforeEnd(1), Program.CURL).write(folder.resolve("a.jsonl"));
        ReportOptions options = Reports.options(ReportFormat.SCRIPT, file).withInventory(inventory.toString());
        assertThat(Reports.run(options).out()).contains("\"" + Reports.INSTANCE + " 123456789012 us-east-1\"");
        inRegion("eu-west-1").write(file);
        assertThat(Reports.run(options).out()).contains("\"" + Reports.INSTANCE + " 123456789012 eu-west-1\"");
    }

    /** The European Sovereign Cloud's Regions have a longer first word. */
    @Test
    void everyPartitionsRegionsAreKnown() throws IOException {
        log.v2(daysBeforeEnd(1), Program.CURL);
        assertThat(text(inRegion("eusc-de-east-1"), folder)).contains("arn:aws-eusc:ec2:*:*:instance/*");
    }
}
