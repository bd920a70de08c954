package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.config.ConfigurationReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnseenCheckTest {
    private static final String SUMMARY =
            "{\"event\":{\"action\":\"imds-summary\"},\"imds\":{\"counters\":{\"connects_unseen\":%d}}}\n";
    private static final String GAP =
            "{\"event\":{\"action\":\"capture-gap\",\"reason\":\"2 connects to IMDS were seen by the"
                    + " kernel whose packets the capture does not show (why?): 2 by python3[47] (app.py)\"}}\n";

    @TempDir
    Path folder;

    @Test
    void newestSummaryDecides() {
        assertThat(UnseenCheck.of(SUMMARY.formatted(3) + SUMMARY.formatted(0)).state())
                .isEqualTo(Check.State.OK);
        assertThat(UnseenCheck.of("").found()).contains("no summary");
    }

    @Test
    void thoseWhoConnectUnseenAreNamedWithWhatToDo() {
        Check check = UnseenCheck.of(SUMMARY.formatted(0) + GAP + SUMMARY.formatted(2));

        assertThat(check.state()).isEqualTo(Check.State.WEAK);
        assertThat(check.found()).startsWith("2 connects to IMDS").endsWith("lately 2 by python3[47] (app.py)");
        assertThat(check.cost()).contains("READY");
        assertThat(check.mend()).contains("nft", "macvlan");
    }

    @Test
    void newestFileOfTheFolderIsReadFromItsEnd() throws Exception {
        Path older = Files.writeString(folder.resolve("imds-2026-11-20.0.jsonl"), SUMMARY.formatted(9));
        Files.setLastModifiedTime(older, FileTime.fromMillis(1_000));
        Files.writeString(folder.resolve("imds-2026-11-21.0.jsonl"), "x".repeat(2 << 20) + "\n" + SUMMARY.formatted(4));

        assertThat(of(folder + "/").found()).startsWith("4 connects");
        assertThat(of(folder.resolve("none.jsonl").toString()).found()).contains("no line was written yet");
        assertThat(of("-").state()).isEqualTo(Check.State.OK);
    }

    private static Check of(String destination) throws Exception {
        return UnseenCheck.of(new ConfigurationReader()
                .pair("output.destination=" + destination)
                .read());
    }
}
