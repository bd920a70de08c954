package dev.imdsanalyzer.report;

import static dev.imdsanalyzer.report.SingleHost.END;
import static dev.imdsanalyzer.report.SingleHost.daysBeforeEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances on which IMDSv2 is required already are not told that it can be. */
class RequiredAlreadyTest {
    private static final String RECOVERS = "\"imdsv1-recovers\"";
    private static final String PROBE = "\"other-cloud-probe\"";

    @TempDir
    Path folder;

    private final SampleLog log = new SampleLog(Reports.INSTANCE, "web-1").watched(daysBeforeEnd(15), END);
    private final SampleLog other = new SampleLog("i-0bbbbbbbbbbbbbbbb", "web-2")
            .run("bbbbbbbbbbbbbbbb")
            .watched(daysBeforeEnd(15), END);

    private String report(ReportFormat format, String inventory, SampleLog... logs) throws IOException {
        Path[] files = new Path[logs.length];
        for (int i = 0; i < logs.length; i++) {
            files[i] = logs[i].write(folder.resolve(i + ".jsonl"));
        }
        ReportOptions options = Reports.options(format, files);
        if (inventory != null) {
            Path file = Files.writeString(folder.resolve("inventory.json"), inventory);
            options = options.withInventory(file.toString());
        }
        return Reports.run(options).out();
    }

    private static String inventory(String tokens) {
        return "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[{\"InstanceId\":\"" + Reports.INSTANCE
                + "\",\"MetadataOptions\":{\"HttpTokens\":\"" + tokens
                + "\"},\"Placement\":{\"AvailabilityZone\":\"eu-west-1a\"},\"State\":{\"Name\":\"running\"}}]}]}";
    }

    @Test
    void whoAsksForATokenAfterEachRefusalShowsIt() throws IOException {
        log.call(daysBeforeEnd(1), Program.BOTO, "v1", 401, RECOVERS, 3, "").v2(daysBeforeEnd(1), Program.BOTO);

        assertThat(report(ReportFormat.TEXT, null, log))
                .startsWith(
                        " READY   IMDSv2 is required on this instance already, and nobody was seen to be broken by it")
                .contains("0 IMDSv1 served, 3 IMDSv1 refused (all followed by a token), 1 IMDSv2")
                .contains("IMDSv2 is required here already: calls without a token are refused, the last 24 hours ago")
                .contains("IMDSv2 is required already on the instance that is ready: nothing is left to do there")
                .contains("Then, for what is launched later")
                .doesNotContain("--http-tokens required --http-endpoint enabled");
        assertThat(report(ReportFormat.HTML, null, log))
                .contains("besides 3 refusals followed by a token")
                .contains("nothing is left to do there")
                .doesNotContain("class=\"num refused\">3<");
        assertThat(report(ReportFormat.JSON, null, log)).contains("\"required\" : true");
    }

    @Test
    void probesThatAreRefusedShowItToo() throws IOException {
        log.call(daysBeforeEnd(1), Program.CURL, "v1", 401, PROBE, 1, "");

        assertThat(report(ReportFormat.TEXT, null, log)).contains("IMDSv2 is required here already");
    }

    @Test
    void whoAsksWhetherAnythingIsThereIsNotBrokenByARefusal() throws IOException {
        log.bareProbe(daysBeforeEnd(1), Program.CURL, 401);

        assertThat(report(ReportFormat.TEXT, null, log))
                .startsWith(" READY   IMDSv2 is required on this instance already")
                .contains("1 IMDSv1 refused");
    }

    @Test
    void theSameThatIsServedIsIMDSv1() throws IOException {
        log.bareProbe(daysBeforeEnd(1), Program.CURL, 200);

        assertThat(report(ReportFormat.TEXT, null, log)).contains("NOT READY");
    }

    @Test
    void whatIsReadOfTheRootIsNoProbe() throws IOException {
        log.bareProbe(daysBeforeEnd(1), Program.CURL, 401).edit("\"method\":\"HEAD\"", "\"method\":\"GET\"");

        assertThat(report(ReportFormat.TEXT, null, log)).contains("BREAKING");
    }

    @Test
    void whatWasServedLaterShowsThatItIsNoMore() throws IOException {
        log.call(daysBeforeEnd(2), Program.BOTO, "v1", 401, RECOVERS, 1, "")
                .call(daysBeforeEnd(1), Program.CURL, "v1", 404, PROBE, 1, "");

        assertThat(report(ReportFormat.TEXT, null, log))
                .contains("IMDSv2 can be required on this instance")
                .contains("--http-tokens required --http-endpoint enabled")
                .doesNotContain("already");
    }

    @Test
    void aPathThatIsNeverServedShowsNothing() throws IOException {
        log.call(daysBeforeEnd(2), Program.BOTO, "v1", 401, RECOVERS, 1, "").tokenGet(daysBeforeEnd(1), Program.CURL);

        assertThat(report(ReportFormat.TEXT, null, log)).contains("IMDSv2 is required on this instance already");
    }

    @Test
    void refusalsWith403ShowNothing() throws IOException {
        log.call(daysBeforeEnd(1), Program.CURL, "v1", 403, PROBE, 1, "");

        assertThat(report(ReportFormat.TEXT, null, log)).contains("IMDSv2 can be required on this instance");
    }

    @Test
    void theInventoryKnowsBetter() throws IOException {
        assertThat(report(ReportFormat.TEXT, inventory("required"), log))
                .contains("IMDSv2 is required on this instance already", "as the inventory says");
        log.call(daysBeforeEnd(1), Program.BOTO, "v1", 401, RECOVERS, 1, "");
        assertThat(report(ReportFormat.TEXT, inventory("optional"), log))
                .contains("IMDSv2 can be required on this instance")
                .doesNotContain("required here already");
    }

    @Test
    void ofAFleetTheCommandsAreForOneThatDoesNot() throws IOException {
        log.call(daysBeforeEnd(1), Program.BOTO, "v1", 401, RECOVERS, 1, "");

        assertThat(report(ReportFormat.TEXT, null, log, other))
                .contains("IMDSv2 can be required on all 2 instances (1 of them requires it already)")
                .contains("--instance-id i-0bbbbbbbbbbbbbbbb --http-tokens required");
    }

    /** Who needs no IMDSv1 is in no number of who does. */
    @Test
    void reasonsCountOnlyWhatStandsInTheWay() throws IOException {
        log.call(daysBeforeEnd(1), Program.CURL, "v1", 401, PROBE, 50, "");
        log.rejected(daysBeforeEnd(1), Program.BOTO);

        assertThat(report(ReportFormat.TEXT, null, log)).contains("      1 IMDSv1 call refused");
        other.v1(daysBeforeEnd(1), Program.BOTO).call(daysBeforeEnd(1), Program.CURL, "v1", 401, PROBE, 50, "");
        assertThat(report(ReportFormat.TEXT, null, other)).contains("      1 IMDSv1 call, the last");
    }

    @Test
    void probesStandInNoColumnOfTheirInstance() throws IOException {
        log.call(daysBeforeEnd(1), Program.CURL, "v1", 404, PROBE, 7, "");

        assertThat(report(ReportFormat.HTML, null, log))
                .contains("besides 7 calls that need no IMDSv1")
                .contains(
                        "<span role=\"cell\" class=\"num zero\">0</span><span role=\"cell\" class=\"num zero\">0</span>");
    }
}
