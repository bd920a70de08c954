package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The task definition for ECS has what ECS's own API knows, and says the same in both its forms. */
class EcsTaskDefinitionTest {
    private static final Path PLAIN = Path.of("packaging/ecs/task-definition.json");
    private static final Path TEMPLATE = Path.of("packaging/ecs/template.yaml");

    /** Asks AWS's model of its API for members and types; values of enumerations, which it leaves alone, are asked beside. */
    private static final String ASK_THE_MODEL = """
            import json, sys
            try:
                import botocore.session
                from botocore.validate import ParamValidator
            except ImportError:
                sys.exit(77)
            shape = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
            report = ParamValidator().validate(json.load(open(sys.argv[1])), shape)
            print(report.generate_report())
            """;

    @Tag("programs")
    @Test
    void hasNoMemberThatTheApiOfEcsDoesNotKnow() throws Exception {
        Process python = new ProcessBuilder("/usr/bin/python3", "-c", ASK_THE_MODEL, PLAIN.toString())
                .redirectErrorStream(true)
                .start();
        String answer = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = python.waitFor();

        assumeThat(status).as("botocore is on this machine").isNotEqualTo(77);
        assertThat(answer.strip()).isEmpty();
        assertThat(status).isZero();
    }

    @Test
    void asksForNoCapabilityThatTheApiOfEcsDoesNotKnow() throws IOException {
        List<String> asked = new java.util.ArrayList<>();
        container().at("/linuxParameters/capabilities/add").forEach(each -> asked.add(each.asString()));

        assertThat(asked).containsExactlyInAnyOrder("NET_RAW", "SYS_ADMIN", "DAC_READ_SEARCH", "SYS_PTRACE");
    }

    /** Beside a user that is not root docker then leaves the launcher without any capability: the program cannot capture. */
    @Test
    void doesNotForbidTheLaunchersFileCapabilities() throws IOException {
        assertThat(container().path("user").asString()).isEqualTo("65532:65532");
        assertThat(Files.readString(PLAIN)).doesNotContain("no-new-privileges");
        assertThat(Files.readString(TEMPLATE)).doesNotContain("[no-new-privileges]");
    }

    @Test
    void templateSaysTheSame() throws IOException {
        JsonNode template = new YAMLMapper().readTree(Files.readString(TEMPLATE));
        JsonNode inTemplate = template.at("/Resources/TaskDefinition/Properties/ContainerDefinitions/0");

        for (String same : List.of(
                "name",
                "essential",
                "command",
                "user",
                "readonlyRootFilesystem",
                "cpu",
                "memoryReservation",
                "memory",
                "stopTimeout",
                "environment",
                "mountPoints")) {
            assertThat(lowered(inTemplate.path(capital(same))))
                    .as(same)
                    .isEqualTo(lowered(container().path(same)));
        }
        assertThat(lowered(template.at("/Resources/TaskDefinition/Properties/Volumes")))
                .isEqualTo(lowered(plain().path("volumes")));
    }

    private static JsonNode plain() throws IOException {
        return new JsonMapper().readTree(Files.readString(PLAIN));
    }

    private static JsonNode container() throws IOException {
        return plain().at("/containerDefinitions/0");
    }

    private static String capital(String member) {
        return member.substring(0, 1).toUpperCase(Locale.ROOT) + member.substring(1);
    }

    /** CloudFormation writes members with a capital. */
    private static Object lowered(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> members = new TreeMap<>();
            node.properties()
                    .forEach(member -> members.put(
                            member.getKey().substring(0, 1).toLowerCase(Locale.ROOT)
                                    + member.getKey().substring(1),
                            lowered(member.getValue())));
            return members;
        }
        if (node.isArray()) {
            return node.valueStream().map(EcsTaskDefinitionTest::lowered).toList();
        }
        return node.asString();
    }
}
