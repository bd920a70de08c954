package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table that {@code report --format allow} writes: who was seen gets through, a stranger is refused at once. */
@LiveTest
class AllowListIT {
    private static final int REFUSED = 7;
    private static final String SEEN = "4711";
    private static final String STRANGER = "4712";
    private static final Instant END = Reports.NOW.minusSeconds(60);

    @TempDir
    Path folder;

    @Test
    void whoWasSeenGetsThroughAndAStrangerIsRefusedAtOnce() throws IOException, InterruptedException {
        Path log = new SampleLog(Reports.INSTANCE, "web-1")
                .watched(END.minus(Duration.ofDays(15)), END)
                .v2(END, Program.CURL)
                .edit("\"id\":\"0\",\"name\":\"root\"", "\"id\":\"" + SEEN + "\",\"name\":\"app\"")
                .write(folder.resolve("a.jsonl"));
        Path lists = folder.resolve("lists");
        assertThat(Reports.run(Reports.options(ReportFormat.ALLOW, log).into(lists))
                        .err())
                .contains("files in");
        try (Topology topology = Topology.create(0);
                ImdsEmulator emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"))) {
            NetworkNamespace host = topology.host();
            assertThat(call(host, STRANGER, "169.254.169.254")).as("before").isZero();
            // Twice: it loads again without doubling.
            host.run("nft", "-f", lists.resolve("imds.nft").toString());
            host.run("nft", "-f", lists.resolve("imds.nft").toString());
            for (String address : List.of("169.254.169.254", "[fd00:ec2::254]")) {
                assertThat(call(host, SEEN, address)).as("%s, seen", address).isZero();
                assertThat(call(host, "0", address)).as("%s, root", address).isZero();
                assertThat(call(host, STRANGER, address))
                        .as("%s, a stranger", address)
                        .isEqualTo(REFUSED);
            }
            assertThat(emulator.truth()).as("requests that reached IMDS").hasSize(5);
        }
    }

    /** curl's exit code: 7 where the connection was refused, 28 where nothing came. */
    private static int call(NetworkNamespace host, String user, String address)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid", user, "--clear-groups", "--"));
        command.addAll(List.of("curl", "-sg", "--noproxy", "*", "-o", "/dev/null", "--max-time", "10"));
        command.add("http://" + address + "/latest/meta-data/instance-id");
        Process process = host.command(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEmpty();
        return process.waitFor();
    }
}
