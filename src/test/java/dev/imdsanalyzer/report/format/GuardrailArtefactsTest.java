package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Everything in the folder of guardrails is taken by the program it is for, as far as that can be asked without AWS. */
class GuardrailArtefactsTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final String BEHIND_HOP = "i-0000000000000000b";

    @TempDir
    Path folder;

    /** Of a fleet in one Region; and of one in two, with a container behind a hop and a caller with a hostile name. */
    private final List<Path> targets = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        targets.add(write("plain", host(Reports.INSTANCE, "eu-west-1").v2(END.minusSeconds(90), Program.BOTO)));
        Program hostile = new Program("$(x)`x`\"'; ${y} }\n#", "ab", "/opt/x", "x", "x/1");
        targets.add(write(
                "containers",
                host(Reports.INSTANCE, "eu-west-1").v2(END.minusSeconds(90), hostile),
                host(BEHIND_HOP, "us-east-1")
                        .v2(END.minusSeconds(90), Program.CURL)
                        .edit("\"ip\":\"10.0.0.5\"", "\"ip\":\"172.17.0.2\"")
                        .edit("\"user\":{", "\"container\":{\"id\":\"0123456789ab\"},\"user\":{")));
    }

    private static SampleLog host(String id, String region) {
        SampleLog log = new SampleLog(id, "web");
        return log.watched(END.minus(Duration.ofDays(15)), END)
                .edit("\"cloud\":{", "\"cloud\":{\"account\":{\"id\":\"123456789012\"},\"region\":\"" + region + "\",");
    }

    private Path write(String name, SampleLog... logs) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name));
        for (int i = 0; i < logs.length; i++) {
            logs[i].write(own.resolve(i + ".jsonl"));
        }
        Path target = own.resolve("guardrails");
        assertThat(Reports.run(Reports.options(ReportFormat.GUARDRAILS, own).into(target))
                        .exitCode())
                .isZero();
        return target;
    }

    private List<Path> files(String... endings) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path target : targets) {
            try (Stream<Path> walk = Files.walk(target)) {
                walk.filter(file -> Stream.of(endings)
                                .anyMatch(ending -> file.toString().endsWith(ending)))
                        .forEach(files::add);
            }
        }
        return files;
    }

    @Tag("programs")
    @Test
    void terraformAndPackerAreHcl() throws Exception {
        assertThat(files(".tf", ".hcl")).hasSize(6);
        for (Path file : files(".tf", ".hcl")) {
            assertThat(new ObjectMapper().readTree(Judges.hcl(file)).isObject())
                    .as(file.toString())
                    .isTrue();
        }
    }

    @Tag("programs")
    @Test
    void theHopLimitIsTwoOnlyInATemplateForInstancesWhereItWasSeen() throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode plain = json.readTree(Judges.hcl(targets.get(0).resolve("terraform/launch-template.tf")))
                .at("/resource/aws_launch_template");
        assertThat(plain.propertyNames()).containsExactly("app");
        assertThat(options(plain, "app").path("http_tokens").asString()).isEqualTo("required");
        assertThat(options(plain, "app").has("http_put_response_hop_limit")).isFalse();
        JsonNode both = json.readTree(Judges.hcl(targets.get(1).resolve("terraform/launch-template.tf")))
                .at("/resource/aws_launch_template");
        assertThat(options(both, "app").has("http_put_response_hop_limit")).isFalse();
        assertThat(options(both, "with_containers")
                        .path("http_put_response_hop_limit")
                        .asInt())
                .isEqualTo(2);
        assertThat(Files.readString(targets.get(1).resolve("terraform/launch-template.tf")))
                .contains(BEHIND_HOP)
                .doesNotContain(Reports.INSTANCE);
        JsonNode template = new ObjectMapper(new YAMLFactory())
                .readTree(Files.readString(targets.get(1).resolve("cloudformation/launch-template.yaml")));
        assertThat(template.at("/Resources/Template").toString()).doesNotContain("HopLimit");
        assertThat(template.at(
                                "/Resources/TemplateWithContainers/Properties/LaunchTemplateData/MetadataOptions/HttpPutResponseHopLimit")
                        .asInt())
                .isEqualTo(2);
    }

    private static JsonNode options(JsonNode templates, String name) {
        return templates.at("/" + name + "/0/metadata_options/0");
    }

    @Tag("programs")
    @Test
    void cfnLintTakesTheTemplates() throws Exception {
        Judges.accepted(
                List.of("cfn-lint", "--regions", "eu-west-1", "--"),
                files("launch-template.yaml", "config-rules.yaml").toArray(Path[]::new));
    }

    @Tag("programs")
    @Test
    void shellcheckTakesTheScripts() throws Exception {
        assertThat(files(".sh")).hasSize(4);
        Judges.accepted(List.of("shellcheck"), files(".sh").toArray(Path[]::new));
    }

    @Tag("programs")
    @Test
    void nftTakesTheTable() throws Exception {
        for (Path file : files("imds.nft")) {
            Judges.Answer answer = Judges.ask("", List.of("nft", "-c", "-f", file.toString()));
            Assumptions.assumeFalse(answer.said().contains("not permitted"), "needs root");
            assertThat(answer.exitCode()).as(answer.said()).isZero();
        }
    }

    @Tag("programs")
    @Test
    void awsTakesTheCommandsOfTheReadme() throws Exception {
        Set<String> commands = new TreeSet<>();
        for (Path file : files("guardrails/README.md")) {
            Files.readString(file)
                    .lines()
                    .filter(line -> line.startsWith("aws "))
                    .forEach(commands::add);
        }
        assertThat(commands)
                .hasSizeGreaterThan(10)
                .allSatisfy(command -> assertThat(command)
                        .containsAnyOf(
                                "aws organizations ",
                                " --region eu-west-1",
                                " --region us-east-1",
                                " --region REGION"));
        assertThat(commands)
                .contains(
                        "aws ec2 modify-instance-metadata-defaults --http-tokens required --http-put-response-hop-limit -1"
                                + " --region us-east-1");
        // The files stand where the folder is.
        commands.removeIf(command -> command.contains("file://"));
        Judges.awsTakes(commands);
    }

    /** The members that a NetworkPolicy has. Source: Kubernetes API reference, NetworkPolicy networking.k8s.io/v1. */
    @Test
    void theNetworkPolicyHasItsMembersAlone() throws IOException {
        for (Path file : files("networkpolicy.yaml")) {
            JsonNode policy = new ObjectMapper(new YAMLFactory()).readTree(Files.readString(file));
            assertThat(policy.propertyNames()).containsExactly("apiVersion", "kind", "metadata", "spec");
            assertThat(policy.path("apiVersion").asString()).isEqualTo("networking.k8s.io/v1");
            assertThat(policy.path("kind").asString()).isEqualTo("NetworkPolicy");
            JsonNode spec = policy.path("spec");
            assertThat(spec.propertyNames()).containsExactly("podSelector", "policyTypes", "egress");
            assertThat(spec.at("/policyTypes/0").asString()).isEqualTo("Egress");
            assertThat(spec.at("/egress").size()).isEqualTo(1);
            for (JsonNode peer : spec.at("/egress/0/to")) {
                assertThat(peer.propertyNames()).containsExactly("ipBlock");
                assertThat(peer.path("ipBlock").propertyNames()).containsExactly("cidr", "except");
                assertThat(peer.at("/ipBlock/except/0").asString()).isIn("169.254.169.254/32", "fd00:ec2::254/128");
            }
            assertThat(spec.at("/egress/0/to").size()).isEqualTo(2);
        }
    }
}
