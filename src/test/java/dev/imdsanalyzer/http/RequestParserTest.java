package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HeadDriver.request;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    @ValueSource(strings = {"PUT /a", "get /a", "GET /a b", "GET http://a/b", "OPTIONS *", "GET /a HTP/1.1"})
    void readsOnBehindALineWithoutVersionThatLooksLikeARequest(String line) {
        String[] words = line.split(" ", -1);
        String parsed = words[0] + " " + words[1] + " -1";
        assertThat(request(line + "\r\nA: b\r\n\r\n")).endsWith(parsed + " [A=b] BAD_REQUEST_LINE");
        assertThat(request(line + "\r\nGET /b HTTP/1.1\r\nA: b\r\n\r\n"))
                .isEqualTo(line.length() + 2 + " bytes: " + parsed + " BAD_REQUEST_LINE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET a\r\n", "GET \r\n", "GET\r\n", "hello world\r\n", "GET HTTP/1.1\r\n"})
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
        assertThat(request("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo("HTTP2_PREFACE at 0");
        assertThat(request("PROXY TCP4 10.0.0.5 169.254.169.254 4711 80\r\n")).isEqualTo("PROXY_PROTOCOL at 0");
        assertThat(request("SSH-2.0-OpenSSH_9.2\r\n")).isEqualTo("BAD_REQUEST_LINE at 0");
        assertThat(request("\u0000\u0001")).isEqualTo("NOT_HTTP at 0");
        assertThat(request("{\"a\": 1}")).isEqualTo("NOT_HTTP at 0");
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/2.0, GET / -1 BAD_VERSION",
        "GET / HTTP/1.x, GET / -1 BAD_VERSION",
        "GET / HTTP/1., GET / -1 BAD_VERSION",
        "GET / HTTP/0.9, GET / -1 BAD_VERSION",
        "GET / HTTP/1.10, GET / 1 BAD_VERSION",
        "GET / HTTP/1.00, GET / 0 BAD_VERSION",
        "GET / HTTP/01.1, GET / 1 BAD_VERSION",
        "GET / http/1.1, GET / 1 BAD_VERSION",
        "GET / HTTP/1.1 x, GET / 1 BAD_REQUEST_LINE",
        "GET /a b HTTP/1.1, GET /a b 1 BAD_REQUEST_LINE",
        "get / HTTP/1.1, get / 1",
        "GET  HTTP/1.1 HTTP/1.1, GET HTTP/1.1 1"
    })
    void readsOtherRequestLinesAsLenientServersDo(String line, String parsed) {
        assertThat(request(line + "\r\n\r\n")).isEqualTo(line.length() + 4 + " bytes: " + parsed);
    }

    @Test
    void takesAnyWhiteSpaceBetweenWords() {
        assertThat(request("GET\t/a\tHTTP/1.1\r\n\r\n")).endsWith("GET /a 1 BAD_REQUEST_LINE");
        assertThat(request("GET \u000b/a\u001cHTTP/1.1\u000c\r\n\r\n")).endsWith("GET /a 1 CONTROL_BYTE");
        assertThat(request("GET\u00a0/a\u0085HTTP/1.1\r\n\r\n")).endsWith("GET /a 1 BAD_REQUEST_LINE");
        assertThat(request(" \tGET / HTTP/1.1\r\n\r\n")).endsWith("GET / 1 BAD_REQUEST_LINE");
    }

    @Test
    void takesMethodsOfAnyLength() {
        String method = "A".repeat(70_000);
        assertThat(request("A".repeat(65) + " / HTTP/1.1\r\n\r\n")).endsWith("A / 1");
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        assertThat(parser.parse(Bytes.of(method), 0, method.length())).isEqualTo(HeadParser.MALFORMED);
        assertThat(parser.anomaly()).isEqualTo(Anomaly.HEAD_TOO_LARGE);
    }

    @Test
    void takesTheBeginningOfATargetThatIsLongerThanTheLimit() {
        byte[] head = Bytes.of("GET /" + "a".repeat(200) + " HTTP/1.1\r\nA: b\r\n\r\n");
        RequestParser parser = new RequestParser(100);
        assertThat(parser.parse(head, 0, head.length)).isEqualTo(HeadParser.OVER_LIMIT);
        assertThat(parser.targetLength()).isEqualTo(96);
        int used = parser.headLength();
        parser.readOn();
        assertThat(parser.parse(head, used, head.length - used)).isEqualTo(HeadParser.OVER_LIMIT);
        used += parser.headLength();
        parser.readOn();
        assertThat(parser.parse(head, used, head.length - used)).isEqualTo(head.length - used);
        assertThat(parser.fieldCount()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 0x7f})
    void readsOnBehindControlBytesInTheRequestLine(int control) {
        String octet = String.valueOf((char) control);
        assertThat(request("GET /" + octet + " HTTP/1.1\r\n\r\n")).endsWith("GET /" + octet + " 1 CONTROL_BYTE");
        assertThat(request("GET / " + octet + "HTTP/1.1\r\n\r\n")).endsWith(" CONTROL_BYTE");
        assertThat(request("GET / HTTP/1.1" + octet + "\r\n\r\n")).endsWith("GET / -1 CONTROL_BYTE");
    }

    @Test
    void takesACarriageReturnWithinALineForWhiteSpace() {
        assertThat(request("GET /\rHTTP/1.1\r\n\r\n")).endsWith("GET / 1 BARE_RETURN");
        assertThat(request("GET / HTTP/1.1\rA: b\r\n\r\n")).endsWith("GET / 1 BARE_RETURN");
        assertThat(request("GET / HTTP/1.1\r\r\n\r\n")).endsWith("GET / 1 BARE_RETURN");
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
