package dev.imdsanalyzer.report.show;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.input.InputCounts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log as people read it: what is asked for and nothing else, from wherever it lies. */
class ShowTest {
    private static final ShowOptions.Filter ALL =
            new ShowOptions.Filter(null, null, List.of(), List.of(), List.of(), List.of());
    private static final String BACKUP =
            line("12:00:01", "v1", 401, "backup.sh (curl 7.88.1)", "web-1", "imdsv1-rejected");
    private static final String NIGHTLY = line("12:00:02", "v1", 200, "nightly.sh (wget)", "web-1", "imdsv1-request");
    private static final String AGENT = line("13:00:00", "v2", 200, "agent", "web-2");
    private static final String STARTED = """
            {"timestamp":"2026-11-21T11:00:00.000000Z","message":"started here","event":{"action":"analyzer-started"},\
            "host":{"name":"web-1"}}
            """;

    @TempDir
    private Path folder;

    private Path log;

    @BeforeEach
    void write() throws Exception {
        log = Files.writeString(folder.resolve("imds-2026-11-21.0.jsonl"), STARTED + BACKUP + NIGHTLY + AGENT);
    }

    private static String line(
            String clock, String version, int status, String label, String host, String... findings) {
        String codes = findings.length == 0 ? "" : "\"" + String.join("\",\"", findings) + "\"";
        return """
                {"timestamp":"2026-11-21T%s.000000Z","level":"WARN","message":"m",\
                "event":{"action":"imds-request","duration":700000,"schema":1},\
                "imds":{"version":"%s","findings":[%s],"advice":"Do better.","repeat_count":1},\
                "http":{"request":{"method":"GET"},"response":{"status_code":%d}},"url":{"path":"/latest/"},\
                "process":{"pid":42,"name":"curl","ancestors":[{"pid":41,"name":"backup.sh"},{"pid":1,"name":"systemd"}]},\
                "caller":{"label":"%s","fingerprint":"c0d851c66d73afdf"},"cloud":{"instance":{"id":"i-%s"}},\
                "host":{"name":"%s"}}
                """.formatted(clock, version, codes, status, label, host, host);
    }

