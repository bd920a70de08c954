package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The analyzer without root, as its unit runs it, and with less than that. */
@LiveTest
class OrdinaryUserIT {
    /** Bits of include/uapi/linux/capability.h. */
    private static final long READS_PROC = 1L << 2 | 1L << 19;

    @TempDir
    Path folder;

    @Test
    void namesEverybodyAndGivesUpWhatItDoesNotNeedAnyMore() {
        try (LiveScene scene = LiveScene.setAs(OrdinaryUser.without(""), OrdinaryUser.own(folder), false)) {
            for (NetworkNamespace place :
                    List.of(scene.topology().host(), scene.topology().container(0))) {
                ClientRun run = scene.runUnheld(place, Client.CURL_V1.command());
                LoggedCalls.assertEachIsLoggedOnce(run.truth(), run.lines());
                LoggedCalls.assertNamed(run, "connect");
            }
            assertThat(started(scene.analyzer()).text("analyzer.attribution_reason"))
                    .isEmpty();

            Map<String, Map<String, Long>> threads =
                    capabilities(scene.analyzer().pid());
            for (String reader : List.of("connect-source", "attribution", "packages")) {
                assertThat(threads.get(reader)).as(reader).isEqualTo(only(READS_PROC));
            }
            for (String idle : List.of("connect-reader", "caller-join", "event-log", "housekeeping")) {
                assertThat(threads.get(idle)).as(idle).isEqualTo(only(0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "perfmon", "dac_read_search", "sys_ptrace"})
    void namesTheCallerWithoutACapabilityAndSaysWhatThatCosts(String missing) {
        try (LiveScene scene = LiveScene.setAs(OrdinaryUser.without(missing), OrdinaryUser.own(folder), true)) {
            ClientRun run = scene.run(scene.topology().host(), Client.CURL_V1.command());

            LoggedCalls.assertEachIsLoggedOnce(run.truth(), run.lines());
            assertThat(run.lines()).allSatisfy(line -> {
                assertThat(line.number("process.pid")).contains(run.pid());
                assertThat(line.text("process.name")).contains("curl");
            });
            assertThat(started(scene.analyzer()).text("analyzer.attribution_reason"))
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains("CAP_" + missing.toUpperCase(Locale.ROOT)));
        }
    }

    @Test
    void saysWhichCapabilityOpensTheCapture() {
        assertThatThrownBy(() -> LiveScene.setAs(OrdinaryUser.without("net_raw"), OrdinaryUser.own(folder), false))
                .hasMessageContaining("ended with 77")
                .hasMessageContaining("CAP_NET_RAW");
    }

    private static LogLine started(Analyzer analyzer) {
        return analyzer.lines().stream()
                .filter(line -> line.text("event.action").equals(java.util.Optional.of("analyzer-started")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> only(long mask) {
        return Map.of("CapInh", 0L, "CapPrm", mask, "CapEff", mask, "CapAmb", 0L);
    }

    /** By the threads' names, the sets of each; proc_pid_status(5). */
    private static Map<String, Map<String, Long>> capabilities(long pid) {
        Map<String, Map<String, Long>> threads = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                Map<String, Long> sets = new TreeMap<>();
                String name = Files.readString(task.resolve("comm")).strip();
                for (String line : Files.readAllLines(task.resolve("status"))) {
                    if (line.matches("Cap(Inh|Prm|Eff|Amb):.*")) {
                        sets.put(
                                line.substring(0, 6),
                                Long.parseUnsignedLong(line.substring(7).strip(), 16));
                    }
                }
                threads.put(name, sets);
            }
            return threads;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
