package dev.imdsanalyzer.http;

import java.nio.charset.StandardCharsets;

/** Request heads of the sizes that IMDS sees. The token is made up. */
public enum SampleRequest {
    /** curl without a token: 107 bytes. */
    CURL_V1(
            107,
            "GET /latest/meta-data/instance-id HTTP/1.1",
            "Host: 169.254.169.254",
            "User-Agent: curl/7.88.1",
            "Accept: */*"),

    /** curl with a token: 238 bytes. */
    CURL_V2(
            238,
            "GET /latest/meta-data/iam/security-credentials/application-server-production-eu1 HTTP/1.1",
            "Host: 169.254.169.254",
            "User-Agent: curl/7.88.1",
            "Accept: */*",
            "X-aws-ec2-metadata-token: AQAEAJ9mVb0Xk2c7Yt1oQ8rZ5hN3wLsEu6PgDfKjTnRvBiMxHyCzAq=="),

    /** An AWS SDK with a token and a long User-Agent: 405 bytes. */
    SDK_V2(
            405,
            "GET /latest/meta-data/iam/security-credentials/app01 HTTP/1.1",
            "Host: 169.254.169.254",
            "x-aws-ec2-metadata-token: AQAEAJ9mVb0Xk2c7Yt1oQ8rZ5hN3wLsEu6PgDfKjTnRvBiMxHyCzAq==",
            "Accept: */*",
            "Connection: Keep-Alive",
            "User-Agent: aws-sdk-java/2.31.0 md/io#sync md/http#UrlConnection ua/2.1 api/IMDS#2.31.0"
                    + " os/Linux#6.1.130 lang/java#17 md/OpenJDK_64-Bit_Server_VM md/vendor#Debian md/en_US",
            "Accept-Encoding: gzip");

    private final String head;

    SampleRequest(int size, String... lines) {
        head = String.join("\r\n", lines) + "\r\n\r\n";
        if (head.length() != size) {
            throw new IllegalStateException(this + " has " + head.length() + " bytes, not " + size);
        }
    }

    /** Its bytes, in a new array. */
    byte[] head() {
        return head.getBytes(StandardCharsets.US_ASCII);
    }
}
