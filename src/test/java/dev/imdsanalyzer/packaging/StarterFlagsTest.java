package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The starter has the JVM pass over flags that it does not know. A name that no JVM knows any more would go unnoticed, and the
 * memory or the time that it saves with it. The packages ask the runtime that they ship, too (packaging/class-cache.sh).
 */
class StarterFlagsTest {
    private static final Pattern FLAG = Pattern.compile("-XX:[+-]?(\\w+)");

    /** A line each: type, name, value, kind. */
    private static final Pattern KNOWN = Pattern.compile("(?m)^\\s*\\S+\\s+(\\w+)\\s+:?=");

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult name) -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> knownToThisJvm() throws IOException, InterruptedException {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:+PrintFlagsFinal",
                        "-version")
                .redirectErrorStream(true)
                .start();
        String text = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(text).isZero();
        return names(KNOWN, text);
    }

    @Test
    void theJvmKnowsEachFlagOfTheStarter() throws Exception {
        Set<String> flags = names(FLAG, Files.readString(Path.of("packaging/bin/imds-packet-analyzer")));

        assertThat(flags).contains("TrimNativeHeapInterval", "AsyncDeflationInterval", "TieredStopAtLevel");
        assertThat(knownToThisJvm()).containsAll(flags);
    }
}