    private static String show(ShowOptions.Filter filter, String input, byte[] standardInput) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Show(new ShowOptions(List.of(input), filter, false, false, 0), new PrintStream(out, false, UTF_8))
                .run(new ByteArrayInputStream(standardInput));
        return out.toString(UTF_8);
    }

    private String show(ShowOptions.Filter filter) throws Exception {
        return show(filter, log.toString(), new byte[0]);
    }

    @Test
    void saysWhyThereIsNothing() throws Exception {
        ShowOptions.Filter none =
                new ShowOptions.Filter(null, null, List.of(), List.of("nosuch"), List.of(), List.of());

        assertThat(show(none)).isEqualTo("none of the 3 calls in the log is one that is asked for\n");
        assertThat(show(ALL, "-", STARTED.getBytes(UTF_8))).endsWith("\nno call to IMDS was seen\n");
        assertThat(show(ALL, "-", new byte[0])).isEqualTo("the log is empty\n");
    }

    /** A terminal that is asked again after its end waits for another line. */
    @Test
    void standardInputIsNotAskedAgainAfterItsEnd() throws Exception {
        InputStream terminal = new ByteArrayInputStream(BACKUP.getBytes(UTF_8)) {
            private boolean ended;

            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                assertThat(ended).as("asked after its end").isFalse();
                int count = super.read(bytes, offset, length);
                ended = count < 0;
                return count;
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Show(new ShowOptions(List.of("-"), ALL, false, false, 0), new PrintStream(out, false, UTF_8)).run(terminal);

        assertThat(out.toString(UTF_8)).contains("backup.sh (curl 7.88.1)");
    }

    /** A read of a pipe or a terminal cannot be broken off: Ctrl-C ends the command all the same. */
    @Test
    @Timeout(60)
    void followingAPipeThatSaysNothingCanBeStopped() throws Exception {
        PipedOutputStream writer = new PipedOutputStream();
        PipedInputStream pipe = new PipedInputStream(writer);
        BlockingQueue<String> shown = new LinkedBlockingQueue<>();
        Show show = new Show(
                new ShowOptions(List.of("-"), ALL, true, false, 0), new PrintStream(lineStream(shown), false, UTF_8));
        CompletableFuture<InputCounts> run = CompletableFuture.supplyAsync(() -> {
            try {
                return show.run(pipe);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        writer.write(BACKUP.getBytes(UTF_8));
        writer.flush();
        awaitLine(shown, "backup.sh");

        show.stop();

        assertThat(run.get(30, TimeUnit.SECONDS).events()).isEqualTo(1);
        assertThat(shown).contains("        1         0         1  backup.sh (curl 7.88.1)");
    }

    @Test
    void aLineHasItsDateTheProgramAndTheChain() throws Exception {
        assertThat(show(ALL))
                .contains("on web-1 (i-web-1)\n")
                .contains("2026-11-21 11:00:00.000 started here\n")
                .contains("2026-11-21 12:00:01.000 IMDSv1 GET /latest/ 401 0.7 ms  backup.sh (curl 7.88.1)"
                        + "  curl[42] < backup.sh[41]\n")
                .contains("imdsv1-rejected: Do better.\n")
                .contains("        1         0         1  backup.sh (curl 7.88.1)\n");
    }

    @Test
    void filtersHoldTogetherAndAnyOfTheirValues() throws Exception {
        List<String> no = List.of();
        assertThat(show(new ShowOptions.Filter(null, null, List.of("imdsv1-rejected"), no, no, no)))
                .contains("backup.sh")
                .doesNotContain("nightly.sh", "agent", "started here");
        assertThat(show(new ShowOptions.Filter(null, null, no, List.of("NIGHTLY", "agent"), no, no)))
                .contains("nightly.sh", "agent")
                .doesNotContain("401");
        assertThat(show(new ShowOptions.Filter(null, null, no, List.of("c0d851c66d73afdf"), List.of("i-web-2"), no)))
                .contains("agent")
                .doesNotContain("nightly.sh", "401");
        assertThat(show(new ShowOptions.Filter(null, null, no, no, List.of("WEB-2"), no)))
                .contains("agent")
                .doesNotContain("web-1");
        assertThat(show(new ShowOptions.Filter(null, null, no, no, no, List.of("v2"))))
                .contains("agent")
                .doesNotContain("IMDSv1 GET");
        assertThat(show(new ShowOptions.Filter(
                        Instant.parse("2026-11-21T12:00:02Z"), Instant.parse("2026-11-21T13:00:00Z"), no, no, no, no)))
                .contains("nightly.sh")
                .doesNotContain("401", "agent", "started");
    }

    @Test
    void readsWhatReportReads() throws Exception {
        Path packed = folder.resolve("elsewhere.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            gzip.write(BACKUP.getBytes(UTF_8));
        }
        String export = "{\"events\":[{\"logStreamName\":\"s\",\"message\":\""
                + BACKUP.strip().replace("\"", "\\\"") + "\"}]}";

        assertThat(show(ALL, packed.toString(), new byte[0])).contains("401 0.7 ms  backup.sh");
        assertThat(show(ALL, "-", BACKUP.getBytes(UTF_8))).contains("401 0.7 ms  backup.sh");
        assertThat(show(ALL, "-", export.getBytes(UTF_8))).contains("401 0.7 ms  backup.sh");
        assertThat(show(ALL, folder.toString(), new byte[0]))
                .as("a line in two files is shown once")
                .containsOnlyOnce("401 0.7 ms");
    }

    @Test
    void linesOfSeveralHostsStandInOneOrderOfTimeAndNameTheirHosts() throws Exception {
        Files.delete(log);
        Files.writeString(folder.resolve("a.jsonl"), BACKUP + line("14:00:00", "v1", 200, "last.sh", "web-1"));
        Files.writeString(folder.resolve("b.jsonl"), line("11:59:59", "v1", 200, "first.sh", "web-2") + AGENT);
        Files.writeString(folder.resolve("c.jsonl"), STARTED.replace("web-1", "web-3"));
        assertThat(show(ALL, folder.toString(), new byte[0]))
                .containsSubsequence(
                        "web-3  started here\n",
                        "ms  web-2  first.sh",
                        "ms  web-1  backup.sh",
                        "ms  web-2  agent",
                        "ms  web-1  last.sh")
                .doesNotContain("on web-")
                .containsOnlyOnce("        1         0         0  first.sh\n");
    }

    @Test
    void hostileBytesNeverReachTheTerminal() throws Exception {
        String hostile = BACKUP.replace("/latest/", "/\\u001b]0;x\\u0007").replace("backup.sh (", "\\u009b2J\\u202e(")
                + NIGHTLY.replace("wget", "\u001b[2J");

        assertThat(show(ALL, "-", hostile.getBytes(UTF_8)).chars().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
    }

    @Test
    void followsDatedFilesThatRoll() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Show show = new Show(
                new ShowOptions(List.of(folder.toString()), ALL, true, false, 0),
                new PrintStream(lineStream(lines), false, UTF_8));
        Thread following = new Thread(() -> {
            try {
                show.run(new ByteArrayInputStream(new byte[0]));
            } catch (Exception e) {
                lines.add(e.toString());
            }
        });
        following.start();
        awaitLine(lines, "agent");

        String late = line("14:00:00", "v1", 200, "late.sh", "web-1");
        Files.writeString(log, late.substring(0, 60), StandardOpenOption.APPEND);
        Files.writeString(log, late.substring(60), StandardOpenOption.APPEND);
        awaitLine(lines, "late.sh");
        Files.writeString(folder.resolve("imds-2026-11-22.0.jsonl"), line("15:00:00", "v1", 200, "rolled.sh", "web-1"));
        awaitLine(lines, "rolled.sh");
        show.stop();
        following.join();

        assertThat(String.join("\n", lines)).contains("refused  who").contains("1         0         0  rolled.sh");
    }

    private static void awaitLine(BlockingQueue<String> lines, String part) throws InterruptedException {
        String line;
        do {
            line = lines.poll(20, TimeUnit.SECONDS);
            assertThat(line).as("a line with " + part).isNotNull();
        } while (!line.contains(part));
    }

    private static OutputStream lineStream(BlockingQueue<String> lines) {
        return new OutputStream() {
            private final ByteArrayOutputStream line = new ByteArrayOutputStream();

            @Override
            public void write(int value) {
                if (value == '\n') {
                    lines.add(line.toString(UTF_8));
                    line.reset();
                } else {
                    line.write(value);
                }
            }
        };
    }
}
