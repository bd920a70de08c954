package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class CallerUsersTest {
    private static final Instant TIME = Reports.NOW.minus(Duration.ofHours(1));

    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");

    private void call(String user) {
        log.v1(TIME, Program.CURL).edit("\"user\":{\"id\":\"0\",\"name\":\"root\"}", "\"user\":{" + user + "}");
    }

    private List<String> users() throws IOException {
        log.write(folder.resolve("imds.jsonl"));
        JsonNode report = new ObjectMapper()
                .readTree(
                        Reports.run(Reports.options(ReportFormat.JSON, folder)).out());
        return report.at("/callers/0/users")
                .valueStream()
                .map(user ->
                        user.at("/text").asString() + " " + user.at("/calls").asInt())
                .toList();
    }

    @Test
    void linesWithAndWithoutTheNameAreOneUser() throws IOException {
        call("\"id\":\"1000\"");
        call("\"id\":\"1000\",\"name\":\"ubuntu\"");
        call("\"id\":\"1000\"");
        assertThat(users()).containsExactly("ubuntu 3");
    }

    @Test
    void aNumberWithoutAnyNameStaysANumber() throws IOException {
        call("\"id\":\"1000\",\"name\":\"ubuntu\"");
        call("\"id\":\"1001\"");
        call("\"id\":\"1001\"");
        assertThat(users()).containsExactly("1001 2", "ubuntu 1");
    }

    @Test
    void aNumberThatHasSeveralNamesIsNotGuessedAt() throws IOException {
        call("\"id\":\"1000\",\"name\":\"ubuntu\"");
        call("\"id\":\"1000\",\"name\":\"admin\"");
        call("\"id\":\"1000\"");
        assertThat(users()).containsExactly("1000 1", "admin 1", "ubuntu 1");
    }

    @Test
    void aUserWhoseNumberNoLineTellsHasHisName() throws IOException {
        call("\"name\":\"ubuntu\"");
        call("\"id\":\"1000\",\"name\":\"ubuntu\"");
        assertThat(users()).containsExactly("ubuntu 2");
    }
}
