package dev.imdsanalyzer.output.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees: lines that fit, remedies whose commands can be copied, and who called how often. */
class TextLineTest {
    private static final String ADVICE =
            "Let the script get a token first: TOKEN=$(curl -sf -X PUT http://169.254.169.254/latest/api/token -H"
                    + " 'X-aws-ec2-metadata-token-ttl-seconds: 21600') and send it with each call that the script makes.";

    private static TextCall call(String version, String who, long count, boolean refused, String... findings) {
        return new TextCall(
                Samples.TIME,
                version,
                "IMDS" + version + " GET /latest/meta-data/ " + (refused ? 401 : 200),
                700_000,
                who,
                "curl[21297] < nightly.sh[20767] < run-parts[20766] < cron[20764] < …",
                "cron.service",
                count,
                refused,
                List.of(findings),
                findings.length == 0 ? null : ADVICE);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 100, 120})
    void linesFitTheTerminalAndNoWordIsBroken(int columns) {
        TextLine text = new TextLine(false, columns, false);
        text.call(call("v1", "nightly.sh (curl 7.88.1)", 1, false, "imdsv1-request"));

        String written = text.take();
        List<String> lines = written.lines().toList();
        assertThat(lines.subList(0, 2))
                .anySatisfy(line -> assertThat(line).contains("nightly.sh (curl 7.88.1)"))
                .anySatisfy(line -> assertThat(line).contains("curl[21297] < ").endsWith(" in cron.service"));
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        assertThat(written.split("\\s+")).contains("http://169.254.169.254/latest/api/token", "21600')");
        String words = String.join(" ", lines).replaceAll(" +", " ");
        assertThat(words).contains(ADVICE);
    }

    @Test
    void strangersFindingsAreHarmlessToo() {
        TextLine text = new TextLine(false, 80, true);
        text.call(call("v1", "x", 1, false, "\u001b[2Jimdsv1-request", "\u202eb"));

        assertThat(text.take()).doesNotContain("\u001b", "\u202e").contains("\\x1b[2Jimdsv1-request, \\u202eb:");
    }

    @Test
    void aChainWithoutRoomIsCutWithAMark() {
        TextLine text = new TextLine(false, 140, false);
        text.call(call("v2", "nightly.sh (curl 7.88.1)", 1, false));

        assertThat(text.take().strip())
                .contains("curl[21297] < nightly.sh[20767] < …")
                .doesNotContain("run-parts")
                .hasSizeLessThanOrEqualTo(140);
    }

    @Test
    void eachCallerHasARowThatBreaksNowFirst() {
        TextLine text = new TextLine(false, 0, false);
        text.call(call("v1", "busy.sh", 40, false));
        text.call(call("v1", "backup.sh", 2, true));
        text.call(call("v2", "backup.sh", 3, false));
        text.call(call("unknown", "odd", 1, false));
        text.take();
        text.callers();

        assertThat(text.take().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "",
                        "IMDSv1 IMDSv2 refused who",
                        "2 3 2 backup.sh",
                        "40 0 0 busy.sh",
                        "0 0 0 odd (1 of unknown version)");
    }

    @Test
    void strangersNamesNeitherMoveTheCursorNorFillTheMemory() {
        TextLine text = new TextLine(false, 0, false);
        for (int i = 0; i < 3 * CallerTable.MAX_CALLERS; i++) {
            text.call(call("v1", "\u001b[2J" + i, 1, false));
            assertThat(text.take()).doesNotContain("\u001b");
        }
        text.callers();

        String table = text.take();
        assertThat(table).doesNotContain("\u001b").contains("2000         0         0  others");
        assertThat(table.lines().count()).isEqualTo(CallerTable.MAX_CALLERS + 3L);
    }
}
