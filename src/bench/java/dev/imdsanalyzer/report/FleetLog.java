package dev.imdsanalyzer.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

/**
 * Writes the logs of a made-up fleet, one file a host, as the analyzer would: {@code FleetLog FOLDER HOSTS LINES CALLERS}.
 * Sixteen days, a summary every five minutes, the rest calls. One host in five still uses IMDSv1; some have gaps, some
 * require IMDSv2 already, some are silent.
 */
public final class FleetLog {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Instant START = Instant.parse("2026-11-05T00:00:00Z");
    private static final int DAYS = 16;
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private static final String[][] PROGRAMS = {
        {
            "amazon-ssm-agent.service: amazon-ssm-agent",
            "/usr/bin/amazon-ssm-agent",
            "/usr/bin/amazon-ssm-agent",
            "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64)",
            "aws-sdk-go",
            "1.55.5",
            ""
        },
        {
            "amazon-cloudwatch-agent.service: amazon-cloudwatch-agent",
            "/opt/aws/bin/amazon-cloudwatch-agent",
            "/opt/aws/bin/amazon-cloudwatch-agent -config /tmp/x8f1/config.toml",
            "aws-sdk-go/1.48.6 (go1.22; linux; amd64)",
            "aws-sdk-go",
            "1.48.6",
            ""
        },
        {
            "cloud-init.service: cloud-init",
            "/usr/bin/python3.9",
            "/usr/bin/python3 /usr/bin/cloud-init init",
            "Cloud-Init/23.4",
            "Cloud-Init",
            "23.4",
            ""
        },
        {
            "crond.service: backup.py (boto3 1.9.0)",
            "/usr/bin/python3.6",
            "python3 /opt/backup/backup.py --run 88213 --tmp /tmp/backup.Xa81f",
            "Boto3/1.9.0 Python/3.6.8 Linux/4.14 Botocore/1.12.0",
            "Botocore",
            "1.12.0",
            "1.13.25"
        },
        {
            "session-*.scope: makeCalls.sh: curl",
            "/usr/bin/curl",
            "curl -s http://169.254.169.254/latest/meta-data/",
            "curl/7.88.1",
            "curl",
            "7.88.1",
            ""
        },
        {
            "jenkins.service: jenkins.war (aws-sdk-java 1.11.500)",
            "/usr/lib/jvm/java-11/bin/java",
            "java -Xmx2g -jar /usr/share/java/jenkins.war --httpPort=8080",
            "aws-sdk-java/1.11.500 Linux/4.14 OpenJDK_64-Bit_Server_VM/11",
            "aws-sdk-java",
            "1.11.500",
            "1.11.678"
        },
        {
            "k8s: cluster-autoscaler",
            "/cluster-autoscaler",
            "/cluster-autoscaler --v=4 --cloud-provider=aws",
            "aws-sdk-go/1.44.0 (go1.19; linux; amd64)",
            "aws-sdk-go",
            "1.44.0",
            ""
        },
    };

