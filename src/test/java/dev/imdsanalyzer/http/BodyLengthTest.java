package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much follows a head (RFC 9112 section 6.3). */
class BodyLengthTest {
    private static final String CHUNKED = "-1";
    private static final String UNTIL_CLOSE = "-2";
    private static final String BAD = "-3";

    private static String fields(String fields) {
        return fields == null ? "" : fields.replace("|", "\r\n") + "\r\n";
    }

    private static long ofRequest(String fields) {
        RequestParser head = new RequestParser(HeadParser.OFFSET_LIMIT);
        byte[] bytes = Bytes.of("PUT / HTTP/1.1\r\n" + fields(fields) + "\r\n");
        assertThat(head.parse(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        return BodyLength.ofRequest(head);
    }

    private static long ofResponse(int status, String fields, boolean toHead) {
        ResponseParser head = new ResponseParser(HeadParser.OFFSET_LIMIT);
        byte[] bytes = Bytes.of("HTTP/1.1 " + status + " Word\r\n" + fields(fields) + "\r\n");
        assertThat(head.parse(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        return BodyLength.ofResponse(head, toHead);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; 0",
                "Content-Length: 0; 0",
                "Content-Length: 17; 17",
                "content-length:\t 0017 \t; 17",
                "Content-Length: 5, 5 ,\t5; 5",
                "Content-Length: 5|A: b|Content-Length: 05; 5",
                "Content-Length: 5,|A: b; " + BAD,
                "Content-Length: ,5; " + BAD,
                "Content-Length: 5|Content-Length: 6; " + BAD,
                "Content-Length: 5, 6; " + BAD,
                "Content-Length: 5 5; " + BAD,
                "Content-Length:; " + BAD,
                "Content-Length: /; " + BAD,
                "Content-Length: :; " + BAD,
                "Content-Length: 999999999999999999; 999999999999999999",
                "Content-Length: 0999999999999999999; 999999999999999999",
                "Content-Length: 1000000000000000000; " + BAD,
                "Content-Length: 000000000000000000000; 0",
                "Content-Length: 1| 2; " + BAD,
                "Content-Length:| 2; 2",
                "Transfer-Encoding: chunked; " + CHUNKED,
                "Transfer-Encoding: CHUNKED; " + CHUNKED,
                "Transfer-Encoding: gzip,chunked; " + CHUNKED,
                "Transfer-Encoding: gzip, \tchunked; " + CHUNKED,
                "Transfer-Encoding: gzip,| chunked; " + CHUNKED,
                "Transfer-Encoding: chunked|Content-Length: 5; " + CHUNKED,
                "Transfer-Encoding: gzip|Transfer-Encoding: chunked; " + CHUNKED,
                "Transfer-Encoding: chunked|Transfer-Encoding: gzip; " + BAD,
                "Transfer-Encoding: chunked, gzip; " + BAD,
                "Transfer-Encoding: xchunked; " + BAD,
                "Transfer-Encoding: chunke; " + BAD,
                "Transfer-Encoding: chunked,; " + BAD,
                "Transfer-Encoding:; " + BAD,
                "Transfer-Encoding: gzip|Content-Length: 5; " + BAD,
            })
    void aRequestHasTheBodyThatItsFieldsTellOf(String fields, long expected) {
        assertThat(ofRequest(fields)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "200; ; false; " + UNTIL_CLOSE,
                "200; Content-Length: 5; false; 5",
                "200; Content-Length: x; false; " + BAD,
                "200; Transfer-Encoding: chunked; false; " + CHUNKED,
                "200; Transfer-Encoding: gzip; false; " + UNTIL_CLOSE,
                "200; Content-Length: 5; true; 0",
                "200; ; true; 0",
                "199; Content-Length: 5; false; 0",
                "101; Transfer-Encoding: chunked; false; 0",
                "204; Content-Length: 5; false; 0",
                "205; Content-Length: 5; false; 5",
                "203; Content-Length: 5; false; 5",
                "304; Content-Length: 5; false; 0",
                "303; Content-Length: 5; false; 5",
                "305; Content-Length: 5; false; 5",
                "404; Content-Length: 5; false; 5",
            })
    void aResponseHasTheBodyThatItsStatusAllowsAndItsFieldsTellOf(
            int status, String fields, boolean toHead, long expected) {
        assertThat(ofResponse(status, fields, toHead)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, 5, 5",
        "5, 0, 5",
        "5, 5, 5",
        "5, 6, " + BAD,
        "0, " + CHUNKED + ", " + CHUNKED,
        CHUNKED + ", 0, " + CHUNKED,
        CHUNKED + ", 5, " + CHUNKED,
        "5, " + CHUNKED + ", " + CHUNKED,
        CHUNKED + ", " + BAD + ", " + CHUNKED,
        BAD + ", 5, " + BAD,
    })
    void twoPiecesOfAHeadGiveOneLength(long first, long second, long together) {
        assertThat(BodyLength.together(first, second)).isEqualTo(together);
    }
}
