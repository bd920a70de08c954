package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HeadDriver.response;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {
    @Test
    void readsStatusLineAndFields() {
        assertThat(response("HTTP/1.1 200 OK\r\nServer: EC2ws\r\nContent-Length: 2\r\n\r\nab"))
                .isEqualTo("53 bytes: 200 1 [Server=EC2ws] [Content-Length=2]");
    }

    @Test
    void readsStatusLineOfHttp10() {
        assertThat(response("HTTP/1.0 404 Not Found\r\n\r\n")).isEqualTo("26 bytes: 404 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 401\r\n\r\n",
                "HTTP/1.1 401 \r\n\r\n",
                "HTTP/1.1  401 Non\t\u00e9\n\n",
                "\r\nHTTP/1.1 401 x\n\r\n"
            })
    void toleratesOddReasonsAndLineEnds(String head) {
        assertThat(response(head)).isEqualTo(head.length() + " bytes: 401 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "<html>",
                "\u0016\u0004"
            })
    void rejectsOtherStatusLines(String head) {
        assertThat(response(head)).startsWith("BAD_STATUS_LINE at");
    }

    @Test
    void tellsTlsRecordsApart() {
        assertThat(response("\u0015\u0003\u0003\u0000\u0002\u0002(")).isEqualTo("TLS at 0");
        assertThat(response("\u0016\u0003\u0003")).isEqualTo("TLS at 0");
    }

    @Test
    void readsOnBehindControlBytes() {
        assertThat(response("HTTP/1.1 200 O\u0000K\r\n\r\n")).isEqualTo("20 bytes: 200 1");
        assertThat(response("HTTP/1.1 200 OK\r\nA: \u0001\r\n\r\n")).endsWith("200 1 [A=\u0001] CONTROL_BYTE");
        assertThat(response("HTTP/1.1 200 OK\rA: b\r\n\r\n")).endsWith("200 1");
    }

    @Test
    void isIncompleteAtEveryPrefix() {
        String head = "HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n";
        for (int length = 0; length < head.length(); length++) {
            assertThat(response(head.substring(0, length)))
                    .as("%d bytes", length)
                    .isEqualTo("incomplete");
        }
    }
}
