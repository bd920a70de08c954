package dev.imdsanalyzer.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Writes the log of one host as the analyzer would. */
public final class SampleLog {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Duration INTERVAL = Duration.ofMinutes(30);

    private final String instanceId;
    private final String hostName;
    private final List<String> lines = new ArrayList<>();
    private long uptime = 90_000;
    private int port = 40_000;
    private String runId = "5d0c6e2f9a3b4c1d";

    public SampleLog(String instanceId, String hostName) {
        this.instanceId = instanceId;
        this.hostName = hostName;
    }

    /** A program that calls. */
    public record Program(String label, String fingerprint, String executable, String commandLine, String userAgent) {
        public static final Program CURL = new Program(
                "session-*.scope: makeCalls.sh: curl",
                "3f1c0a9be2d4c7e1",
                "/usr/bin/curl",
                "curl -s http://169.254.169.254/latest/meta-data/",
                "curl/7.88.1");
        public static final Program BOTO = new Program(
                "crond.service: job.py (boto3 1.9.0)",
                "00aa11bb22cc33dd",
                "/usr/bin/python3.9",
                "python3 /opt/job.py --run 1234",
                "Boto3/1.9.0 Python/3.9.2 Linux/5.10 Botocore/1.12.0");
    }

    public SampleLog uptime(long seconds) {
        uptime = seconds;
        return this;
    }

    /** Lines from here on are of another run of the analyzer. */
    public SampleLog run(String id) {
        runId = id;
        return this;
    }

    public SampleLog started(Instant time) {
        return started(time, "any");
    }

    public SampleLog started(Instant time, String device) {
        return add(
                "{\"timestamp\":\"%s\",\"level\":\"INFO\",\"message\":\"imds-packet-analyzer 0.1.0 started\",\"event\":"
                        + "{\"action\":\"analyzer-started\",\"schema\":1},\"agent\":{\"version\":\"0.1.0\",\"ephemeral_id\":"
                        + "\"%s\"},\"analyzer\":{\"capture\":\"%s\",\"attribution\":[\"connect\",\"socket\"]},%s}",
                TIME.format(time), runId, device, host());
    }

    public SampleLog stopped(Instant time) {
        return add(
                "{\"timestamp\":\"%s\",\"level\":\"INFO\",\"message\":\"stopped\",\"event\":{\"action\":"
                        + "\"analyzer-stopped\",\"schema\":1,\"reason\":\"SIGTERM\"},%s}",
                TIME.format(time), host());
    }

    /** Summaries that follow one another without a hole. */
    public SampleLog watched(Instant from, Instant to) {
        for (Instant start = from; start.isBefore(to); start = start.plus(INTERVAL)) {
            Instant end = start.plus(INTERVAL).isAfter(to) ? to : start.plus(INTERVAL);
            summary(start, end, 0, 0);
        }
        return this;
    }

    /** A summary that counts this many IMDSv1 calls. */
    public SampleLog reporting(Instant start, Instant end, long v1) {
        summary(start, end, 0, 0);
        String line = lines.remove(lines.size() - 1);
        return raw(line.replace(
                "{\"total\":0}", "{\"total\":" + v1 + ",\"v1\":{\"success\":" + v1 + ",\"failure\":0,\"unknown\":0}}"));
    }

    public SampleLog summary(Instant start, Instant end, double gapSeconds, long dropped) {
        double seconds = Duration.between(start, end).toMillis() / 1000.0 - gapSeconds;
        return add(
                "{\"timestamp\":\"%s\",\"level\":\"INFO\",\"message\":\"watched\",\"event\":{\"action\":\"imds-summary\","
                        + "\"schema\":1,\"start\":\"%s\",\"end\":\"%s\",\"duration\":%d},\"coverage\":{\"seconds\":%s,\"gap_seconds\":%s},"
                        + "\"agent\":{\"version\":\"0.1.0\",\"ephemeral_id\":\"%s\"},\"imds\":{\"requests\":{\"total\":0},"
                        + "\"packets\":{\"seen\":0,\"dropped_by_kernel\":%d,\"dropped_by_interface\":0,\"dropped_by_analyzer\":0}},%s,"
                        + "\"InstanceId\":\"%s\",\"CoverageSeconds\":%s,\"_aws\":{\"Timestamp\":%d,\"CloudWatchMetrics\":[{\"Namespace\":"
                        + "\"IMDSPacketAnalyzer\",\"Dimensions\":[[\"InstanceId\"],[]],\"Metrics\":[{\"Name\":\"CoverageSeconds\"}]}]}}",
                TIME.format(end),
                TIME.format(start),
                TIME.format(end),
                Duration.between(start, end).toNanos(),
                seconds,
                gapSeconds,
                runId,
                dropped,
                host(),
                instanceId,
                seconds,
                end.toEpochMilli());
    }

    /** The last summary says what the host runs by the clock. */
    public SampleLog schedules(String... entries) {
        String list = Stream.of(entries).map(SampleLog::json).collect(Collectors.joining(","));
        return edit("\"imds\":{\"requests\"", "\"imds\":{\"schedules\":[" + list + "],\"requests\"");
    }

    public SampleLog gap(Instant start, Instant end) {
        return add(
                "{\"timestamp\":\"%s\",\"level\":\"WARN\",\"message\":\"gap\",\"event\":{\"action\":\"capture-gap\","
                        + "\"schema\":1,\"reason\":\"the kernel dropped packets\",\"start\":\"%s\",\"end\":\"%s\"},%s}",
                TIME.format(end), TIME.format(start), TIME.format(end), host());
    }

    public SampleLog v1(Instant time, Program program) {
        return call(time, program, "v1", 200, "\"imdsv1-request\"", 1, "");
    }

