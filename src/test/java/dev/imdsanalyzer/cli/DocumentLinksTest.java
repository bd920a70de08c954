package dev.imdsanalyzer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a document of the checkout links to is there, and the pictures are small. */
class DocumentLinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final long LARGEST_PICTURE = 300_000;

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            List<Path> pages = docs.filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
            return Stream.concat(
                    Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "KNOWN_ISSUES.md", "src/bench/README.md")
                            .map(Path::of),
                    pages.stream());
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void eachLinkLeadsSomewhere(Path document) throws IOException {
        List<Path> targets = LINK.matcher(Files.readString(document))
                .results()
                .map(link -> link.group(1).replaceFirst("#.*", ""))
                .filter(link -> !link.isEmpty() && !link.contains("://"))
                .map(document.toAbsolutePath().getParent()::resolve)
                .toList();
        assertThat(targets).allSatisfy(target -> assertThat(target).exists());
    }

    @Test
    void theReadmeShowsTheReportAndATerminal() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("](docs/pictures/report.png)", "](docs/pictures/terminal.png)");
    }

    @Test
    void picturesAreSmall() throws IOException {
        try (Stream<Path> pictures = Files.list(Path.of("docs/pictures"))) {
            assertThat(pictures.toList())
                    .hasSizeGreaterThanOrEqualTo(6)
                    .allSatisfy(picture -> assertThat(Files.size(picture)).isBetween(1L, LARGEST_PICTURE));
        }
    }
}
