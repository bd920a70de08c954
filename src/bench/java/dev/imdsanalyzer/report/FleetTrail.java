package dev.imdsanalyzer.report;

import java.io.BufferedWriter;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes CloudTrail's records of the fleet of {@code FleetLog}, as they lie in S3: {@code FleetTrail FOLDER HOSTS RECORDS}. Three
 * of five are calls by roles of instances, whose sessions last six hours; one host in five has sessions by IMDSv1. The rest are
 * calls by users and services.
 */
public final class FleetTrail {
    private static final Instant START = Instant.parse("2026-11-05T00:00:00Z");
    private static final int DAYS = 16;
    private static final int SESSION_HOURS = 6;
    private static final int RECORDS_A_FILE = 10_000;
    private static final String[] OPERATIONS = {
        "s3 ListBuckets", "s3 GetBucketLocation", "sqs SendMessage", "sts GetCallerIdentity",
                "ssm UpdateInstanceInformation",
        "ec2 DescribeInstances", "ec2 DescribeTags", "logs CreateLogStream", "kms Decrypt", "dynamodb DescribeTable",
    };
    private static final String[] AGENTS = {
        "aws-cli/1.16.102 Python/2.7.18 Linux/4.14.355 botocore/1.12.92",
        "[Boto3/1.9.0 Python/3.6.8 Linux/4.14 Botocore/1.12.0]",
        "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64) amazon-ssm-agent/3.3.987.0",
        "aws-sdk-java/2.29.6 md/io#sync md/http#Apache ua/2.0 os/Linux#6.1 lang/java#17.0.13 md/OpenJDK_64-Bit_Server_VM#17",
    };

    private FleetTrail() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        int hosts = Integer.parseInt(arguments[1]);
        int records = Integer.parseInt(arguments[2]);
        int files = Math.max(1, records / RECORDS_A_FILE);
        IntStream.range(0, files).parallel().forEach(file -> write(folder, file, files, hosts, records / files));
    }

    private static void write(Path folder, int file, int files, int hosts, int records) {
        Random random = new Random(file);
        Duration length = Duration.ofDays(DAYS).dividedBy(files);
        Instant from = START.plus(length.multipliedBy(file));
        String day = from.toString().substring(0, 10).replace('-', '/');
        Path path = folder.resolve("AWSLogs/111122223333/CloudTrail/eu-west-1/" + day)
                .resolve(String.format(Locale.ROOT, "111122223333_CloudTrail_eu-west-1_%06d.json.gz", file));
        try {
            Files.createDirectories(path.getParent());
            try (Writer out = new BufferedWriter(
                    new OutputStreamWriter(new FastGzip(new FileOutputStream(path.toFile())), StandardCharsets.UTF_8),
                    1 << 16)) {
                StringBuilder text = new StringBuilder(2048);
                out.write("{\"Records\":[");
                for (int i = 0; i < records; i++) {
                    text.setLength(0);
                    Instant time = from.plusNanos((long) (random.nextDouble() * length.toNanos()))
                            .truncatedTo(ChronoUnit.SECONDS);
                    addRecord(text.append(i == 0 ? "" : ","), random, hosts, time);
                    out.append(text);
                }
                out.write("]}");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addRecord(StringBuilder text, Random random, int hosts, Instant time) {
        String[] operation = OPERATIONS[random.nextInt(OPERATIONS.length)].split(" ", -1);
        text.append("{\"eventVersion\":\"1.11\",\"userIdentity\":{");
        int kind = random.nextInt(5);
        if (kind < 3) {
            addInstanceRole(text, random, random.nextInt(hosts), time);
        } else if (kind == 3) {
            text.append("\"type\":\"AWSService\",\"invokedBy\":\"autoscaling.amazonaws.com\"}");
        } else {
            text.append(
                            "\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLEADMIN:alice\",\"arn\":\"arn:aws:sts::111122223333:")
                    .append("assumed-role/admin/alice\",\"accountId\":\"111122223333\",\"accessKeyId\":\"ASIA")
                    .append(Long.toString(random.nextLong() >>> 1, 36).toUpperCase(Locale.ROOT))
                    .append(
                            "\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"AROAEXAMPLEADMIN\",\"arn\":")
                    .append(
                            "\"arn:aws:iam::111122223333:role/admin\",\"accountId\":\"111122223333\",\"userName\":\"admin\"},")
                    .append("\"attributes\":{\"creationDate\":\"")
                    .append(time.minusSeconds(600))
                    .append("\",\"mfaAuthenticated\":\"true\"}}}");
        }
        text.append(",\"eventTime\":\"")
                .append(time)
                .append("\",\"eventSource\":\"")
                .append(operation[0])
                .append(".amazonaws.com\",\"eventName\":\"")
                .append(operation[1])
                .append("\",\"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":\"10.0.")
                .append(random.nextInt(256))
                .append('.')
                .append(random.nextInt(256))
                .append("\",\"userAgent\":\"")
                .append(AGENTS[random.nextInt(AGENTS.length)])
                .append("\",\"requestParameters\":{\"name\":\"item-")
                .append(random.nextInt(1_000_000))
                .append(
                        "\",\"filterSet\":{\"items\":[{\"name\":\"resource-id\",\"valueSet\":{\"items\":[{\"value\":\"i-0")
                .append(Long.toHexString(random.nextLong()))
                .append("\"}]}}]}},\"responseElements\":null,\"requestID\":\"")
                .append(new UUID(random.nextLong(), random.nextLong()))
                .append("\",\"eventID\":\"")
                .append(new UUID(random.nextLong(), random.nextLong()))
                .append(
                        "\",\"readOnly\":true,\"eventType\":\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":")
                .append(
                        "\"111122223333\",\"eventCategory\":\"Management\",\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":")
                .append("\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"")
                .append(operation[0])
                .append(".eu-west-1.amazonaws.com\"}}");
    }

    private static void addInstanceRole(StringBuilder text, Random random, int host, Instant time) {
        String instance = String.format(Locale.ROOT, "i-%017x", host + 0x1234567890L);
        long session = Duration.between(START, time).toHours() / SESSION_HOURS;
        boolean v1 = host % 5 == 1 && random.nextInt(4) == 0;
        text.append("\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE:")
                .append(instance)
                .append("\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/app/")
                .append(instance)
                .append("\",\"accountId\":\"111122223333\",\"accessKeyId\":\"ASIA")
                .append(Long.toString((host * 1_000L + session) * 0x9E3779B97FL, 36)
                        .toUpperCase(Locale.ROOT))
                .append(
                        "\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"AROAEXAMPLE\",\"arn\":")
                .append(
                        "\"arn:aws:iam::111122223333:role/app\",\"accountId\":\"111122223333\",\"userName\":\"app\"},\"attributes\":")
                .append("{\"creationDate\":\"")
                .append(START.plus(Duration.ofHours(session * SESSION_HOURS)).plusSeconds(v1 ? 60 : 0))
                .append("\",\"mfaAuthenticated\":\"false\"},\"ec2RoleDelivery\":\"")
                .append(v1 ? "1.0" : "2.0")
                .append(
                        "\"},\"inScopeOf\":{\"issuerType\":\"AWS::EC2::Instance\",\"credentialsIssuedTo\":\"arn:aws:ec2:eu-west-1:")
                .append("111122223333:instance/")
                .append(instance)
                .append("\"}}");
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
