package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void endsWithThreeLinesThatSayWhereTheReportIsAndWhatToDo() {
        Path page = Path.of("/checkout/target/demo/report.html");
        List<String> lines = Demo.whatNext(page);
        assertThat(lines).hasSize(3).allMatch(line -> line.length() <= 120);
        assertThat(lines.get(0)).contains(page.toString());
        assertThat(lines.get(1)).contains("./dev package");
        assertThat(lines.get(2)).contains("imds-packet-analyzer report /var/log/imds-packet-analyzer");
    }

    @Test
    void theDocumentsThatItNamesAreThere() {
        List<Path> named = Pattern.compile("docs/[a-z-]+\\.md")
                .matcher(String.join(" ", Demo.whatNext(Path.of("report.html"))))
                .results()
                .map(MatchResult::group)
                .map(Path::of)
                .toList();
        assertThat(named).hasSize(2).allSatisfy(document -> assertThat(document).exists());
    }
}
