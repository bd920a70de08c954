package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The task definition for ECS has what ECS's own API knows, and says the same in both its forms. */
class EcsTaskDefinitionTest {
    private static final Path PLAIN = Path.of("packaging/ecs/task-definition.json");
    private static final Path TEMPLATE = Path.of("packaging/ecs/template.yaml");

    @Tag("programs")
    @Test
    void hasNoMemberThatTheApiOfEcsDoesNotKnow() throws Exception {
        AwsModel.assertTakes("ecs", "RegisterTaskDefinition", plain());
    }

    @Tag("programs")
    @Test
    void servicesTemplateHasNoMemberThatTheApiOfEcsDoesNotKnow() throws Exception {
        JsonNode service = new YAMLMapper().readTree(Files.readString(TEMPLATE)).at("/Resources/Service/Properties");

        assertThat(service.path("SchedulingStrategy").asString()).isEqualTo("DAEMON");
        AwsModel.assertTakes("ecs", "CreateService", AwsModel.lowered(service));
    }

    @Tag("programs")
    @Test
    void aMemberThatTheApiDoesNotKnowIsFound() throws Exception {
        JsonNode wrong = new JsonMapper().readTree("{\"serviceName\": \"a\", \"schedulingStrategie\": \"DAEMON\"}");

        assertThatThrownBy(() -> AwsModel.assertTakes("ecs", "CreateService", wrong))
                .hasMessageContaining("schedulingStrategie");
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

    /** CloudFormation's words are texts, numbers or both: only their text is compared. */
    private static String lowered(JsonNode node) {
        return AwsModel.lowered(node).toString().replace("\"", "");
    }
}
