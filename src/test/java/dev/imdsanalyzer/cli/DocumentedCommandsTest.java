package dev.imdsanalyzer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Commands work as the documents print them: options that there are, and subcommands of ./dev that there are. */
class DocumentedCommandsTest {
    /** Our program at the start of a line, of code in a line, or behind a pipe; up to a comment, a further pipe or the code's end. */
    private static final Pattern OURS = Pattern.compile(
            "(?m)(?:^|`|\\| |&& )(?:sudo )?[\\w./-]*imds-packet-analyzer( (?:run|read|show|report|doctor|check-config)\\b[^`|\\n]*)");

    private static final Pattern DEV = Pattern.compile("\\./dev ([a-z-]+)");
    private static final Pattern CAPTURE = Pattern.compile("tcpdump [^|`\\n]*-w -[^|`\\n]*");

    private static String documents() throws IOException {
        List<Path> files = new ArrayList<>(DocumentLinksTest.documents().toList());
        files.add(Path.of("packaging/cloudwatch/README.md"));
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            text.append(Files.readString(file)).append('\n');
        }
        return text.toString();
    }

    private static String[] words(String command) {
        String plain = command.replaceAll("\\s{2,}#.*", "")
                .replaceAll("\\s\\d?>.*", "")
                .strip();
        return plain.isEmpty() ? new String[0] : plain.split(" +", -1);
    }

    @Test
    void ourOwnAreUnderstood() throws IOException {
        List<String> commands = OURS.matcher(documents())
                .results()
                .map(match -> match.group(1).strip())
                .toList();

        assertThat(commands).hasSizeGreaterThan(8).allSatisfy(command -> {
            String[] words = words(command);
            assertThatCode(() -> Main.commandLine(words).parseArgs(words))
                    .as(command)
                    .doesNotThrowAnyException();
        });
    }

    @Test
    void everyCommandOfDevIsOneThatItHas() throws IOException {
        String usage = Files.readString(Path.of("dev"));
        Matcher called = DEV.matcher(documents());

        assertThat(called.results().map(match -> match.group(1)).distinct().toList())
                .contains("demo", "test", "package")
                .allSatisfy(command -> assertThat(usage).containsPattern("(?m)^  " + command + " "));
    }

    /** Otherwise tcpdump keeps back what it saw until a buffer is full, and who waits for the first line gives up. */
    @Test
    void whatTcpdumpPipesComesAtOnce() throws IOException {
        List<String> captures = Stream.concat(
                        CAPTURE.matcher(documents()).results(),
                        CAPTURE.matcher(Main.commandLine("read")
                                        .getSubcommands()
                                        .get("read")
                                        .getUsageMessage())
                                .results())
                .map(match -> match.group())
                .toList();

        assertThat(captures)
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(capture -> assertThat(capture).contains(" -U "));
    }
}
