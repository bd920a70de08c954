package dev.imdsanalyzer.daemon.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What passes on one connection, packet by packet, and what is said of it: cases that clients, proxies and servers are free to make. */
class UnusualConversationsTest {
    private static final String ROLE = "/latest/meta-data/iam/security-credentials/app";
    private static final String TOKEN_NAME = "X-aws-ec2-metadata-token";
    private static final String TTL_NAME = "X-aws-ec2-metadata-token-ttl-seconds";
    private static final String HOST = "Host: 169.254.169.254\r\n";
    private static final String TOKEN = TOKEN_NAME + ": AQAAAHp4dvY=\r\n";
    private static final String TTL = TTL_NAME + ": 21600\r\n";
    private static final String GRANTED = "HTTP/1.1 200 OK\r\n" + TTL
            + "Content-Type: text/plain\r\nContent-Length: 56\r\nServer: EC2ws\r\n\r\n" + "A".repeat(56);

    private static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                + "\r\nServer: EC2ws\r\n\r\n" + body;
    }

    private static String answer(int status, String fields) {
        return "HTTP/1.1 " + status + " X\r\n" + fields + "Content-Length: 0\r\nServer: EC2ws\r\n\r\n";
    }

    private static String get(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\n" + HOST + fields + "\r\n";
    }

    private static String put(String path, String fields, String body) {
        return "PUT " + path + " HTTP/1.1\r\n" + HOST + fields + "\r\n" + body;
    }

    /** A name; version, operation, category, status and findings of each call; what the client ({@code >}) and IMDS send. */
    static Stream<Arguments> rows() {
        return Stream.of(
                row(
                        "body that waits for a 100",
                        "v2 token token 200",
                        ">" + put("/latest/api/token", TTL + "Expect: 100-continue\r\nContent-Length: 3\r\n", ""),
                        "<HTTP/1.1 100 Continue\r\n\r\n",
                        ">abc",
                        "<" + GRANTED),
                row(
                        "chunked answer with extension and trailer",
                        "v1 get credentials 200 imdsv1-request; v2 get credentials 200",
                        ">" + get(ROLE, ""),
                        "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: 1\r\n\r\n",
                        ">" + get(ROLE, TOKEN),
                        "<" + ok("x")),
                row(
                        "token in chunks",
                        "v2 token token 200",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
                row(
                        "token in no chunk",
                        "v2 token token 200 token-refused",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n0\r\n\r\n"),
                row(
                        "HEAD, and the length of what it does not get",
                        "v1 get credentials 200 imdsv1-request; v2 get credentials 200",
                        ">HEAD " + ROLE + " HTTP/1.1\r\n" + HOST + "\r\n",
                        "<HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
                        ">" + get(ROLE, TOKEN),
                        "<" + ok("x")),
                row(
                        "304 with a length",
                        "v1 get credentials 304 imdsv1-request; v2 get credentials 200",
                        ">" + get(ROLE, "If-None-Match: x\r\n"),
                        "<HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n",
                        ">" + get(ROLE, TOKEN),
                        "<" + ok("x")),
                row(
                        "redirection to the same with a slash",
                        "v1 get other 307 imdsv1-request; v1 get other 200 imdsv1-request",
                        ">" + get("/latest", ""),
                        "<" + answer(307, "Location: http://169.254.169.254/latest/\r\n"),
                        ">" + get("/latest/", ""),
                        "<" + ok("x")),
                row(
                        "redirection of a role",
                        "v1 get credentials 307 imdsv1-request; v1 get credentials 200 imdsv1-request",
                        ">" + get(ROLE + "/", ""),
                        "<" + answer(307, "Location: " + ROLE + "\r\n"),
                        ">" + get(ROLE, ""),
                        "<" + ok("x")),
                row(
                        "redirection of a token request",
                        "v2 token token 301 token-refused",
                        ">" + put("/latest/api/token/", TTL, ""),
                        "<" + answer(301, "Location: /latest/api/token\r\n")),
                row(
                        "absolute-form of another scheme",
                        "v1 get credentials 200 imdsv1-request",
                        ">GET https://169.254.169.254" + ROLE + " HTTP/1.1\r\n" + HOST + "\r\n",
                        "<" + ok("x")),
                row(
                        "absolute-form with a user",
                        "v2 get credentials 200",
                        ">GET http://u:p@169.254.169.254" + ROLE + "?x HTTP/1.1\r\n" + HOST + TOKEN + "\r\n",
                        "<" + ok("x")),
                row(
                        "absolute-form for IPv6",
                        "v1 get credentials 200 imdsv1-request",
                        ">GET http://[fd00:ec2::254]:80" + ROLE + " HTTP/1.1\r\nHost: [fd00:ec2::254]\r\n\r\n",
                        "<" + ok("x")),
                row(
                        "absolute-form of a token request",
                        "v2 token token 200",
                        ">PUT http://169.254.169.254/latest/api/token HTTP/1.1\r\n" + HOST + TTL + "\r\n",
                        "<" + GRANTED),
                row(
                        "absolute-form for Google's name",
                        "v1 get other 404 other-cloud-probe",
                        ">GET http://metadata.google.internal/computeMetadata/v1/ HTTP/1.1\r\nHost: metadata.google.internal\r\nMetadata-Flavor: Google\r\n\r\n",
                        "<" + answer(404, "")),
                row(
                        "AWS's path at Google's name",
                        "v1 get credentials 200 imdsv1-request",
                        ">GET " + ROLE
                                + " HTTP/1.1\r\nHost: metadata.google.internal\r\nMetadata-Flavor: Google\r\n\r\n",
                        "<" + ok("x")),
                row(
                        "token twice, refused",
                        "v2 get credentials 400",
                        ">" + get(ROLE, TOKEN + TOKEN),
                        "<" + answer(400, "")),
                row(
                        "token of 9 KB",
                        "v2 get credentials 400",
                        ">" + get(ROLE, TOKEN_NAME + ": " + "x".repeat(9000) + "\r\n"),
                        "<" + answer(400, "")),
                row(
                        "token of 9 KB, and its server says so",
                        "v2 get credentials 431",
                        ">" + get(ROLE, TOKEN_NAME + ": " + "x".repeat(9000) + "\r\n"),
                        "<" + answer(431, "")),
                row(
                        "PUT with body",
                        "v2 token token 200; v2 get credentials 200",
                        ">" + put("/latest/api/token", TTL + "Content-Length: 5\r\n", "hello"),
                        "<" + GRANTED,
                        ">" + get(ROLE, TOKEN),
                        "<" + ok("x")),
                row(
                        "PUT ttl absent",
                        "v2 token token 400 token-refused",
                        ">" + put("/latest/api/token", "", ""),
                        "<" + answer(400, "")),
                row(
                        "PUT ttl 0",
                        "v2 token token 400 token-refused",
                        ">" + put("/latest/api/token", TTL_NAME + ": 0\r\n", ""),
                        "<" + answer(400, "")),
                row(
                        "PUT ttl 21601",
                        "v2 token token 400 token-refused",
                        ">" + put("/latest/api/token", TTL_NAME + ": 21601\r\n", ""),
                        "<" + answer(400, "")),
                row(
                        "PUT ttl -1",
                        "v2 token token 400 token-refused",
                        ">" + put("/latest/api/token", TTL_NAME + ": -1\r\n", ""),
                        "<" + answer(400, "")),
                row(
                        "PUT ttl text",
                        "v2 token token 400 token-refused",
                        ">" + put("/latest/api/token", TTL_NAME + ": six hours\r\n", ""),
                        "<" + answer(400, "")),
                row(
                        "PUT ttl twice",
                        "v2 token token 400 token-refused",
                        ">" + put("/latest/api/token", TTL + TTL_NAME + ": 60\r\n", ""),
                        "<" + answer(400, "")),
                row(
                        "PUT ttl huge",
                        "v2 token token 400 token-refused",
                        ">" + put("/latest/api/token", TTL_NAME + ": 99999999999999999999\r\n", ""),
                        "<" + answer(400, "")),
                row(
                        "PUT ttl 1 GRANTED",
                        "v2 token token 200",
                        ">" + put("/latest/api/token", TTL_NAME + ": 1\r\n", ""),
                        "<" + GRANTED.replace("21600", "1")),
                row(
                        "GET token 401",
                        "v1 get token 401 imdsv1-rejected",
                        ">" + get("/latest/api/token", ""),
                        "<" + answer(401, "")),
                row(
                        "GET token with ttl",
                        "v1 get token 405",
                        ">" + get("/latest/api/token", TTL),
                        "<" + answer(405, "")),
                row(
                        "PUT //latest",
                        "v2 token token 403 token-forbidden",
                        ">" + put("//latest/api/token", TTL, ""),
                        "<" + answer(403, "")),
                row(
                        "PUT latest upper",
                        "v2 other other 404 token-refused",
                        ">" + put("/Latest/api/token", TTL, ""),
                        "<" + answer(404, "")),
                row(
                        "PUT encoded",
                        "v2 token token 404 token-refused",
                        ">" + put("/latest/api%2Ftoken", TTL, ""),
                        "<" + answer(404, "")),
                row(
                        "PUT dated",
                        "v2 token token 403 token-forbidden",
                        ">" + put("/2021-07-15/api/token", TTL, ""),
                        "<" + answer(403, "")),
                row(
                        "PUT 1.0",
                        "v2 token token 403 token-forbidden",
                        ">" + put("/1.0/api/token", TTL, ""),
                        "<" + answer(403, "")),
                row("PUT query", "v2 token token 200", ">" + put("/latest/api/token?x=1", TTL, ""), "<" + GRANTED),
                row(
                        "PUT no host",
                        "v2 token token 400 token-refused",
                        ">PUT /latest/api/token HTTP/1.1\r\n" + TTL + "\r\n",
                        "<" + answer(400, "")),
                row(
                        "PUT http10",
                        "v2 token token 200",
                        ">PUT /latest/api/token HTTP/1.0\r\n" + TTL + "\r\n",
                        "<" + GRANTED),
                row(
                        "PUT with XFF 403",
                        "v2 token token 403 token-forbidden",
                        ">" + put("/latest/api/token", TTL + "X-Forwarded-For: 10.0.0.1\r\n", ""),
                        "<" + answer(403, "")),
                row(
                        "PUT with x-forwarded-for lower, 403 nginx",
                        "v2 token token 403 token-forbidden",
                        ">" + put("/latest/api/token", TTL + "x-forwarded-for: 10.0.0.1\r\n", ""),
                        "<" + answer(403, "").replace("EC2ws", "nginx")),
                row(
                        "PUT with Forwarded 403 squid",
                        "v2 token token 403 token-forbidden",
                        ">" + put("/latest/api/token", TTL + "Forwarded: for=1\r\nVia: 1.1 squid\r\n", ""),
                        "<" + answer(403, "X-Squid-Error: ERR 0\r\n").replace("EC2ws", "squid/5.7")),
                row(
                        "PUT 403 endpoint disabled",
                        "v2 token token 403 token-forbidden",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<" + answer(403, "")),
                row("GET 403 endpoint disabled", "v1 get credentials 403", ">" + get(ROLE, ""), "<" + answer(403, "")),
                row(
                        "PUT 407",
                        "v2 token token 407 token-refused",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<" + answer(407, "Proxy-Authenticate: Basic\r\n").replace("EC2ws", "squid")),
                row(
                        "eic keys",
                        "v2 get meta-data 404",
                        ">" + get("/latest/meta-data/managed-ssh-keys/active-keys/root/", TOKEN),
                        "<" + answer(404, "")),
                row(
                        "identity credentials",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get("/latest/meta-data/identity-credentials/ec2/security-credentials/ec2-instance", ""),
                        "<" + ok("x")),
                row(
                        "recommendations",
                        "v1 get meta-data 404 imdsv1-request",
                        ">" + get("/latest/meta-data/events/recommendations/rebalance", ""),
                        "<" + answer(404, "")),
                row(
                        "spot",
                        "v1 get meta-data 404 imdsv1-request",
                        ">" + get("/latest/meta-data/spot/instance-action", ""),
                        "<" + answer(404, "")),
                row(
                        "spot term",
                        "v2 get meta-data 404",
                        ">" + get("/latest/meta-data/spot/termination-time/", TOKEN),
                        "<" + answer(404, "")),
                row(
                        "dyn doc",
                        "v1 get identity 200 imdsv1-request",
                        ">" + get("/latest/dynamic/instance-identity/document", ""),
                        "<" + ok("x")),
                row(
                        "dyn rsa",
                        "v1 get identity 200 imdsv1-request",
                        ">" + get("/2009-04-04/dynamic/instance-identity/rsa2048", ""),
                        "<" + ok("x")),
                row(
                        "iam lists trailing slashes",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get("//latest/meta-data//iam/security-credentials//", ""),
                        "<" + ok("x")),
                row(
                        "pct encoded",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get("/latest/meta%2ddata/iam/security-credentials/app", ""),
                        "<" + ok("x")),
                row(
                        "semicolon params",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get("/latest/meta-data/iam/security-credentials;v=1/app", ""),
                        "<" + ok("x")),
                row(
                        "azure token",
                        "v1 get other 404 other-cloud-probe",
                        ">" + get("/metadata/identity/oauth2/token?resource=x", "Metadata: true\r\n"),
                        "<" + answer(404, "")),
                row(
                        "ec2 cloud-init crawl",
                        "v1 get meta-data 200 imdsv1-request",
                        ">" + get("/2009-04-04/meta-data/instance-id", ""),
                        "<" + ok("x")),
                row(
                        "rst mid answer",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get(ROLE, ""),
                        "<HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabc"),
                row(
                        "fin mid head",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get(ROLE, ""),
                        "<HTTP/1.1 200 OK\r\nContent-Le"),
                row("fin mid status", "v1 get credentials 0 imdsv1-request", ">" + get(ROLE, ""), "<HTTP/1.1 40"),
                row(
                        "until close",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get(ROLE, ""),
                        "<HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nabc"),
                row(
                        "http10 keep",
                        "v1 get credentials 200 imdsv1-request; v2 get credentials 401 token-invalid",
                        ">GET " + ROLE + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                        "<HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx",
                        ">GET " + ROLE + " HTTP/1.0\r\n" + TOKEN + "\r\n",
                        "<HTTP/1.0 401 U\r\n\r\n"),
                row(
                        "interim 103",
                        "v1 get credentials 200 imdsv1-request",
                        ">" + get(ROLE, ""),
                        "<HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("x")),
                row(
                        "mixed pipelined",
                        "v1 get credentials 200 imdsv1-request; v2 get credentials 401 token-invalid; v1 get other 404 imdsv1-request",
                        ">" + get(ROLE, "") + get(ROLE, TOKEN) + get("/latest/", ""),
                        "<" + ok("x") + answer(401, "") + answer(404, "")),
                row(
                        "upgrade 101",
                        "v1 get credentials 101 imdsv1-request",
                        ">"
                                + get(
                                        ROLE,
                                        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n"),
                        "<HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n\0\0\0"),
                row(
                        "options *",
                        "v1 other other 200 imdsv1-request",
                        ">OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n",
                        "<" + answer(200, "Allow: GET\r\n")),
                row(
                        "HEAD / probe",
                        "v1 get other 200 imdsv1-request",
                        ">HEAD / HTTP/1.1\r\n" + HOST + "\r\n",
                        "<" + answer(200, "")),
                row(
                        "HEAD /latest probe",
                        "v1 get meta-data 401 imdsv1-rejected",
                        ">HEAD /latest/meta-data/ HTTP/1.1\r\n" + HOST + "\r\n",
                        "<" + answer(401, "")),
                row(
                        "HEAD / 401",
                        "v1 get other 401 imdsv1-rejected",
                        ">HEAD / HTTP/1.1\r\n" + HOST + "\r\n",
                        "<" + answer(401, "")),
                row(
                        "INVALID token on /",
                        "v2 get other 401 token-invalid",
                        ">" + get("/", TOKEN_NAME + ": INVALID\r\n"),
                        "<" + answer(401, "")),
                row(
                        "PUT answered 200 json",
                        "v2 token token 200 token-refused",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
                row(
                        "PUT answered 200 no type",
                        "v2 token token 200",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
                row(
                        "PUT answered 204",
                        "v2 token token 204 token-refused",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<HTTP/1.1 204 No\r\n\r\n"),
                row(
                        "token cut by the close",
                        "v2 token token 200 token-refused",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<" + GRANTED.substring(0, GRANTED.length() - 20)),
                row(
                        "token in chunks, cut by the close",
                        "v2 token token 200 token-refused",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n20\r\nAAAA"),
                row(
                        "token that lasts until the close",
                        "v2 token token 200",
                        ">" + put("/latest/api/token", TTL, ""),
                        "<HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nAAAA"));
    }

    private static Arguments row(String name, String calls, String... turns) {
        return Arguments.of(name, calls, turns);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void areToldAsTheCallsThatTheyAre(String name, String expected, String[] turns) {
        for (int segment : new int[] {1_400, 17}) {
            assertThat(calls(turns, segment).stream()
                            .map(UnusualConversationsTest::told)
                            .collect(Collectors.joining("; ")))
                    .as("in segments of %d bytes", segment)
                    .isEqualTo(expected);
        }
    }

    private static String told(ImdsCall call) {
        String findings = call.findings().stream().map(Finding::code).collect(Collectors.joining(" "));
        return (call.version().label() + " " + call.operation().label() + " "
                        + call.category().label() + " " + call.status() + " " + findings)
                .strip();
    }

    private static List<ImdsCall> calls(String[] turns, int segment) {
        ConnectionFrames connection = new ConnectionFrames(40_000).open();
        for (String turn : turns) {
            connection.send(turn.startsWith(">"), turn.substring(1).getBytes(ISO_8859_1), segment);
        }
        LinePipeline pipeline = new LinePipeline();
        ConnectionFrames.feed(connection.acknowledge().close().frames(), 1_800_000_000_000_000_000L, pipeline);
        return pipeline.end();
    }
}
