package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log says must not do anything where the report is read. */
class EscapeTest {
    private static final String SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212";
    private static final String HOSTILE =
            "\u0000\u0007\u001b[2J\u007f\u0085\u009b31m\u00ad\u061c\u200b\u200f\u2028\u2029\u202e"
                    + "\u2066\ufeff\ufffa\udb40\udc41\r\n\t end";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%scmd|' /C calc'!A0",
                " %sx",
                "   %sx",
                "\t%sx",
                "\r%sx",
                "\n%sx",
                "\u00a0%sx",
                "\u3000%sx",
                "\ufeff%sx",
                "\u200b%sx",
                "\"%sx",
                "\"\"\" %sx",
                "'%sx",
                "a;%sx",
                "a; \"%sx",
                "a;;%sx",
                "a|%sx",
                "a | %sx",
                "a\n;%sx"
            })
    void noCellRunsWhateverStandsBeforeItsSign(String form) {
        for (int i = 0; i < SIGNS.length(); i++) {
            char sign = SIGNS.charAt(i);
            String cell = Escape.csv(String.format(form, sign));
            assertThat(cell).doesNotContainPattern("[\\p{Cntrl}\\ufeff\\u200b]");
            for (String part : cell.split("[;|]", -1)) {
                String seen = part.replaceAll("^\"", "")
                        .replaceAll("^[\\s\\h\"]+", "")
                        .replaceAll("^(\\\\u[0-9a-f]{4})+", "");
                assertThat(seen.isEmpty() || SIGNS.indexOf(seen.charAt(0)) < 0)
                        .as("%s of %s", part, cell)
                        .isTrue();
            }
        }
    }

    @Test
    void harmlessCellsStayAsTheyAre() {
        assertThat(Escape.csv("curl -s http://169.254.169.254/ --retry=3"))
                .isEqualTo("curl -s http://169.254.169.254/ --retry=3");
        assertThat(Escape.csv("a, \"b\"")).isEqualTo("\"a, \"\"b\"\"\"");
        assertThat(Escape.csv("grüße | 東京 😀")).isEqualTo("grüße | 東京 😀");
        assertThat(Escape.csv("")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void noControlCharacterGetsIntoAnyFormat(ReportFormat format) throws IOException {
        Program program = new Program(HOSTILE, HOSTILE, "/bin/x", HOSTILE, HOSTILE);
        SampleLog log = new SampleLog(null, "web\u0085\u001b]0;x\u0007")
                .watched(Reports.NOW.minus(Duration.ofDays(15)), Reports.NOW)
                .v1(Reports.NOW.minusSeconds(60), program)
                .v2(Reports.NOW.minusSeconds(50), program)
                .edit("\"/bin/x\"", "\"/bin/x\\u0085\\u009b\\u202e\"")
                .edit("\"name\":\"root\"", "\"name\":\"ro\\u001b\\u202eot\"")
                .raw(
                        "{\"timestamp\":\"2026-11-21T23:59:00.000000Z\",\"event\":{\"action\":\"analyzer-started\",\"schema\":1},"
                                + "\"analyzer\":{\"capture\":\"eth0\\u009b\\u001b\"},\"host\":{\"name\":\"web\\u0085\\u001b]0;x\\u0007\"}}");
        Reports.Result result = Reports.run(Reports.options(format, log.write(folder.resolve("a\u001b\u202e.jsonl"))));
        boolean rows = format == ReportFormat.CSV || format == ReportFormat.TICKETS_CSV;
        String lines = rows ? result.out().replace("\r\n", "\n") : result.out();
        // JSON and scripts of the page indent with blanks; a line feed is the only control that any format needs.
        assertThat(lines + result.err())
                .doesNotContainPattern("[\\p{Cntrl}&&[^\\n]]")
                .doesNotContainPattern(
                        "[\\u0080-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]")
                .doesNotContain("\udb40");
    }
}