    public SampleLog v1(Instant time, Program program, long repeats, Instant end) {
        return call(
                time,
                program,
                "v1",
                200,
                "\"imdsv1-request\"",
                repeats,
                ",\"start\":\"" + TIME.format(time) + "\",\"end\":\"" + TIME.format(end) + "\"");
    }

    public SampleLog rejected(Instant time, Program program) {
        return call(time, program, "v1", 401, "\"imdsv1-rejected\"", 1, "");
    }

    /** IMDSv1 answered 403, which gets no finding. */
    public SampleLog forbidden(Instant time, Program program) {
        return call(time, program, "v1", 403, "", 1, "");
    }

    /** A GET of the token's path, which gets a 405 and no finding. */
    public SampleLog tokenGet(Instant time, Program program) {
        return call(time, program, "v1", 405, "", 1, "").edit("\"category\":\"credentials\"", "\"category\":\"token\"");
    }

    /** Whether anything is there at all, as Tailscale asks it. */
    public SampleLog bareProbe(Instant time, Program program, int status) {
        String finding = status == 401 ? "\"imdsv1-rejected\"" : "\"imdsv1-request\"";
        return call(time, program, "v1", status, finding, 1, "")
                .edit("\"method\":\"GET\"", "\"method\":\"HEAD\"")
                .edit("\"path\":\"/latest/meta-data/iam/security-credentials/app\"", "\"path\":\"/\"");
    }

    public SampleLog fallback(Instant time, Program program) {
        return call(
                time, program, "v1", 200, "\"imdsv1-request\",\"imdsv1-fallback\",\"token-response-dropped\"", 1, "");
    }

    public SampleLog v2(Instant time, Program program) {
        return call(time, program, "v2", 200, "", 1, "");
    }

    public SampleLog unknown(Instant time, Program program) {
        return call(time, program, "unknown", 200, "", 1, "");
    }

    public SampleLog call(
            Instant time, Program program, String version, int status, String findings, long repeats, String event) {
        port = port == 60_000 ? 40_000 : port + 1;
        return add(
                "{\"timestamp\":\"%s\",\"level\":\"%s\",\"message\":\"IMDS%s GET /latest/meta-data/ %d by %s\","
                        + "\"event\":{\"action\":\"imds-request\",\"outcome\":\"success\",\"duration\":812345,\"schema\":1%s},"
                        + "\"imds\":{\"version\":\"%s\",\"operation\":\"get\",\"category\":\"credentials\",\"token\":{\"present\":false},"
                        + "\"findings\":[%s],\"advice\":\"Send a token.\",\"repeat_count\":%d,\"server\":\"EC2ws\"},"
                        + "\"http\":{\"version\":\"1.1\",\"request\":{\"method\":\"GET\"},\"response\":{\"status_code\":%d,\"body\":"
                        + "{\"bytes\":312}}},\"url\":{\"path\":\"/latest/meta-data/iam/security-credentials/app\"},"
                        + "\"user_agent\":{\"original\":%s,\"name\":\"%s\",\"version\":\"7.88.1\"},"
                        + "\"source\":{\"ip\":\"10.0.0.5\",\"port\":%d},\"destination\":{\"ip\":\"169.254.169.254\",\"port\":80},"
                        + "\"network\":{\"type\":\"ipv4\"},\"process\":{\"pid\":6028,\"name\":\"curl\",\"executable\":\"%s\","
                        + "\"command_line\":%s,\"working_directory\":\"/root\",\"start\":\"2026-11-21T12:34:56.780000Z\","
                        + "\"parent\":{\"pid\":6027,\"name\":\"makeCalls.sh\"},\"ancestors\":[{\"pid\":6027,\"name\":\"makeCalls.sh\","
                        + "\"executable\":\"/usr/bin/bash\",\"command_line\":\"bash ./makeCalls.sh\"},{\"pid\":4070,\"name\":\"sshd\"},"
                        + "{\"pid\":1,\"name\":\"systemd\"}],\"lineage\":\"curl < makeCalls.sh < sshd < systemd\"},"
                        + "\"user\":{\"id\":\"0\",\"name\":\"root\"},\"systemd\":{\"unit\":\"session-3.scope\"},"
                        + "\"package\":{\"name\":\"curl\",\"version\":\"7.88.1-10\",\"type\":\"deb\"},"
                        + "\"caller\":{\"label\":%s,\"fingerprint\":\"%s\"},\"attribution\":{\"method\":\"connect\"},%s}",
                TIME.format(time),
                version.equals("v1") ? "WARN" : "INFO",
                version,
                status,
                "curl",
                event,
                version,
                findings,
                repeats,
                status,
                json(program.userAgent()),
                program.userAgent().replaceAll("/.*|[^A-Za-z0-9/].*", ""),
                port,
                program.executable(),
                json(program.commandLine()),
                json(program.label()),
                program.fingerprint(),
                host());
    }

    private String host() {
        String cloud = instanceId == null ? "" : "\"cloud\":{\"instance\":{\"id\":\"" + instanceId + "\"}},";
        return cloud + "\"host\":{\"name\":\"" + hostName + "\",\"uptime\":" + uptime + "}";
    }

    private static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ') {
                quoted.append(String.format("\\u%04x", (int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }

    private SampleLog add(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
        return this;
    }

    /** Changes the last line. */
    public SampleLog edit(String from, String to) {
        String line = lines.remove(lines.size() - 1);
        return raw(line.replace(from, to));
    }

    public SampleLog raw(String line) {
        lines.add(line);
        return this;
    }

    public List<String> lines() {
        return lines;
    }

    public String text() {
        return String.join("\n", lines) + "\n";
    }

    public Path write(Path file) throws IOException {
        return Files.writeString(file, text());
    }

    public Path writeGzip(Path file) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text().getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
