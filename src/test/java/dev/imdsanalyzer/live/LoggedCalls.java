package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.LineValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Compares what the emulator saw of a client with what the log says of it. */
final class LoggedCalls {
    /** What no shell has to quote. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

    private LoggedCalls() {}

    /** Each request stands in the log exactly once, with the facts that were on the wire. */
    static void assertEachIsLoggedOnce(List<TruthRecord> truth, List<LogLine> lines) {
        lines.forEach(line -> LineValidator.check(line.raw()));
        List<LogLine> left = new ArrayList<>(lines);
        for (TruthRecord request : truth) {
            LogLine line = left.stream()
                    .filter(one -> factsOf(one).equals(factsOf(request)) && isSameEnd(one, request))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no line for " + factsOf(request) + "\nleft: "
                            + left.stream().map(LoggedCalls::factsOf).toList()));
            left.remove(line);
            assertThat(line.text("user_agent.original")).isEqualTo(request.userAgent());
            assertThat(line.text("destination.ip")).contains(request.serverAddress());
            assertThat(line.number("imds.repeat_count")).contains(1L);
        }
        assertThat(left).as("lines beyond those of the emulator").isEmpty();
    }

    /** The client's port; behind NAT IMDS may see another one than the caller has. */
    private static boolean isSameEnd(LogLine line, TruthRecord request) {
        return !line.text("source.ip").equals(Optional.of(request.clientAddress()))
                || line.number("source.port").equals(Optional.of((long) request.clientPort()));
    }

    private static String factsOf(TruthRecord request) {
        String status = request.status().isPresent() ? "" + request.status().getAsInt() : "none";
        return String.join(" ", request.version(), request.method(), request.target(), status);
    }

    private static String factsOf(LogLine line) {
        return String.join(
                " ",
                line.text("imds.version").orElse("?"),
                line.text("http.request.method").orElse("?"),
                line.target(),
                line.text("http.response.status_code").orElse("none"));
    }

    /** The process that was started made every call. */
    static void assertNamed(ClientRun run, String method) {
        for (LogLine line : run.lines()) {
            assertThat(line.text("attribution.method")).as(line.toString()).contains(method);
            assertThat(line.number("process.pid")).as(line.toString()).contains(run.pid());
            assertThat(line.number("process.parent.pid"))
                    .contains(ProcessHandle.current().pid());
            assertRightOrExplained(
                    line, "process.executable", executable(run.command().get(0)));
            assertCommandLine(line, run.command());
            assertWhereabouts(line, run);
        }
    }

    /** Children named {@code name} of the process that was started made every call. */
    static void assertChildrenNamed(ClientRun run, String method, String name) {
        for (LogLine line : run.lines()) {
            assertThat(line.text("attribution.method")).as(line.toString()).contains(method);
            assertThat(line.text("process.name")).contains(name);
            assertThat(line.number("process.pid")).isNotEqualTo(Optional.of(run.pid()));
            // A command substitution puts a subshell in between.
            assertThat(ancestors(line)).contains(run.pid());
            assertThat(line.text("process.command_line").orElse(""))
                    .contains(line.text("url.path").orElseThrow());
            assertWhereabouts(line, run);
        }
    }

    private static void assertWhereabouts(LogLine line, ClientRun run) {
        assertThat(line.text("user.id")).contains("0");
        assertRightOrExplained(
                line, "process.working_directory", Checkout.file("").toString());
        assertThat(ancestors(line)).contains(ProcessHandle.current().pid());
        assertRightOrExplained(
                line, "process.network_namespace", run.namespace().inode());
    }

    /** What only /proc tells may be missing for a program that was gone at once; the line then says that it was. */
    private static void assertRightOrExplained(LogLine line, String field, String expected) {
        if (line.text(field).isPresent()) {
            assertThat(line.text(field)).as(line.toString()).contains(expected);
        } else {
            assertThat(line.text("attribution.method")).as(line.toString()).contains("connect");
            assertThat(line.text("attribution.reason")).as(line.toString()).isPresent();
        }
    }

    private static List<Long> ancestors(LogLine line) {
        List<Long> pids = new ArrayList<>();
        line.json()
                .path("process")
                .path("ancestors")
                .forEach(one -> pids.add(one.path("pid").asLong()));
        return pids;
    }

    /** Word for word where no shell would quote anything; else each plain word in its order. */
    private static void assertCommandLine(LogLine line, List<String> command) {
        String logged = line.text("process.command_line").orElse("");
        if (command.stream().allMatch(word -> PLAIN.matcher(word).matches())) {
            assertThat(logged).isEqualTo(String.join(" ", command));
        } else {
            assertThat(logged)
                    .containsSubsequence(command.stream()
                            .filter(word -> PLAIN.matcher(word).matches())
                            .toList());
        }
    }

    private static String executable(String program) {
        try {
            if (program.startsWith("/")) {
                return Path.of(program).toRealPath().toString();
            }
            return Stream.of(System.getenv("PATH").split(":"))
                    .map(folder -> Path.of(folder, program))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow()
                    .toRealPath()
                    .toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
