package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Policies by the grammar of IAM's JSON and the rules of service control policies. Sources: IAM User Guide, "Grammar of the IAM
 * JSON policy language", "Condition operators"; Organizations User Guide, "Quotas"; service authorization reference of EC2.
 */
class OrganisationPoliciesTest {
    private static final int LARGEST_SCP = 5_120;
    private static final Pattern OPERATOR =
            Pattern.compile("(ForAllValues:|ForAnyValue:)?(String(Not)?(Equals|Like|EqualsIgnoreCase)"
                    + "|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?"
                    + "|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?|Null");
    private static final Pattern ACTION = Pattern.compile("\\*|[a-z0-9-]+:[A-Za-z*]+");
    private static final Pattern RESOURCE = Pattern.compile("\\*|arn:aws(-[a-z]+)*:[a-z0-9-]*:[^:]*:[^:]*:.+");
    /** Which keys a request of these actions has besides the global ones. */
    private static final Map<String, Set<String>> KEYS = Map.of(
            "ec2:RunInstances",
                    Set.of(
                            "ec2:MetadataHttpTokens",
                            "ec2:MetadataHttpEndpoint",
                            "ec2:MetadataHttpPutResponseHopLimit",
                            "ec2:InstanceMetadataTags"),
            "ec2:ModifyInstanceMetadataOptions", Set.of("ec2:Attribute/HttpTokens", "ec2:Attribute"),
            "ec2:ModifyInstanceMetadataDefaults", Set.of("ec2:Attribute", "ec2:Region"),
            "*", Set.of("ec2:RoleDelivery", "ec2:SourceInstanceARN"));

    private static final Pattern GLOBAL_KEY = Pattern.compile(
            "aws:(PrincipalA[Rr][Nn]|PrincipalTag/[A-Za-z0-9]+|Ec2InstanceSourceVpc|Ec2InstanceSourcePrivateIPv4|ViaAWSService)");

    @TempDir
    Path folder;

    /** What is wrong with a service control policy; empty if nothing is. */
    private static List<String> faults(JsonNode policy) {
        List<String> faults = new ArrayList<>();
        if (!List.copyOf(policy.propertyNames()).equals(List.of("Version", "Statement"))
                || !policy.path("Version").asString("").equals("2012-10-17")) {
            faults.add("members " + policy.propertyNames());
        }
        if (policy.toString().length() > LARGEST_SCP) {
            faults.add("larger than " + LARGEST_SCP);
        }
        List<String> sids = new ArrayList<>();
        for (JsonNode statement : policy.path("Statement")) {
            addFaults(statement, faults);
            sids.add(statement.path("Sid").asString(""));
        }
        if (Set.copyOf(sids).size() != sids.size() || sids.isEmpty()) {
            faults.add("sids " + sids);
        }
        return faults;
    }

