package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A body in chunked coding (RFC 9112 section 7.1); {@code |} stands for CR LF, {@code /} for LF. */
class ChunkedBodyTest {
    private final ChunkedBody body = new ChunkedBody();

    private int consume(String text) {
        byte[] bytes =
                Bytes.of("##" + text.replace("|", "\r\n").replace("/", "\n").replace("<CR>", "\r"));
        return body.consume(bytes, 2, bytes.length - 2);
    }

    @ParameterizedTest
    @CsvSource({
        "0||, 5, 0",
        "0//, 3, 0",
        "3|abc|0||, 13, 3",
        "3/abc/0//, 9, 3",
        "003|abc|000||, 17, 3",
        "A|0123456789|0||, 20, 10",
        "a;x=y|0123456789|0;z||, 26, 10",
        "1 |a|1\t|b|0||, 19, 2",
        "0|Trailer: x|Other: y||, 27, 0",
        "0|x||, 8, 0",
        "3|abc<CR><CR>/0||, 14, 3",
    })
    void endsBehindItsLastLine(String text, int used, long data) {
        assertThat(consume(text + "GET")).isEqualTo(used);
        assertThat(body.done()).isTrue();
        assertThat(body.damaged()).isFalse();
        assertThat(body.dataBytes()).isEqualTo(data);
    }

    /** As far as it was sound; the size that is none is left to who comes next. */
    @ParameterizedTest
    @CsvSource({
        "x|, 0",
        "|, 0",
        "3|abcx, 6",
        "3|abc<CR>x, 7",
        "3|abc|x, 8",
        "3x|, 0",
        "-1|, 0",
        "0|<CR>x, 4",
        "1000000000000000|, 0",
        "0000000000000001|, 0",
    })
    void isDamagedWhereTheCodingIsBroken(String text, int used) {
        assertThat(consume(text)).isEqualTo(used);
        assertThat(body.damaged()).isTrue();
        assertThat(body.done()).isFalse();
        assertThat(consume("0||")).as("and stays so").isZero();
    }

    @Test
    void theLongestSizeHasFifteenDigits() {
        assertThat(consume("fffffffffffffff|")).isEqualTo(17);
        assertThat(body.expectedBytes()).isEqualTo(0xFFF_FFFF_FFFF_FFFFL);
    }

    @Test
    void aSizeIsTakenWhole() {
        assertThat(consume("1")).isZero();
        assertThat(consume("12")).isZero();
        assertThat(body.damaged()).isFalse();
        assertThat(consume("12|")).isEqualTo(4);
        assertThat(body.expectedBytes()).isEqualTo(18);
    }

    @Test
    void contentIsExpectedWithinAChunkOnly() {
        assertThat(body.expectedBytes()).isZero();
        assertThat(consume("5|ab")).isEqualTo(5);
        assertThat(body.expectedBytes()).isEqualTo(3);
        assertThat(body.dataBytes()).isEqualTo(2);
        body.skip(2);
        assertThat(body.expectedBytes()).isEqualTo(1);
        assertThat(body.dataBytes()).isEqualTo(4);
        body.skip(1);
        assertThat(body.expectedBytes()).isZero();
        assertThat(consume("|0||")).isEqualTo(7);
        assertThat(body.done()).isTrue();
        assertThat(body.dataBytes()).isEqualTo(5);
    }

    @Test
    void beginsAnew() {
        consume("5|ab");
        body.reset();
        assertThat(body.expectedBytes()).isZero();
        assertThat(body.dataBytes()).isZero();
        assertThat(consume("1|a|0||")).isEqualTo(11);
        assertThat(body.done()).isTrue();
        body.reset();
        assertThat(body.done()).isFalse();
    }
}
