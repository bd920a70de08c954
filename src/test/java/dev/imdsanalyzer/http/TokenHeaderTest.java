package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * IMDSv1 and IMDSv2 differ by one header field; these are the ways in which it is there, and those in which it only
 * seems so. Each line below is what one request must be taken for: method, and whether it has the token.
 */
class TokenHeaderTest {
    private static final byte[] TOKEN = Bytes.of("x-aws-ec2-metadata-token");
    private static final String NAME = "X-aws-ec2-metadata-token";
    private static final String GET = "GET /latest/meta-data/ HTTP/1.1\r\nHost: 169.254.169.254\r\n";

    /** Tells requests only, and what went wrong. */
    private static final class Verdicts implements Probe {
        final List<String> verdicts = new ArrayList<>();

        @Override
        public void onRequest(Exchange exchange, RequestHead head) {
            String method = Bytes.text(head.buffer(), head.methodOffset(), head.methodLength());
            verdicts.add(method + (head.find(TOKEN, 0) >= 0 ? " token" : " none"));
        }

        @Override
        public void onMalformed(Anomaly anomaly) {
            verdicts.add(anomaly.name());
        }
    }

    private static List<String> verdicts(String requests) {
        return Probe.allWays(requests, Verdicts::new, probe -> probe.verdicts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-aws-ec2-metadata-token: abc==",
                "x-aws-ec2-metadata-token: abc",
                "X-AWS-EC2-METADATA-TOKEN: abc",
                "x-Aws-eC2-mEtadata-tOken:\tabc \t",
                "X-aws-ec2-metadata-token:abc",
                "X-aws-ec2-metadata-token:",
                "X-aws-ec2-metadata-token: \t ",
                "X-aws-ec2-metadata-token:\r\n abc",
                "X-aws-ec2-metadata-token: abc\r\n\tdef",
                "X-aws-ec2-metadata-token: INVALID",
                "X-aws-ec2-metadata-token: a\r\nX-aws-ec2-metadata-token: b",
                "X-aws-ec2-metadata-token-ttl-seconds: 60\r\nX-aws-ec2-metadata-token: b"
            })
    void countsAsAFieldOfThatName(String fields) {
        assertThat(verdicts(GET + fields + "\r\n\r\n")).containsExactly("GET token");
        assertThat(verdicts(GET + fields + "\r\nAccept: */*\r\n\r\n")).containsExactly("GET token");
        assertThat(verdicts((GET + fields + "\r\n\r\n").replace("\r\n", "\n"))).containsExactly("GET token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-aws-ec2-metadata-token-ttl-seconds: 21600",
                "X-aws-ec2-metadata-toke: abc",
                "XX-aws-ec2-metadata-token: abc",
                "X_aws_ec2_metadata_token: abc",
                "X-aws-ec2-metadata-token : abc",
                "X-aws-ec2-metadata-token\t: abc",
                "X-aws-ec2-metadata-token",
                "X-aws-ec2-metadata-token;",
                "Cookie: X-aws-ec2-metadata-token: abc",
                "Cookie: a\r\n X-aws-ec2-metadata-token: abc",
                "User-Agent: \"x\r\n\tX-aws-ec2-metadata-token: abc\"",
                "\"X-aws-ec2-metadata-token\": abc"
            })
    void doesNotCountAsAnythingElse(String fields) {
        assertThat(verdicts(GET + fields + "\r\n\r\n")).containsExactly("GET none");
        assertThat(verdicts(GET + "Accept: */*\r\n" + fields + "\r\nA: b\r\n\r\n"))
                .containsExactly("GET none");
        assertThat(verdicts((GET + fields + "\r\n\r\n").replace("\r\n", "\n"))).containsExactly("GET none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /latest/X-aws-ec2-metadata-token:abc HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /?X-aws-ec2-metadata-token:%20abc HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://169.254.169.254/X-aws-ec2-metadata-token: HTTP/1.1\r\n\r\n"
            })
    void doesNotCountInTheTarget(String request) {
        assertThat(verdicts(request)).containsExactly("GET none");
    }

