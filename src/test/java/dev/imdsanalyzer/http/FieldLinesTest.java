package dev.imdsanalyzer.http;

import static dev.imdsanalyzer.http.HeadDriver.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 5, the same for requests and responses. */
class FieldLinesTest {
    private static final String LINE = "GET / HTTP/1.1\r\n";

    private static String fields(String lines) {
        String parsed = request(LINE + lines);
        return parsed.replaceFirst("^[0-9]+ bytes: GET / 1 ?", "");
    }

    @Test
    void leavesOutBlanksAroundTheValue() {
        assertThat(fields("A:b\r\nC: \t d e \t \r\nE:  \r\nF:\r\n\r\n")).isEqualTo("[A=b] [C=d e] [E=] [F=]");
    }

    @Test
    void keepsTabsWithinTheValue() {
        assertThat(fields("A: b\tc\r\n\r\n")).isEqualTo("[A=b\tc]");
    }

    @Test
    void splitsAtTheFirstColon() {
        assertThat(fields("Host: [fd00:ec2::254]:80\r\n\r\n")).isEqualTo("[Host=[fd00:ec2::254]:80]");
    }

    @Test
    void keepsDuplicatesInTheirOrder() {
        assertThat(fields("A: 1\r\na: 2\r\nA: 3\r\n\r\n")).isEqualTo("[A=1] [a=2] [A=3]");
    }

    @Test
    void unfoldsValuesOverLines() {
        assertThat(fields("A: b\r\n c\r\n\t d \r\nE: f\r\n\r\n")).isEqualTo("[A=b\r\n c\r\n\t d] [E=f] FOLDED_FIELD");
        assertThat(fields("A:\r\n b\r\n\r\n")).isEqualTo("[A=b] FOLDED_FIELD");
        assertThat(fields("A: b\r\n  \r\n\r\n")).isEqualTo("[A=b] FOLDED_FIELD");
        assertThat(fields("A:\r\n \r\n b\n c\r\n\r\n")).isEqualTo("[A=b\n c] FOLDED_FIELD");
    }

    @Test
    void ignoresABlankLedLineBeforeTheFirstField() {
        assertThat(fields(" A: b\r\n c\r\nD: e\r\n\r\n")).isEqualTo("[D=e] FOLDED_FIELD");
    }

    @ParameterizedTest
    @ValueSource(strings = {": b", "no colon", "<!DOCTYPE html>"})
    void ignoresLinesThatAreNoFieldLines(String line) {
        assertThat(fields("X: 1\r\n" + line + "\r\nY: 2\r\n\r\n")).isEqualTo("[X=1] [Y=2] BAD_FIELD_LINE");
        assertThat(fields(line + "\r\n folded\r\nY: 2\r\n\r\n")).isEqualTo("[Y=2] BAD_FIELD_LINE");
    }

