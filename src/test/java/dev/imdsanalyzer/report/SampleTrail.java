package dev.imdsanalyzer.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** Records as CloudTrail writes them. */
final class SampleTrail {
    static final String KEY = "ASIAEXAMPLESECRETKEY";
    static final String ADDRESS = "203.0.113.77";
    static final String PARAMETER = "my-secret-bucket";

    private final List<String> records = new ArrayList<>();

    /** A call with credentials of an instance's role. */
    SampleTrail call(
            String instance,
            String delivery,
            String role,
            Instant created,
            Instant time,
            String operation,
            String agent) {
        records.add(record(instance, delivery, role, created, time, operation, agent));
        return this;
    }

    static String record(
            String instance,
            String delivery,
            String role,
            Instant created,
            Instant time,
            String operation,
            String agent) {
        String[] parts = operation.split(":", -1);
        return "{\"eventVersion\":\"1.11\",\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE:"
                + instance
                + "\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/" + role + "/" + instance
                + "\",\"accountId\":\"111122223333\",\"accessKeyId\":\"" + KEY
                + "\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"AROAEXAMPLE\",\"arn\":"
                + "\"arn:aws:iam::111122223333:role/" + role + "\",\"accountId\":\"111122223333\",\"userName\":\""
                + role
                + "\"},\"attributes\":{\"creationDate\":\"" + created.truncatedTo(ChronoUnit.SECONDS)
                + "\",\"mfaAuthenticated\":\"false\"},\"ec2RoleDelivery\":\"" + delivery
                + "\"},\"inScopeOf\":{\"issuerType\":\"AWS::EC2::Instance\",\"credentialsIssuedTo\":"
                + "\"arn:aws:ec2:eu-west-1:111122223333:instance/" + instance + "\"}},\"eventTime\":\""
                + time.truncatedTo(ChronoUnit.SECONDS) + "\",\"eventSource\":\"" + parts[0]
                + ".amazonaws.com\",\"eventName\":\""
                + parts[1] + "\",\"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":\"" + ADDRESS + "\",\"userAgent\":\""
                + agent
                + "\",\"requestParameters\":{\"bucketName\":\"" + PARAMETER
                + "\"},\"responseElements\":null,\"readOnly\":true}";
    }

    /** A call by somebody who is no instance. */
    SampleTrail stranger(Instant time) {
        records.add("{\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"alice\"},\"eventTime\":\"" + time
                + "\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"ListBuckets\"}");
        return this;
    }

    List<String> records() {
        return records;
    }

    String text() {
        return "{\"Records\":[" + String.join(",", records) + "]}";
    }

    Path writeGzip(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text().getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    /** As {@code lookup-events} prints them: each record a string. */
    String asLookup() {
        return "{\"Events\":["
                + records.stream()
                        .map(entry -> "{\"EventId\":\"1\",\"EventTime\":1795264556.0,\"AccessKeyId\":\"" + KEY
                                + "\",\"CloudTrailEvent\":\""
                                + entry.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    /** As EventBridge sends them, one a line. */
    String asEvents() {
        return records.stream()
                .map(entry -> "{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":" + entry
                        + "}\n")
                .collect(Collectors.joining());
    }

    /** As Athena unloads them: names in lower case. */
    String asAthena() {
        return records.stream()
                .map(entry -> entry.replace("userIdentity", "useridentity")
                        .replace("principalId", "principalid")
                        .replace("sessionContext", "sessioncontext")
                        .replace("sessionIssuer", "sessionissuer")
                        .replace("userName", "username")
                        .replace("creationDate", "creationdate")
                        .replace("ec2RoleDelivery", "ec2roledelivery")
                        .replaceAll("\"inScopeOf\":\\{[^}]*\\}", "\"x\":1")
                        .replace("eventTime", "eventtime")
                        .replace("eventSource", "eventsource")
                        .replace("eventName", "eventname")
                        .replace("userAgent", "useragent"))
                .collect(Collectors.joining("\n"));
    }
}
