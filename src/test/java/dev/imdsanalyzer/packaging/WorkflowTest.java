package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What runs for each change, and what a release is made by, are commands of this checkout. */
class WorkflowTest {
    private static final Path WORKFLOW = Path.of(".github/workflows/test.yml");
    private static final Pattern DEV = Pattern.compile("\\./dev ([a-z-]+)((?: --[a-z0-9]+)*)");

    private static JsonNode workflow() throws IOException {
        return new YAMLMapper().readTree(Files.readString(WORKFLOW));
    }

    private static List<String> commandsIn(String text) {
        return DEV.matcher(text).results().map(MatchResult::group).toList();
    }

    private static void assertKnown(List<String> commands) throws IOException {
        String dev = Files.readString(Path.of("dev"));
        for (String command : commands) {
            Matcher parts = DEV.matcher(command);
            assertThat(parts.matches()).isTrue();
            assertThat(dev).contains("\n        " + parts.group(1) + ")");
            for (String option : parts.group(2).strip().split(" ", -1)) {
                assertThat(dev).as(command).contains(option);
            }
        }
    }

    @Test
    void theTestsRunOnTheOldestAndTheNewestJdk() throws IOException {
        assertThat(workflow()
                        .at("/jobs/tests/strategy/matrix/java")
                        .valueStream()
                        .map(JsonNode::asString))
                .containsExactly("17", "25");
        assertThat(Files.readString(Path.of("dev"))).contains("MINIMUM_JAVA=17");
    }

    @Test
    void theWorkflowRunsTheTestsAndThePackages() throws IOException {
        List<String> commands = commandsIn(Files.readString(WORKFLOW));
        assertThat(commands).containsExactly("./dev unit", "./dev test", "./dev test-packages --quick");
        assertKnown(commands);
    }

    /** A change from a stranger runs this: it may read the checkout and nothing else. */
    @Test
    void theWorkflowMayWriteNothing() throws IOException {
        assertThat(workflow().at("/permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
        assertThat(workflow().at("/on").has("pull_request")).isTrue();
        assertThat(Files.readString(WORKFLOW)).doesNotContain("secrets.", "pull_request_target");
    }

    @Test
    void theReleaseNamesCommandsAndFilesThatAreThere() throws IOException {
        String text = Files.readString(Path.of("CONTRIBUTING.md"));
        assertThat(text).contains("## A release");
        String release = text.substring(text.indexOf("## A release"));
        List<String> commands = commandsIn(release);
        assertThat(new TreeSet<>(commands))
                .contains("./dev package", "./dev package --repository", "./dev image", "./dev test-packages");
        assertKnown(commands);
        for (String file : List.of("packaging/man", "packaging/ecs", "packaging/kubernetes", ".ci/run")) {
            assertThat(release).contains("`" + file + "`");
            assertThat(Path.of(file)).exists();
        }
    }
}