    @Test
    void neverTakesANameWithASpaceBeforeTheColonForThatName() {
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        byte[] head = Bytes.of(LINE + "token : 1\r\ntoken\t: 2\r\n\r\n");
        assertThat(parser.parse(head, 0, head.length)).isEqualTo(head.length);
        assertThat(parser.find(Bytes.of("token"), 0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 11, 12, 0x1f, 0x7f})
    void readsOnBehindControlBytes(int control) {
        String octet = String.valueOf((char) control);
        assertThat(fields("A" + octet + ": b\r\nC: d\r\n\r\n")).isEqualTo("[A" + octet + "=b] [C=d] CONTROL_BYTE");
        assertThat(fields("A: b" + octet + "c\r\nC: d\r\n\r\n")).isEqualTo("[A=b" + octet + "c] [C=d] CONTROL_BYTE");
        assertThat(fields(octet + "\r\nC: d\r\n\r\n")).isEqualTo("[C=d] CONTROL_BYTE");
        assertThat(fields("no field" + octet + "\r\nC: d\r\n\r\n")).startsWith("[C=d] ");
    }

    @Test
    void endsLinesAtLineFeedsWhateverCarriageReturnsThereAre() {
        assertThat(fields("A: b\r\r\nC: d\r\n\r\n")).isEqualTo("[A=b] [C=d] BARE_RETURN");
        assertThat(fields("A: b\rC: d\r\n\r\n")).isEqualTo("[A=b\rC: d] BARE_RETURN");
        assertThat(fields("A: b\r\n\r\r\nC: d\r\n\r\n")).isEqualTo("[A=b] BARE_RETURN");
        assertThat(fields("A: b\r\n\rC: d\r\nE: f\r\n\r\n")).isEqualTo("[A=b] [E=f] BARE_RETURN");
        assertThat(fields("A\r: b\r\nC: d\r\n\r\n")).isEqualTo("[C=d] BAD_FIELD_LINE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token : 1", "token\t: 1", "\u00fcber: 1", "to ken: 1", "token\u0080: 1"})
    void tellsNamesThatAreNone(String line) {
        assertThat(fields("A: b\r\n" + line + "\r\n\r\n")).endsWith(" BAD_FIELD_LINE");
    }

    @Test
    void findsFieldsByTheirWholeNameInAnyCase() {
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        byte[] head = Bytes.of(LINE + "Tokens: 1\r\ntOkEn: 2\r\nToke: 3\r\nTOKEN: 4\r\nT\u00cfken: 5\r\n\r\n");
        assertThat(parser.parse(head, 0, head.length)).isEqualTo(head.length);
        byte[] name = Bytes.of("token");
        assertThat(parser.find(name, 0)).isEqualTo(1);
        assertThat(parser.find(name, 2)).isEqualTo(3);
        assertThat(parser.find(name, 4)).isEqualTo(-1);
        assertThat(parser.find(Bytes.of("other"), 0)).isEqualTo(-1);
    }

    @Test
    void distinguishesBytesThatDifferOnlyInTheCaseBit() {
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        // '^' is '~' without the bit that makes letters small.
        byte[] head = Bytes.of(LINE + "a^: 1\r\na~: 2\r\n\r\n");
        parser.parse(head, 0, head.length);
        assertThat(parser.find(Bytes.of("a~"), 0)).isEqualTo(1);
    }

    @Test
    void takesLongerHeadsInPiecesOfWholeLines() {
        String start = LINE + "A: ";
        String full = start + "x".repeat(HeadParser.OFFSET_LIMIT - start.length() - 4) + "\r\n\r\n";
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        assertThat(parser.parse(Bytes.of(full), 0, full.length())).isEqualTo(HeadParser.OFFSET_LIMIT);
        assertThat(parser.fieldValueLength(0)).isEqualTo(HeadParser.OFFSET_LIMIT - start.length() - 4);
        assertThat(parser.oddity()).isNull();

        byte[] longer = Bytes.of(full.replace("A: ", "A:  "));
        parser.reset();
        assertThat(parser.parse(longer, 0, HeadParser.OFFSET_LIMIT - 1)).isEqualTo(HeadParser.INCOMPLETE);
        assertThat(parser.parse(longer, 0, longer.length)).isEqualTo(HeadParser.OVER_LIMIT);
        assertThat(parser.oddity()).isEqualTo(Anomaly.HEAD_TOO_LARGE);
        assertThat(parser.fieldCount()).isOne();
        int used = parser.headLength();
        assertThat(longer.length - used).as("the empty line").isEqualTo(2);
        parser.readOn();
        assertThat(parser.parse(longer, used, 2)).isEqualTo(2);
        assertThat(parser.fieldCount()).isZero();
    }

    @Test
    void takesTheBeginningOfALineThatIsLongerThanTheLimit() {
        byte[] head = Bytes.of(LINE + "B: " + "x".repeat(1000) + "\r\nC: d\r\n e\r\n\r\nrest");
        RequestParser parser = new RequestParser(100);
        List<String> pieces = new ArrayList<>();
        int used = 0;
        int answer = HeadParser.OVER_LIMIT;
        while (answer == HeadParser.OVER_LIMIT) {
            answer = parser.parse(head, used, head.length - used);
            used += parser.headLength();
            pieces.add(HeadDriver.describe(parser).replaceAll("x+", "x"));
            parser.readOn();
        }
        assertThat(answer).isPositive();
        assertThat(used).isEqualTo(head.length - 4);
        assertThat(pieces.get(0)).isEqualTo("GET / 1");
        assertThat(pieces.get(1)).endsWith(" [B=x]");
        assertThat(String.join("", pieces)).containsOnlyOnce("[B=").contains("[C=d\r\n e]");
    }

    @Test
    void takesAsManyFieldsAsAHeadCanHold() {
        int count = (HeadParser.OFFSET_LIMIT - LINE.length() - 2) / 3;
        byte[] head = Bytes.of(LINE + "a:\n".repeat(count) + "\r\n");
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        assertThat(parser.parse(head, 0, head.length)).isEqualTo(head.length);
        assertThat(parser.fieldCount()).isEqualTo(count);
        assertThat(parser.fieldNameOffset(count - 1)).isEqualTo(head.length - 5);
    }

    /** Everything before the line at hand is overwritten before more bytes come: nothing is looked at twice. */
    @Test
    void looksAtNoLineAgainOnceItIsPassed() {
        byte[] head = Bytes.of(LINE + "Abc: def\r\n ghi\r\nno field\r\n\tx\r\n".repeat(50) + "\r\n");
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        byte[] seen = head.clone();
        int answer = HeadParser.INCOMPLETE;
        for (int length = 1; length < head.length; length++) {
            answer = parser.parse(seen, 0, length);
            assertThat(answer).isEqualTo(HeadParser.INCOMPLETE);
            if (head[length - 1] == '\n') {
                Arrays.fill(seen, 0, length, (byte) 0);
            }
        }
        answer = parser.parse(head, 0, head.length);
        assertThat(answer).isEqualTo(head.length);
        assertThat(parser.fieldCount()).isEqualTo(50);
        assertThat(HeadDriver.describe(parser)).endsWith("[Abc=def\r\n ghi]");
    }
}
