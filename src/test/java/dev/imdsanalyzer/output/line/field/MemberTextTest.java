package dev.imdsanalyzer.output.line.field;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Text on its way into a line, and what is remembered of it. */
class MemberTextTest {
    private static String written(MemberText text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
            text.writeTo(generator);
        }
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_999, 2_000, 2_001, 4_000, 8_192, 8_193, 16_385, 100_000})
    void textOfAnyLengthIsHandedOverWholeAndAgain(int length) {
        MemberText text = new MemberText();
        String expected = "abcdefghij".repeat(length / 10 + 1).substring(0, length);
        for (int round = 0; round < 2; round++) {
            text.start();
            text.append(expected.getBytes(UTF_8));
            assertThat(written(text)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 11, 99, 100, 999_999_999, 1_000_000_000, Integer.MAX_VALUE})
    void numbersAreDecimal(int number) {
        MemberText text = new MemberText();
        text.append("<".getBytes(UTF_8));
        text.append(number);
        text.append(new char[] {'>', 'x'}, 1);
        assertThat(written(text)).isEqualTo("<" + number + ">");
    }

    /** As where a line goes into characters first. */
    @ParameterizedTest
    @ValueSource(ints = {3, 1_999, 2_000, 9_000})
    void charactersAreTheSameAsBytes(int length) {
        MemberText text = new MemberText();
        text.append("x".repeat(length).getBytes(UTF_8));
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
            text.writeTo(generator);
        }
        assertThat(out).hasToString("x".repeat(length));
    }

    @Test
    void whatIsJsonAlreadyIsNotQuotedAgain() {
        MemberText text = new MemberText();
        assertThatThrownBy(text::asQuotedChars).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(text::asQuotedUTF8).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> text.appendQuotedUTF8(new byte[9], 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> text.appendQuoted(new char[9], 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> text.putQuotedUTF8(ByteBuffer.allocate(9))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> text.writeQuotedUTF8(new ByteArrayOutputStream()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aValueIsWorkedOutOnceUntilAnotherTakesItsPlace() {
        int[] asked = {0};
        Memo<Integer, String> memo = new Memo<>(key -> {
            asked[0]++;
            return "value " + key;
        });
        assertThat(memo.get(1)).isEqualTo("value 1");
        assertThat(memo.get(1)).isEqualTo("value 1");
        assertThat(asked[0]).isEqualTo(1);
        for (int key = 0; key < 5_000; key++) {
            assertThat(memo.get(key)).isEqualTo("value " + key);
        }
        assertThat(memo.get(1)).isEqualTo("value 1");
        // Neighbours do not share a place.
        asked[0] = 0;
        memo.get(1_000_000);
        memo.get(1_000_001);
        memo.get(1_000_000);
        assertThat(asked[0]).isEqualTo(2);
    }
}
