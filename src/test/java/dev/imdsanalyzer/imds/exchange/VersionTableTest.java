package dev.imdsanalyzer.imds.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsCall;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which version a request speaks: one row a case that clients or strangers are known to send. */
class VersionTableTest {
    private static final String OK = "HTTP/1.1 200 OK\nServer: EC2ws";
    private static final String TOKEN = "X-aws-ec2-metadata-token: AQAAAHp4dvY=";
    private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds: 21600";

    static Stream<Arguments> rows() {
        return Stream.of(
                row("GET with a token", "GET /latest/meta-data/ HTTP/1.1\n" + TOKEN, "v2 get meta-data"),
                row("HEAD with a token", "HEAD /latest/meta-data/ HTTP/1.1\n" + TOKEN, "v2 get meta-data"),
                row("field name in lower case", "GET /latest/ HTTP/1.1\nx-aws-ec2-metadata-token: a", "v2 get other"),
                row("field name in upper case", "GET /latest/ HTTP/1.1\nX-AWS-EC2-METADATA-TOKEN: a", "v2 get other"),
                row("no space after the colon", "GET /latest/ HTTP/1.1\nX-aws-ec2-metadata-token:a", "v2 get other"),
                row(
                        "GET without a token",
                        "GET /latest/meta-data/ HTTP/1.1\nHost: 169.254.169.254",
                        "v1 get meta-data"),
                row("HEAD without a token", "HEAD /latest/meta-data/ HTTP/1.1", "v1 get meta-data"),
                row("dated path without a token", "GET /2021-07-15/meta-data/iam/info HTTP/1.1", "v1 get identity"),
                row("dated path with a token", "GET /2021-03-23/user-data HTTP/1.1\n" + TOKEN, "v2 get user-data"),
                row("token request", "PUT /latest/api/token HTTP/1.1\n" + TTL, "v2 token token"),
                row("token request without TTL", "PUT /latest/api/token HTTP/1.1", "v2 token token"),
                row("token request to a dated path", "PUT /2021-03-23/api/token HTTP/1.1\n" + TTL, "v2 token token"),
                row(
                        "token request with a slash at its end",
                        "PUT /latest/api/token/ HTTP/1.1\n" + TTL,
                        "v2 token token"),
                row("GET of the token's path", "GET /latest/api/token HTTP/1.1", "v1 get token"),
                row("GET with the TTL field only", "GET /latest/meta-data/ HTTP/1.1\n" + TTL, "v1 get meta-data"),
                row(
                        "page of an error as the token",
                        "GET /latest/ HTTP/1.1\nX-aws-ec2-metadata-token: <?xml version=\"1.0\"?>",
                        "v2 get other"),
                row("the probe of Fluent Bit", "GET / HTTP/1.1\nX-aws-ec2-metadata-token: INVALID", "v2 get other"),
                row("the name in the path", "GET /latest/x-aws-ec2-metadata-token HTTP/1.1", "v1 get other"),
                row("the name in the query", "GET /latest/?x-aws-ec2-metadata-token=a HTTP/1.1", "v1 get other"),
                row(
                        "the name in another field's value",
                        "GET /latest/ HTTP/1.1\nReferer: x-aws-ec2-metadata-token: a",
                        "v1 get other"),
                row("a longer field name", "GET /latest/ HTTP/1.1\nX-aws-ec2-metadata-token-x: a", "v1 get other"),
                row("the field twice", "GET /latest/ HTTP/1.1\n" + TOKEN + "\n" + TOKEN, "v2 get other"),
                row(
                        "absolute-form",
                        "GET http://169.254.169.254/latest/dynamic/instance-identity/document HTTP/1.1",
                        "v1 get identity"),
                row("HTTP/1.0", "GET /latest/user-data HTTP/1.0", "v1 get user-data"),
                row("OPTIONS", "OPTIONS * HTTP/1.1", "v1 other other"),
                row("POST with a token", "POST /latest/meta-data/ HTTP/1.1\n" + TOKEN, "v2 other meta-data"),
                row("DELETE", "DELETE /latest/user-data HTTP/1.1", "v1 other user-data"),
                row("CONNECT", "CONNECT 169.254.169.254:80 HTTP/1.1", "v1 other other"),
                row("PUT elsewhere with the TTL field", "PUT /latest/api/tokens HTTP/1.1\n" + TTL, "v2 other other"),
                row(
                        "offer of h2c",
                        "GET /latest/meta-data/ HTTP/1.1\nUpgrade: h2c\nHTTP2-Settings: AAEAAEAA\nContent-Length: 0",
                        "v1 get meta-data"));
    }

    private static Arguments row(String name, String request, String expected) {
        return Arguments.of(name, request, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void givesVersionOperationAndCategory(String name, String request, String expected) {
        ImdsCall call = new Exchanges().answered(request, OK);

        assertThat(call.version().label() + " " + call.operation().label() + " "
                        + call.category().label())
                .as(name)
                .isEqualTo(expected);
    }
}
