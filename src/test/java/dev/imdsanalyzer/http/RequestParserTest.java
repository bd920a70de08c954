package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HeadDriver.request;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    @Test
    void readsRequestLineAndFields() {
        assertThat(request("GET /latest/ HTTP/1.1\r\nHost: 169.254.169.254\r\nAccept: */*\r\n\r\nrest"))
                .isEqualTo("61 bytes: GET /latest/ 1 [Host=169.254.169.254] [Accept=*/*]");
    }

    @Test
    void readsRequestWithoutFields() {
        assertThat(request("GET / HTTP/1.0\r\n\r\n")).isEqualTo("18 bytes: GET / 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "M-SEARCH", "get", "!#$%&'*+-.^_`|~09azAZ"})
    void takesAnyTokenAsMethod(String method) {
        assertThat(request(method + " / HTTP/1.1\r\n\r\n")).endsWith("bytes: " + method + " / 1");
    }

    @Test
    void takesTheFourFormsOfTarget() {
        assertThat(request("GET /a?b=c HTTP/1.1\r\n\r\n")).endsWith("GET /a?b=c 1");
        assertThat(request("GET http://169.254.169.254/latest/ HTTP/1.1\r\n\r\n"))
                .endsWith("GET http://169.254.169.254/latest/ 1");
        assertThat(request("CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n")).endsWith("CONNECT 169.254.169.254:80 1");
        assertThat(request("OPTIONS * HTTP/1.1\r\n\r\n")).endsWith("OPTIONS * 1");
    }

    @Test
    void takesHigherMinorVersionsAsTheHighestKnown() {
        assertThat(request("GET / HTTP/1.9\r\n\r\n")).endsWith("GET / 1");
    }

    @Test
    void skipsEmptyLinesBeforeTheRequestLine() {
        assertThat(request("\r\n\n\r\nGET / HTTP/1.1\r\n\r\n")).isEqualTo("23 bytes: GET / 1");
        assertThat(request("\r\n\r\n")).isEqualTo("incomplete");
    }

    @Test
    void takesBareLineFeedsAsLineEnds() {
        assertThat(request("GET / HTTP/1.1\nHost: a\nB: c\r\n\n")).isEqualTo("30 bytes: GET / 1 [Host=a] [B=c]");
    }

    @Test
    void toleratesRunsOfSpacesInTheRequestLine() {
        assertThat(request("GET   /   HTTP/1.1  \r\n\r\n")).endsWith("GET / 1");
    }

    @Test
    void keepsBytesAbove7fInTargetAndValue() {
        assertThat(request("GET /\u00fc HTTP/1.1\r\nA: \u00e9\u00ff\r\n\r\n"))
                .endsWith("GET /\u00fc 1 [A=\u00e9\u00ff]");
    }

    @Test
    void takesALineWithoutVersionAsHttp09() {
        assertThat(request("GET /latest/meta-data/\r\nHost: a\r\n")).isEqualTo("24 bytes: GET /latest/meta-data/ 9");
        assertThat(request("GET /a\n")).isEqualTo("7 bytes: GET /a 9");
        assertThat(request("GET /a  \r\n")).isEqualTo("10 bytes: GET /a 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT /a\r\n", "GET a\r\n", "GET \r\n", "get /a\r\n"})
    void takesNothingElseWithoutVersionAsARequest(String line) {
        assertThat(request(line)).startsWith("BAD_REQUEST_LINE at");
    }

    @Test
    void isIncompleteAtEveryPrefix() {
        String head = "\r\nPUT /latest/api/token HTTP/1.1\r\nA: b\r\n c\r\nD:\r\n\r\n";
        for (int length = 0; length < head.length(); length++) {
            assertThat(request(head.substring(0, length)))
                    .as("%d bytes", length)
                    .isEqualTo("incomplete");
        }
    }

    @Test
    void tellsOtherProtocolsApart() {
        assertThat(request("\u0016\u0003\u0001\u0002\u0000")).isEqualTo("TLS at 0");
        assertThat(request("\u0016\u0004\u0001\u0002\u0000")).isEqualTo("NOT_HTTP at 0");
        assertThat(request("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo("HTTP2_PREFACE at 11");
        assertThat(request("SSH-2.0-OpenSSH_9.2\r\n")).isEqualTo("NOT_HTTP at 19");
        assertThat(request("\u0000\u0001")).isEqualTo("NOT_HTTP at 0");
        assertThat(request("{\"a\": 1}")).isEqualTo("NOT_HTTP at 0");
        assertThat(request(" GET / HTTP/1.1\r\n\r\n")).isEqualTo("NOT_HTTP at 0");
        assertThat(request("a".repeat(65))).isEqualTo("NOT_HTTP at 64");
        assertThat(request("a".repeat(64))).isEqualTo("incomplete");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/2.0\r\n\r\n",
                "GET / HTTP/1.x\r\n\r\n",
                "GET / HTTP/1.10\r\n\r\n",
                "GET / http/1.1\r\n\r\n",
                "GET / HTTP/1.1 x\r\n\r\n",
                "GET /a b HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.\r\n\r\n",
                "GET / HTTP/0.9\r\n\r\n"
            })
    void rejectsOtherRequestLines(String head) {
        assertThat(request(head)).startsWith("BAD_REQUEST_LINE at");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 11, 0x1f, 0x7f})
    void rejectsControlBytesInTheRequestLine(int control) {
        String octet = String.valueOf((char) control);
        assertThat(request("GET /" + octet + " HTTP/1.1\r\n\r\n")).isEqualTo("CONTROL_BYTE at 5");
        assertThat(request("GET / " + octet + "HTTP/1.1\r\n\r\n")).isEqualTo("CONTROL_BYTE at 6");
        assertThat(request("GET / HTTP/1.1" + octet + "\r\n\r\n")).isEqualTo("CONTROL_BYTE at 14");
    }

    @Test
    void rejectsACarriageReturnWithinALine() {
        assertThat(request("GET /\rHTTP/1.1\r\n\r\n")).isEqualTo("CONTROL_BYTE at 5");
        assertThat(request("GET / HTTP/1.1\rA: b\r\n\r\n")).isEqualTo("CONTROL_BYTE at 14");
        assertThat(request("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n")).isEqualTo("CONTROL_BYTE at 20");
        assertThat(request("GET / HTTP/1.1\r\nA: b\r\n\rc\r\n")).isEqualTo("CONTROL_BYTE at 22");
    }

    @Test
    void parsesNoFurtherAfterAnAnomaly() {
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        byte[] bytes = Bytes.of("{GET / HTTP/1.1\r\n\r\n");
        assertThat(parser.parse(bytes, 0, 1)).isEqualTo(HeadParser.MALFORMED);
        assertThat(parser.parse(bytes, 0, bytes.length)).isEqualTo(HeadParser.MALFORMED);
        assertThat(parser.anomaly()).isEqualTo(Anomaly.NOT_HTTP);
        parser.reset();
        assertThat(parser.parse(bytes, 1, bytes.length - 1)).isEqualTo(bytes.length - 1);
    }
}