    private static void addFaults(JsonNode statement, List<String> faults) {
        if (!Set.of("Sid", "Effect", "Action", "NotAction", "Resource", "Condition")
                .containsAll(statement.propertyNames())) {
            faults.add("members " + statement.propertyNames());
        }
        if (!statement.path("Sid").asString("").matches("[A-Za-z0-9]+")) {
            faults.add("sid " + statement.path("Sid"));
        }
        if (!statement.path("Effect").asString("").equals("Deny")) {
            faults.add("effect " + statement.path("Effect"));
        }
        if (statement.has("Action") == statement.has("NotAction")) {
            faults.add("either Action or NotAction");
        }
        for (String member : List.of("Action", "NotAction")) {
            texts(statement.path(member)).stream()
                    .filter(action -> !ACTION.matcher(action).matches())
                    .forEach(action -> faults.add("action " + action));
        }
        if (!RESOURCE.matcher(statement.path("Resource").asString("")).matches()) {
            faults.add("resource " + statement.path("Resource"));
        }
        Set<String> own = KEYS.getOrDefault(statement.path("Action").asString("*"), Set.of());
        statement.path("Condition").properties().forEach(operator -> {
            if (!OPERATOR.matcher(operator.getKey()).matches()) {
                faults.add("operator " + operator.getKey());
            }
            operator.getValue().properties().forEach(key -> {
                if (!own.contains(key.getKey())
                        && !GLOBAL_KEY.matcher(key.getKey()).matches()) {
                    faults.add("key " + key.getKey());
                }
                if (!key.getValue().isString()) {
                    faults.add("value " + key.getValue());
                }
            });
        });
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> texts.add(element.asString("")));
        } else if (!node.isMissingNode()) {
            texts.add(node.asString(""));
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc"})
    void everyServiceControlPolicyIsWithinGrammarAndSize(String partition) {
        for (String policy : List.of(
                OrganisationPolicies.launch(partition),
                OrganisationPolicies.noWayBack(partition),
                OrganisationPolicies.roleDelivery(),
                OrganisationPolicies.network(partition))) {
            JsonNode tree = new ObjectMapper().readTree(policy);
            assertThat(faults(tree)).as(policy).isEmpty();
            assertThat(policy)
                    .doesNotContain("'")
                    .satisfiesAnyOf(
                            text -> assertThat(text).contains("arn:" + partition + ":"),
                            text -> assertThat(text).doesNotContain("arn:"));
        }
    }

    /** What people get wrong in such policies is seen by the check above. */
    @ParameterizedTest
    @CsvSource({
        "StringNotEquals, StringNotEqual",
        "ec2:MetadataHttpTokens, ec2:HttpTokens",
        "ec2:RunInstances, ec2:Run_Instances",
        "Deny, Allow",
        "RequireImdsV2, Require-v2",
        "RequireImdsV2, MaxImdsHopLimit",
        "2012-10-17, 2012-10-18",
        "arn:aws:ec2, arn:ec2"
    })
    void theCheckSeesAFault(String right, String wrong) {
        String policy = OrganisationPolicies.launch("aws");
        assertThat(policy).contains(right);
        assertThat(faults(new ObjectMapper().readTree(policy.replace(right, wrong))))
                .isNotEmpty();
    }

    /** Source: Organizations User Guide, "Declarative policy syntax and examples". */
    @Test
    void theDeclarativePolicyHasTheAttributesAndValuesOfItsSyntax() {
        JsonNode policy = new ObjectMapper().readTree(OrganisationPolicies.declarative());
        JsonNode defaults = policy.at("/ec2_attributes/instance_metadata_defaults");
        Map<String, Set<String>> allowed = Map.of(
                "http_tokens", Set.of("no_preference", "required", "optional"),
                "http_tokens_enforced", Set.of("no_preference", "enabled", "disabled"),
                "http_put_response_hop_limit", Set.of("-1", "1", "2"),
                "http_endpoint", Set.of("no_preference", "enabled", "disabled"),
                "instance_metadata_tags", Set.of("no_preference", "enabled", "disabled"));
        assertThat(defaults.propertyNames()).containsExactlyInAnyOrderElementsOf(allowed.keySet());
        defaults.properties()
                .forEach(attribute -> assertThat(
                                attribute.getValue().path("@@assign").asString(""))
                        .as(attribute.getKey())
                        .isIn(allowed.get(attribute.getKey())));
    }

    /** The commands of every format hold the policies of the folder's files. */
    @ParameterizedTest
    @ValueSource(strings = {"TEXT", "JSON", "HTML"})
    void commandsHoldWhatTheFilesHold(String format) throws IOException {
        Path log = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(daysBeforeEnd(15), END)
                .write(folder.resolve("a.jsonl"));
        Path target = folder.resolve("guardrails");
        assertThat(Reports.run(Reports.options(ReportFormat.GUARDRAILS, log).into(target))
                        .exitCode())
                .isZero();
        String out = Reports.run(Reports.options(ReportFormat.valueOf(format), log))
                .out()
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("\\\"", "\"");
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> inCommands = new ArrayList<>();
        Matcher contents = Pattern.compile("--content '([^']*)'").matcher(out);
        while (contents.find()) {
            inCommands.add(json.readTree(contents.group(1)));
        }
        List<JsonNode> inFiles = new ArrayList<>();
        for (String name : List.of("declarative-ec2", "scp-launch", "scp-no-way-back", "scp-role-delivery")) {
            inFiles.add(json.readTree(Files.readString(target.resolve("policies/" + name + ".json"))));
        }
        assertThat(inCommands).isEqualTo(inFiles);
    }
}
