package dev.imdsanalyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the tests and the demo start is among what {@code ./dev} looks for, and installs where it is missing. */
@Tag("programs")
class ProgramsTest {
    /** In every system that runs at all: Debian's essential packages, and coreutils, findutils, sed, grep elsewhere. */
    private static final Set<String> IN_EVERY_SYSTEM = Set.of(
            "bash",
            "sh",
            "cat",
            "chown",
            "chroot",
            "ls",
            "mkfifo",
            "mknod",
            "seq",
            "sleep",
            "timeout",
            "xargs",
            "true",
            "rm",
            "env",
            "find",
            "sha256sum");

    /** Programs that come with what stands in the list under another name. */
    private static final Set<String> COME_WITH_ANOTHER = Set.of("cc", "java", "javac", "aarch64-linux-gnu-gcc");

    /** Those whose tests look for them first: a package manager, what it fetches for one test, an interpreter of old. */
    private static final Set<String> LOOKED_FOR =
            Set.of("apt-get", "cfn-lint", "docker", "kubectl", "python2.7", "systemd-analyze");

    /** The first word of a command: of a process, of a list that becomes one, or of a helper that runs one. */
    private static final Pattern FIRST_WORD = Pattern.compile(
            "(?:ProcessBuilder|List\\.of|\\.run|\\.start|\\.command|onPath|output)\\(\\s*\"([a-z][a-z0-9_.-]+)\"");

    private static final Pattern NEEDS =
            Pattern.compile("(?m)^readonly NEEDS_[A-Z_]+=\\(([^)]*)\\)|linters=\\(([^)]+)\\)");

    @Test
    void whatTheTestsStartIsInTheListOfDev() throws IOException {
        Set<String> needed = needed();
        Set<String> missing = started().stream()
                .filter(program -> !needed.contains(program)
                        && !IN_EVERY_SYSTEM.contains(program)
                        && !COME_WITH_ANOTHER.contains(program)
                        && !LOOKED_FOR.contains(program))
                .filter(ProgramsTest::isProgram)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(missing).as("started by tests, unknown to ./dev").isEmpty();
        assertThat(needed).contains("kill", "curl", "unshare");
        assertThat(started()).contains("kill", "curl", "unshare");
    }

    private static Set<String> needed() throws IOException {
        Set<String> needed = new TreeSet<>();
        Matcher list = NEEDS.matcher(Files.readString(Path.of("dev")));
        while (list.find()) {
            needed.addAll(List.of((list.group(1) == null ? list.group(2) : list.group(1)).split("\\s+")));
        }
        return needed;
    }

    private static Set<String> started() throws IOException {
        Set<String> started = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher word = FIRST_WORD.matcher(Files.readString(source));
                while (word.find()) {
                    started.add(word.group(1));
                }
            }
        }
        return started;
    }

    /** Many first words are no programs: subcommands of ours, field names. */
    private static boolean isProgram(String word) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, word)));
    }
}
