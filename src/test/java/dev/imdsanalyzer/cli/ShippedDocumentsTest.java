package dev.imdsanalyzer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The man page and the bash completion that the packages ship know every command and option. */
@LinuxOnly("bash 4 with its completion")
class ShippedDocumentsTest {
    private static final Path MAN_PAGE = Path.of("packaging/man/imds-packet-analyzer.8");
    private static final Path COMPLETION = Path.of("packaging/completion/imds-packet-analyzer");

    static Stream<String> commands() {
        return subcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void manPageDescribesCommandAndItsOptions(String command) throws IOException {
        String page = Files.readString(MAN_PAGE).replace("\\-", "-");

        assertThat(page).containsPattern("(?m)^\\.B " + command + "$");
        assertThat(page).contains(optionsOf(command));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void bashCompletesCommandAndItsOptions(String command) throws IOException, InterruptedException {
        assertThat(completionsOf("")).contains(command);
        assertThat(completionsOf(command, "--")).containsAll(optionsOf(command));
    }

    @ParameterizedTest
    @MethodSource("exitCodes")
    void manPageListsExitCode(String code) throws IOException {
        String page = Files.readString(MAN_PAGE);

        assertThat(page.substring(page.indexOf(".SH EXIT STATUS"))).containsPattern("(^|[;\n ])" + code + " ");
    }

    static Stream<String> exitCodes() {
        return Main.commandLine().getCommandSpec().usageMessage().exitCodeList().keySet().stream();
    }

    private static Map<String, CommandLine> subcommands() {
        return Main.commandLine().getSubcommands();
    }

    private static List<String> optionsOf(String command) {
        return subcommands().get(command).getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .filter(name -> !name.equals("--help") && !name.equals("--version"))
                .toList();
    }

    /** What bash offers after these words, the last of which is being typed. */
    private static List<String> completionsOf(String... words) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "bash",
                "-c",
                ". \"$0\"; COMP_WORDS=(program \"$@\"); COMP_CWORD=$#; _imds_packet_analyzer;"
                        + " printf '%s\\n' \"${COMPREPLY[@]}\"",
                COMPLETION.toString()));
        arguments.addAll(List.of(words));
        Process bash = new ProcessBuilder(arguments).redirectErrorStream(true).start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