    private FleetLog() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int hosts = Integer.parseInt(arguments[1]);
        int lines = Integer.parseInt(arguments[2]);
        int callers = Integer.parseInt(arguments[3]);
        for (int host = 0; host < hosts; host++) {
            Path file = folder.resolve(String.format(Locale.ROOT, "host-%04d-imds-2026-11-21.0.jsonl", host));
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                writeHost(out, host, lines, callers);
            }
        }
    }

    private static void writeHost(BufferedWriter out, int host, int lines, int callers) throws IOException {
        Random random = new Random(host);
        String end = String.format(
                Locale.ROOT,
                "\"cloud\":{\"instance\":{\"id\":\"i-%017x\"}},\"host\":{\"name\":\"web-%d\",\"uptime\":",
                host + 0x1234567890L,
                host);
        int summaries = (int) (Duration.ofDays(DAYS).toMinutes() / INTERVAL.toMinutes());
        int calls = Math.max(0, lines - summaries);
        boolean silent = host % 13 == 12;
        double owed = 0;
        for (int i = 0; i < summaries; i++) {
            Instant from = START.plus(INTERVAL.multipliedBy(i));
            if (host % 7 == 3 && i > summaries / 2 && i < summaries / 2 + 900) {
                continue;
            }
            owed += silent ? 0 : (double) calls / summaries;
            for (; owed >= 1; owed--) {
                Instant time = from.plusNanos(((long) (random.nextDouble() * 299e6)) * 1000);
                call(
                        out,
                        host,
                        time,
                        callers,
                        random,
                        end + (time.getEpochSecond() - START.getEpochSecond() + 40) + "}}");
            }
            summary(out, from, from.plus(INTERVAL), end + (i * 300L + 340) + "}");
        }
    }

    private static void call(BufferedWriter out, int host, Instant time, int callers, Random random, String end)
            throws IOException {
        int number = random.nextInt(callers);
        String[] program = PROGRAMS[number % PROGRAMS.length];
        int copy = number / PROGRAMS.length;
        String label = copy == 0 ? program[0] : program[0].replace(": ", "-" + copy + ": ");
        boolean old = number % PROGRAMS.length >= 3 && number % PROGRAMS.length != 6;
        boolean v1 = old && host % 5 == 1 && random.nextInt(20) == 0;
        boolean fallback = number % PROGRAMS.length == 6 && host % 11 == 4 && random.nextInt(4) == 0;
        boolean refused = v1 && host % 3 == 0;
        String findings = fallback
                ? "\"findings\":[\"imdsv1-request\",\"imdsv1-fallback\",\"token-response-dropped\"],\"advice\":\"Raise the hop limit.\","
                : refused
                        ? "\"findings\":[\"imdsv1-rejected\"],\"advice\":\"Send a token.\","
                        : v1 ? "\"findings\":[\"imdsv1-request\"],\"advice\":\"Send a token.\"," : "";
        String at = TIME.format(time);
        String version = v1 || fallback ? "v1" : "v2";
        int status = refused ? 401 : 200;
        int pid = 2000 + random.nextInt(30_000);
        String path = number % 3 == 0
                ? "/latest/meta-data/iam/security-credentials/app"
                : "/latest/meta-data/placement/region";
        out.write("{\"timestamp\":\"" + at + "\",\"level\":\"" + (v1 ? "WARN" : "INFO") + "\",\"message\":\"IMDS"
                + version + " GET "
                + path + " " + status + " by " + label + "[" + pid
                + "] < bash[812] < systemd[1]\",\"event\":{\"action\":\"imds-request\","
                + "\"outcome\":\"success\",\"duration\":" + (400_000 + random.nextInt(900_000))
                + ",\"schema\":1,\"start\":\"" + at
                + "\",\"end\":\"" + at + "\"},\"imds\":{\"version\":\"" + version
                + "\",\"operation\":\"get\",\"category\":\""
                + (number % 3 == 0 ? "credentials" : "meta-data") + "\",\"token\":{\"present\":" + version.equals("v2")
                + "},"
                + findings + "\"repeat_count\":" + (1 + random.nextInt(3))
                + (program[6].isEmpty() ? "" : ",\"sdk\":{\"minimum\":\"" + program[6] + "\"}")
                + ",\"server\":\"EC2ws\"},\"http\":{\"version\":\"1.1\",\"request\":{\"method\":\"GET\"},"
                + "\"response\":{\"status_code\":" + status + ",\"body\":{\"bytes\":312}}},\"url\":{\"path\":\"" + path
                + "\"},\"user_agent\":{\"original\":\"" + program[3] + "\",\"name\":\"" + program[4]
                + "\",\"version\":\""
                + program[5] + "\"},\"source\":{\"ip\":\"10.0.0.5\",\"port\":" + (32_768 + random.nextInt(28_000))
                + "},\"destination\":{\"ip\":\"169.254.169.254\",\"port\":80},\"network\":{\"type\":\"ipv4\"},\"process\":{\"pid\":"
                + pid + ",\"name\":\"app\",\"executable\":\"" + program[1] + "\",\"command_line\":\"" + program[2]
                + "\",\"working_directory\":\"/root\",\"start\":\"" + at
                + "\",\"parent\":{\"pid\":812,\"name\":\"bash\"},"
                + "\"ancestors\":[{\"pid\":812,\"name\":\"bash\",\"executable\":\"/usr/bin/bash\",\"command_line\":\"bash /opt/run.sh\"},"
                + "{\"pid\":1,\"name\":\"systemd\",\"executable\":\"/usr/lib/systemd/systemd\",\"command_line\":\"/sbin/init\"}],"
                + "\"lineage\":\"app < bash < systemd\",\"network_namespace\":4026531840},\"user\":{\"id\":\"0\",\"name\":\"root\"},"
                + "\"systemd\":{\"unit\":\"app.service\"},\"package\":{\"name\":\"app\",\"version\":\"1.0-1\",\"type\":\"rpm\"},"
                + "\"caller\":{\"label\":\"" + label + "\",\"fingerprint\":\""
                + String.format(Locale.ROOT, "%016x", number * 0x9E3779B97F4A7C15L)
                + "\"},\"attribution\":{\"method\":\"connect\"}," + end + "\n");
    }

    private static void summary(BufferedWriter out, Instant from, Instant to, String end) throws IOException {
        out.write(
                "{\"timestamp\":\"" + TIME.format(to)
                        + "\",\"level\":\"INFO\",\"message\":\"300 s watched: 0 IMDSv1, 40 IMDSv2 calls, 100 %"
                        + " attributed, nothing lost\",\"event\":{\"action\":\"imds-summary\",\"schema\":1,\"start\":\""
                        + TIME.format(from)
                        + "\",\"end\":\"" + TIME.format(to)
                        + "\",\"duration\":300000000000},\"coverage\":{\"seconds\":300.0,\"gap_seconds\":0.0},"
                        + "\"agent\":{\"version\":\"0.1.0\",\"ephemeral_id\":\"5d0c6e2f9a3b4c1d\"},\"imds\":{\"requests\":{\"total\":40,\"v1\":"
                        + "{\"success\":0,\"failure\":0,\"unknown\":0},\"v2\":{\"success\":39,\"failure\":1,\"unknown\":0},\"unknown\":"
                        + "{\"success\":0,\"failure\":0,\"unknown\":0}},\"attribution\":{\"named\":40,"
                        + "\"unnamed\":0,\"share\":1.0},\"packets\":{\"seen\":512,\"dropped_by_kernel\":0,\"dropped_by_interface\":0,"
                        + "\"dropped_by_analyzer\":0},\"flows\":{\"open\":3,\"evicted\":0}}," + end
                        + ",\"Imdsv1Success\":0,\"Imdsv2Success\":39,\"CoverageSeconds\":300.0,\"_aws\":{\"Timestamp\":1795264800000,"
                        + "\"CloudWatchMetrics\":[{\"Namespace\":\"IMDSPacketAnalyzer\",\"Dimensions\":[[\"InstanceId\"],[]],\"Metrics\":"
                        + "[{\"Name\":\"Imdsv1Success\",\"Unit\":\"Count\"},{\"Name\":\"Imdsv2Success\",\"Unit\":\"Count\"}]}]}}\n");
    }
}
