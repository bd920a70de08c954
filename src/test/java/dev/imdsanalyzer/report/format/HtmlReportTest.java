package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final Instant END = Reports.NOW.minusSeconds(60);
    private static final Program HOSTILE = new Program(
            "<script>document.title='owned'</script>\" data-x='",
            "feed00000000beef",
            "/bin/x",
            "x '</details></main><img src=x onerror=\"document.title=`owned`\">' \u202E\u0007",
            "\"><svg onload=document.title='owned'>/1.0");

    @TempDir
    Path folder;

    private String html(SampleLog log) throws IOException {
        return Reports.run(Reports.options(ReportFormat.HTML, log.write(folder.resolve("log.jsonl"))))
                .out();
    }

    private SampleLog watched() {
        return new SampleLog(Reports.INSTANCE, "web<b>1").watched(END.minus(Duration.ofDays(15)), END);
    }

    @Test
    void markupFromTheLogIsText() throws IOException {
        String page = html(watched().v1(END, HOSTILE));
        assertThat(page)
                .contains("&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;")
                .contains("web&lt;b&gt;1")
                .contains("\\u202e\\u0007")
                .doesNotContain("<script>document")
                .doesNotContain("<img")
                .doesNotContain("<svg onload")
                .doesNotContain("web<b>1");
    }

    /** A node with six workloads, of each runtime one. */
    @Test
    void aNodesWorkloadsAreToldWithTheirPodsAndTasks() throws IOException {
        Path log = folder.resolve("node.jsonl");
        try (InputStream node = Reports.class.getResourceAsStream("workloads.jsonl")) {
            Files.copy(node, log);
        }
        assertThat(Reports.run(Reports.options(ReportFormat.HTML, log)).out())
                .contains("<i>namespace</i> shop</span><span><i>workload</i> checkout</span>")
                .contains("<dt>pod</dt><dd>checkout-7d4f9c8b6d-x2kqp</dd>", "<dt>pod</dt><dd>aws-node-zk2vx</dd>")
                .contains("<i>task family</i> billing</span>")
                .contains("<dt>task</dt><dd>0123456789abcdef0123456789abcdef</dd>")
                .contains("<i>project</i> shop</span><span><i>service</i> front</span>")
                .contains("<i>container</i> shop-api</span>");
    }

    @Test
    void theFiguresAreThereWithoutScripts() throws IOException {
        String page = html(watched().v1(END, Program.CURL).v2(END, Program.BOTO));
        String still = page.substring(0, page.indexOf("</main>"));
        assertThat(still)
                .contains("NOT READY", "makeCalls.sh", "curl/7.88.1", "<svg", "Fetch a token first", "sshd")
                .doesNotContain("http://www.")
                .doesNotContain(" src=")
                .doesNotContain("<link");
    }

    @Test
    void aReadyInstanceGetsItsCommands() throws IOException {
        assertThat(html(watched()))
                .contains("--instance-id " + Reports.INSTANCE + " --http-tokens required --http-endpoint enabled")
                .contains("DECLARATIVE_POLICY_EC2")
                .contains("HttpTokensEnforced")
                .doesNotContain("--http-endpoint disabled");
        assertThat(html(watched().uptime(20).started(END.minusSeconds(86_400)))).contains("--http-endpoint disabled");
    }

    @Test
    void theSheetsAreTablesForAScreenReader() throws IOException {
        String page = html(watched().v1(END, Program.CURL).v2(END, Program.BOTO));
        assertThat(page)
                .contains("role=\"table\" aria-label=\"Callers\"", "role=\"table\" aria-label=\"Instances\"")
                .contains("<div role=\"columnheader\"><button type=\"button\" data-kind=\"text\">Program")
                .contains("<div role=\"columnheader\"><button type=\"button\" data-kind=\"text\">Instance")
                .contains("<div class=\"flat\" role=\"row\"><span class=\"who\" role=\"cell\">")
                .contains("<div class=\"line\" role=\"row\"");
        // aria-sort is set on the button's parent, which has to be a column's head.
        assertThat(page.split("<button type=\"button\"", -1)).hasSize(14);
        assertThat(page.split("role=\"columnheader\"[^>]*><button", -1)).hasSize(14);
    }

    @Test
    void probesForOtherCloudsStandApartWithHowToSwitchThemOff() throws IOException {
        String page = html(watched()
                .call(END, Program.CURL, "v1", 404, "\"other-cloud-probe\"", 4, "")
                .edit("Send a token.", "Set NO_GCE_CHECK=true."));

        assertThat(page)
                .contains("<h2>Probes for other clouds</h2>", "4 probes on 1 instance<br>Set NO_GCE_CHECK=true.")
                .contains("another cloud's</span>")
                .contains("<b>0</b><span>IMDSv1 calls served</span>", "<b>4</b><span>probes for other clouds</span>")
                .contains("<title>READY");
    }

    @Test
    void refusalsThatATokenFollowsStandApart() throws IOException {
        String page = html(watched()
                .call(END, Program.CURL, "v1", 401, "\"imdsv1-recovers\"", 4, "")
                .v2(END, Program.CURL));

        assertThat(page)
                .contains("<h2>Refused first, then with a token</h2>", "4 refusals on 1 instance, then 1 IMDSv2 call")
                .contains("gets a token by itself</span>")
                .contains("IMDSv1 calls refused, all followed by a token")
                .contains("<title>READY");
    }

    @Test
    void whatAProcessOfTheHostAnsweredStandsApartWithItsName() throws IOException {
        String page = html(watched()
                .call(END, Program.CURL, "v1", 200, "\"imdsv1-request\",\"answered-locally\"", 3, "")
                .edit("\"user\":{", "\"proxy\":{\"process\":{\"pid\":812,\"name\":\"kube2iam<i>\"}},\"user\":{"));

        assertThat(page)
                .contains("<h2>Answered on the host, not by IMDS</h2>")
                .contains("3 calls on 1 instance, answered by kube2iam&lt;i&gt;")
                .contains("answered on the host</span>")
                .contains("<title>READY");
    }

    @Test
    void anEmptyLogStillGivesAPage() throws IOException {
        assertThat(html(new SampleLog(null, "x"))).contains("WATCH LONGER").contains("</html>");
    }

    @Tag("programs")
    @Test
    void aBrowserRunsOurScriptsAndNothingElse() throws Exception {
        Path page =
                Files.writeString(folder.resolve("page.html"), html(watched().v1(END, HOSTILE)));
        Process browser;
        try {
            browser = new ProcessBuilder(List.of(
                            "chromium",
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--enable-logging=stderr",
                            "--user-data-dir=" + folder.resolve("profile"),
                            "--dump-dom",
                            page.toUri().toString()))
                    .redirectError(folder.resolve("stderr").toFile())
                    .start();
        } catch (IOException e) {
            Assumptions.abort("chromium is not installed");
            return;
        }
        String dom = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(browser.waitFor()).isZero();
        assertThat(dom).contains("class=\"scripted\"").contains("u-wrap").contains("<title>NOT READY");
        assertThat(Files.readString(folder.resolve("stderr"))).doesNotContain("CONSOLE");
    }
}
