package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.live.LiveTest;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One-shot callers, eight at a time, with all cores busy. The count is raised for measurements:
 * {@code -Done.shot.callers=1000}.
 */
@LiveTest
class OneShotCallersIT {
    private static final int CALLERS = Integer.getInteger("one.shot.callers", 160);
    private static final int PARALLEL = 8;

    /** Prints its number, a space and the caller's pid for each; the target ends in that number. */
    private static final String LOOP = "i=$1; while [ $i -lt $2 ]; do $3 $4/$i & echo $i $!; wait $!; i=$((i+1)); done";

    @ParameterizedTest
    @ValueSource(strings = {"fire", "curl"})
    void namesThemAll(String kind) throws Exception {
        List<Process> busy = new ArrayList<>();
        try (ConnectFixture fixture = new ConnectFixture(true)) {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            List<Process> loops = startLoops(fixture, kind);
            Map<String, Caller> callers = new HashMap<>();
            for (int i = 0; i < CALLERS; i++) {
                ConnectFixture.Served served = fixture.next();
                callers.put(served.target(), fixture.caller(served));
            }
            Map<String, Integer> pids = pids(loops);
            long whole = pids.entrySet().stream()
                    .filter(truth -> isWhole(
                            callers.get("/" + kind + "/" + truth.getKey()), truth.getValue(), truth.getKey(), loops))
                    .count();
            long explained = callers.values().stream()
                    .filter(caller -> caller.reason() != null)
                    .count();
            System.out.printf(
                    "%s: %d of %d with pid, arguments, executable and chain; without something else: %d; lost: %d%n",
                    kind, whole, CALLERS, explained, fixture.counters.get(Counter.CONNECT_EVENTS_LOST));
            assertThat(pids).hasSize(CALLERS);
            assertThat(whole).isGreaterThanOrEqualTo(CALLERS * 999L / 1000);
        } finally {
            busy.forEach(Process::destroyForcibly);
        }
    }

    private static List<Process> startLoops(ConnectFixture fixture, String kind) throws Exception {
        String program = kind.equals("curl")
                ? "curl -s -o /dev/null http://169.254.169.254"
                : fixture.peers.program() + " fire ";
        List<Process> loops = new ArrayList<>();
        for (int i = 0; i < PARALLEL; i++) {
            List<String> command = List.of(
                    "sh",
                    "-c",
                    LOOP.replace("$3 $4/", program + "/" + kind + "/"),
                    "loop",
                    Integer.toString(i * CALLERS / PARALLEL),
                    Integer.toString((i + 1) * CALLERS / PARALLEL));
            loops.add(fixture.peers
                    .host()
                    .command(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        return loops;
    }

    private static Map<String, Integer> pids(List<Process> loops) throws Exception {
        Map<String, Integer> pids = new HashMap<>();
        for (Process loop : loops) {
            for (String line : loop.inputReader().lines().toList()) {
                String[] words = line.split(" ", 2);
                pids.put(words[0], Integer.parseInt(words[1]));
            }
            assertThat(loop.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        return pids;
    }

    private static boolean isWhole(Caller caller, int pid, String number, List<Process> loops) {
        if (caller == null || caller.pid() != pid || caller.executable() == null || caller.commandLine() == null) {
            return false;
        }
        List<Integer> chain = caller.ancestors().stream().map(Ancestor::pid).toList();
        return caller.commandLine().endsWith("/" + number)
                && loops.stream().anyMatch(loop -> chain.get(0) == (int) loop.pid())
                && chain.get(1) == (int) ProcessHandle.current().pid()
                && chain.get(chain.size() - 1) == 1;
    }
}
