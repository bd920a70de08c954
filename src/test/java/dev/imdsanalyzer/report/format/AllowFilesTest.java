package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllowFilesTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final Program STAR = new Program("x } accept\n}", "ab", "/*", "x", "x/1");
    private static final Program QUOTE = new Program("q", "cd", "/opt/a\\\"b", "x", "x/1");

    @TempDir
    Path folder;

    private Path target;

    @BeforeEach
    void write() throws IOException {
        Path log = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(END.minus(Duration.ofDays(15)), END)
                .v2(END.minusSeconds(90), Program.CURL)
                .v2(END.minusSeconds(80), Program.BOTO)
                .edit("session-3.scope", "job@1.service")
                .edit("\"id\":\"0\",\"name\":\"root\"", "\"id\":\"1007\",\"name\":\"job\"")
                .v2(END.minusSeconds(70), STAR)
                .edit("session-3.scope", "../../etc/x.service")
                .edit("\"id\":\"0\",\"name\":\"root\"", "\"id\":\"1 } accept\",\"name\":\"*\"")
                .v2(END.minusSeconds(60), QUOTE)
                .edit("/opt/a\\\"b", "/opt/a\\\\\\\"b")
                .write(folder.resolve("a.jsonl"));
        target = folder.resolve("out");
        Reports.Result result =
                Reports.run(Reports.options(ReportFormat.ALLOW, log).into(target));
        assertThat(result.err()).contains("files in");
    }

    private String text(String name) throws IOException {
        return Files.readString(target.resolve(name));
    }

    @Test
    void theAnalyzersListNamesUnitOrUserWithThePath() throws IOException {
        assertThat(text(AllowFiles.POLICY))
                .contains("- {user: \"root\", path: \"/usr/bin/curl\"}")
                .contains("- {unit: \"job@1.service\", path: \"/usr/bin/python3.9\"}");
    }

    @Test
    void noNameFromALogIsAPattern() throws IOException {
        assertThat(text(AllowFiles.POLICY)).doesNotContain("\"/*\"").doesNotContain("\"*\"");
        assertThat(text(AllowFiles.README)).contains("left out");
    }

    @Test
    void nothingFromALogIsARuleOfItsOwnOrAPath() throws IOException {
        assertThat(text(AllowFiles.NFT).lines().filter(line -> !line.contains("#")))
                .filteredOn(line -> line.contains("accept"))
                .containsExactly("        type filter hook output priority filter; policy accept;", "        } accept");
        assertThat(text(AllowFiles.NFT)).contains("            0, # root").contains("            1007, # ");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> folder.relativize(file).toString()).filter(name -> name.contains(".service")))
                    .containsExactlyInAnyOrder(
                            "out/systemd/job@1.service.d", "out/systemd/job@1.service.d/50-imds.conf");
        }
    }

    @Test
    void sessionsAreTakenTogetherAsTheirNumbersChange() throws IOException {
        assertThat(text("systemd/session-.scope.d/50-imds.conf"))
                .contains("[Scope]\nIPAddressAllow=169.254.169.254 fd00:ec2::254\n");
        assertThat(text("systemd/-.slice.d/50-imds.conf")).contains("IPAddressDeny=169.254.169.254 fd00:ec2::254\n");
    }

    @Tag("programs")
    @Test
    void nftTakesTheTable() throws Exception {
        assertAccepted(List.of("nft", "-c", "-f", target.resolve(AllowFiles.NFT).toString()));
    }

    @Tag("programs")
    @Test
    void systemdTakesTheDropIns() throws Exception {
        Path units = target.resolve("systemd");
        Files.writeString(units.resolve("job@1.service"), "[Service]\nExecStart=/bin/true\n");
        ProcessBuilder verify = new ProcessBuilder(
                "systemd-analyze",
                "verify",
                "--man=no",
                units.resolve("job@1.service").toString());
        verify.environment().put("SYSTEMD_UNIT_PATH", units + ":");
        String said = run(verify);
        assertThat(said).doesNotContain("50-imds.conf");
    }

    private static void assertAccepted(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        assertThat(run(builder)).isEmpty();
    }

    private static String run(ProcessBuilder builder) throws Exception {
        Process process;
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort(builder.command().get(0) + " is not installed");
            return null;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        Assumptions.assumeFalse(said.contains("not permitted"), "needs root");
        assertThat(code).as(said).isZero();
        return said;
    }

    @Test
    void theAnalyzerReadsItsListBack() throws Exception {
        Configuration configuration = new ConfigurationReader()
                .file(target.resolve(AllowFiles.POLICY))
                .read();
        assertThat(configuration.allowedCallers())
                .extracting(entry -> entry.parts().get("path"))
                .contains("/usr/bin/curl", "/opt/a\\\"b");
    }
}