    @Test
    void doesNotCountInABodyOrAnotherRequest() {
        String body = NAME + ": abc\r\n\r\n";
        assertThat(verdicts("POST /a HTTP/1.1\r\nContent-Length: " + body.length() + "\r\n\r\n" + body + GET + "\r\n"))
                .containsExactly("POST none", "GET none");
        assertThat(verdicts("PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n21\r\n" + body + "\r\n0\r\n" + body
                        + GET + body + GET + "\r\n"))
                .containsExactly("PUT none", "GET token", "GET none");
        assertThat(verdicts(GET + "\r\n" + GET + body + GET + "\r\n"))
                .containsExactly("GET none", "GET token", "GET none");
    }

    /** A failed PUT whose error page a script took for the token: curl sends the page's lines as they are. */
    @Test
    void countsWhenItsValueIsAnErrorPageOverBareLines() {
        String page = """
                <?xml version="1.0" encoding="iso-8859-1"?>
                <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
                \t"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
                <html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
                 <head>
                  <title>404 - Not Found</title>
                 </head>
                 <body>
                  <h1>404 - Not Found</h1>
                 </body>
                </html>""";
        String request = GET + "User-Agent: curl/7.88.1\r\n" + NAME + ": " + page + "\r\nAccept: */*\r\n\r\n";
        assertThat(verdicts(request + GET + "\r\n")).containsExactly("GET token", "GET none");
        assertThat(verdicts(request.replace("\n", "\r\n").replace("\r\r", "\r")))
                .containsExactly("GET token");
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD /latest/meta-data/ HTTP/1.1, HEAD",
        "OPTIONS * HTTP/1.1, OPTIONS",
        "POST /latest/ HTTP/1.1, POST",
        "DELETE /latest/ HTTP/1.1, DELETE",
        "CONNECT 169.254.169.254:80 HTTP/1.1, CONNECT",
        "PUT /latest/api/token HTTP/1.1, PUT",
        "GET /latest/api/token HTTP/1.1, GET",
        "GET http://169.254.169.254/latest/meta-data/ HTTP/1.1, GET",
        "GET /latest/meta-data/ HTTP/1.0, GET"
    })
    void decidesInTheSameWayForEveryRequestLine(String line, String method) {
        assertThat(verdicts(line + "\r\n\r\n")).containsExactly(method + " none");
        assertThat(verdicts(line + "\r\n" + NAME + ": abc\r\n\r\n")).containsExactly(method + " token");
    }

    @Test
    void passesOverTheBodiesOfTokenRequests() {
        String put = "PUT /latest/api/token HTTP/1.1\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n";
        for (String body : new String[] {
            "\r\n",
            "Content-Length: 0\r\n\r\n",
            "Content-Length: 2\r\n\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        }) {
            assertThat(verdicts(put + body + GET + NAME + ": a\r\n\r\n")).containsExactly("PUT none", "GET token");
        }
    }

    @Test
    void takesAnOfferOfHttp2AsAnOrdinaryRequest() {
        assertThat(verdicts("GET /latest/ HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 0\r\n"
                        + "HTTP2-Settings: AAEAAEAAAAIAAAAA\r\nUpgrade: h2c\r\n" + NAME + ": a\r\n\r\n" + GET + "\r\n"))
                .containsExactly("GET token", "GET none");
    }

    @ParameterizedTest
    @CsvSource({"PRI * HTTP/2.0, HTTP2_PREFACE", "hello, BAD_REQUEST_LINE", "{}, NOT_HTTP"})
    void takesNothingElseForARequest(String bytes, String anomaly) {
        assertThat(verdicts(bytes + "\r\n" + NAME + ": a\r\n\r\n")).containsExactly(anomaly);
    }

    @Test
    void takesNoTlsForARequest() {
        assertThat(verdicts("\u0016\u0003\u0001\u0002\u0000" + GET + "\r\n")).containsExactly("TLS", "GET none");
    }

    @Test
    void neverJudgesAPartOfAHead() {
        for (String cut : new String[] {GET, GET + "X-aws-ec2-meta", GET + NAME + ": a\r\n", GET + "A: b\r\n\r"}) {
            assertThat(verdicts(cut)).containsExactly("HEAD_INCOMPLETE");
        }
    }
}
