package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The command documents for Systems Manager: members by "Schema version 2.2" of its user guide, and their scripts run with
 * programs that stand for the host's.
 */
@LinuxOnly("grep and mktemp in /bin, as on the hosts that the documents are for")
class SsmDocumentsTest {
    private static final Path FOLDER = Path.of("packaging/ssm");
    private static final Pattern PARAMETER = Pattern.compile("\\{\\{ ?(\\w+) ?\\}\\}");
    private static final Set<String> TOP = Set.of("schemaVersion", "description", "parameters", "mainSteps");
    private static final Set<String> OF_PARAMETER =
            Set.of("type", "description", "default", "allowedValues", "allowedPattern", "minChars", "maxChars");
    private static final Set<String> OF_STEP = Set.of("action", "name", "precondition", "inputs");
    private static final Set<String> OF_SCRIPT = Set.of("timeoutSeconds", "runCommand", "workingDirectory");

    @TempDir
    private Path folder;

    private record Ended(int code, String said) {}

    @ParameterizedTest
    @ValueSource(strings = {"report.yaml", "remove.yaml"})
    void hasTheMembersThatSystemsManagerKnows(String file) throws IOException {
        JsonNode document = document(file);

        assertThat(document.path("schemaVersion").asString()).isEqualTo("2.2");
        assertThat(TOP).containsAll(names(document));
        document.path("parameters").properties().forEach(parameter -> {
            assertThat(parameter.getKey()).matches("\\w+");
            assertThat(OF_PARAMETER).containsAll(names(parameter.getValue()));
            assertThat(parameter.getValue().path("type").asString()).isEqualTo("String");
        });
        assertThat(document.path("mainSteps")).hasSize(1).allSatisfy(step -> {
            assertThat(OF_STEP).containsAll(names(step));
            assertThat(step.path("action").asString()).isEqualTo("aws:runShellScript");
            assertThat(step.at("/precondition/StringEquals").toString()).isEqualTo("[\"platformType\",\"Linux\"]");
            assertThat(OF_SCRIPT).containsAll(names(step.path("inputs")));
            // A text of digits, by the plugin's reference.
            assertThat(step.at("/inputs/timeoutSeconds").isString()).isTrue();
        });
    }

    /** What a parameter holds goes into a script of root's: each is bounded to what cannot end a word there. */
    @ParameterizedTest
    @ValueSource(strings = {"report.yaml", "remove.yaml"})
    void usesEachParameterAndNoOtherAndBoundsIt(String file) throws IOException {
        JsonNode document = document(file);
        Set<String> used = new TreeSet<>(PARAMETER
                .matcher(script(document))
                .results()
                .map(found -> found.group(1))
                .toList());

        assertThat(names(document.path("parameters"))).containsExactlyInAnyOrderElementsOf(used);
        document.path("parameters").forEach(parameter -> {
            String pattern = parameter.path("allowedPattern").asString();
            if (pattern.isEmpty()) {
                assertThat(parameter.path("allowedValues")).isNotEmpty();
            } else {
                assertThat(List.of("a b", "$(id)", "`id`", "a;b", "\"", "'", "a\nb"))
                        .noneMatch(hostile ->
                                Pattern.compile(pattern).matcher(hostile).matches());
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "65, 65"})
    void reportReachesS3UnlessThereIsNone(int ofReport, int expected) throws Exception {
        stub("imds-packet-analyzer", "echo report; exit " + ofReport);
        stub("aws", "cat \"$4\"; echo \"to $5\"");
        stub("hostname", "echo web-1");

        Ended ended = run("report.yaml", "Bucket", "evidence", "Prefix", "imds");

        assertThat(ended.code()).as(ended.said()).isEqualTo(expected);
        assertThat(ended.said().contains("report\nto s3://evidence/imds/web-1.json"))
                .isEqualTo(expected == 0);
    }

    @Test
    void reportSaysWhatTheHostLacks() throws Exception {
        Ended without = run("report.yaml", "Bucket", "evidence", "Prefix", "imds");
        assertThat(without.code()).isEqualTo(66);
        assertThat(without.said()).isEqualTo("imds-packet-analyzer is not installed here\n");

        stub("imds-packet-analyzer", "echo report");
        Ended alone = run("report.yaml", "Bucket", "evidence", "Prefix", "imds");
        assertThat(alone.code()).isEqualTo(69);
        assertThat(alone.said()).isEqualTo("the AWS CLI is not installed here: it takes the report to S3\n");
    }

    @Test
    void reportThatCannotBeSentFails() throws Exception {
        stub("imds-packet-analyzer", "echo report");
        stub("hostname", "echo web-1");
        stub("aws", "echo 'upload failed: AccessDenied' >&2; exit 1");

        Ended ended = run("report.yaml", "Bucket", "evidence", "Prefix", "imds");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said()).contains("AccessDenied");
    }

    @Test
    void removeTakesThePackageOfEitherFamilyAndSaysWhereThereIsNone() throws Exception {
        assertThat(run("remove.yaml", "Purge", "no").said()).contains("imds-packet-analyzer is not installed here");

        stub("rpm", "echo \"rpm $*\"");
        assertThat(run("remove.yaml", "Purge", "no").said()).contains("rpm -e imds-packet-analyzer");

        stub("dpkg-query", "echo 'install ok installed'");
        stub("apt-get", "echo \"apt-get $*\"");
        assertThat(run("remove.yaml", "Purge", "no").said())
                .contains("remove imds-packet-analyzer")
                .doesNotContain("purge");
    }

    @Tag("programs")
    @Test
    void associationsHaveTheMembersThatSystemsManagerKnows() throws Exception {
        JsonNode resources = document("associations.yaml").path("Resources");

        assertThat(resources).hasSize(2);
        for (JsonNode association : resources) {
            assertThat(association.path("Type").asString()).isEqualTo("AWS::SSM::Association");
            AwsModel.assertTakes("ssm", "CreateAssociation", association.path("Properties"));
        }
        assertThat(resources.at("/Report/Properties/Parameters").propertyNames())
                .isSubsetOf(document("report.yaml").path("parameters").propertyNames());
    }

    private static JsonNode document(String file) throws IOException {
        return new YAMLMapper().readTree(Files.readString(FOLDER.resolve(file)));
    }

    private static String script(JsonNode document) {
        List<String> lines = new ArrayList<>();
        document.at("/mainSteps/0/inputs/runCommand").forEach(line -> lines.add(line.asString()));
        return String.join("\n", lines);
    }

    private static List<String> names(JsonNode node) {
        return List.copyOf(node.propertyNames());
    }

    private void stub(String program, String script) throws IOException {
        Path file = folder.resolve(program);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** With the parameters put in as the agent does, and only the stubs and the plainest tools on the path. */
    private Ended run(String file, String... parameters) throws Exception {
        String script = PARAMETER
                .matcher(script(document(file)))
                .replaceAll(found -> Matcher.quoteReplacement(value(found, parameters)));
        for (String tool : List.of("sh", "mktemp", "rm", "cat", "grep")) {
            stub(tool, "exec /bin/" + tool + " \"$@\"");
        }
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true);
        builder.environment().put("PATH", folder.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private static String value(MatchResult found, String... parameters) {
        for (int i = 0; i < parameters.length; i += 2) {
            if (parameters[i].equals(found.group(1))) {
                return parameters[i + 1];
            }
        }
        throw new IllegalArgumentException(found.group());
    }
}
