package dev.imdsanalyzer.output.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.output.line.call.Weight;
import dev.imdsanalyzer.output.line.field.MemberText;
import dev.imdsanalyzer.output.line.summary.Interval;
import dev.imdsanalyzer.output.line.summary.Tally;
import dev.imdsanalyzer.process.Caller;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Text on its way into a line, and what is counted beside it. */
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
        assertThatThrownBy(() -> text.putQuotedUTF8(ByteBuffer.allocate(9)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> text.writeQuotedUTF8(new ByteArrayOutputStream()))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "100, 100, 0", "90, 100, 10", "100, 90, 0"})
    void aGapLastsFromItsStartToItsEnd(long start, long end, long duration) {
        assertThat(new CaptureGap(start, end, "because", 0, 0).durationNanos()).isEqualTo(duration);
    }

    @Test
    void aGapByItsLengthBeginsThatMuchBeforeItsEnd() {
        CaptureGap gap = CaptureGap.until(100, 30, "because", 4, 5);
        assertThat(gap.startNanos()).isEqualTo(70);
        assertThat(gap.packetsDropped()).isEqualTo(4);
        assertThat(gap.linesLost()).isEqualTo(5);
        CaptureGap connects = CaptureGap.ofConnects(100, 30, "because", 6);
        assertThat(connects.startNanos()).isEqualTo(70);
        assertThat(connects.connectEventsLost()).isEqualTo(6);
        assertThat(CaptureGap.ofUnseenConnects(100, 1, "curl once").reason())
                .startsWith("1 connect to IMDS was seen")
                .endsWith(": curl once");
        assertThat(CaptureGap.ofUnseenConnects(100, 2, "curl").reason()).startsWith("2 connects to IMDS were seen");
        assertThat(CaptureGap.ofUnseenConnects(100, 2, "curl").connectsUnseen()).isEqualTo(2);
    }

    @Test
    void anIntervalIsAsLongAsItWasWatchedAndNot() {
        assertThat(new Interval(0, 1, 1.5, 0.25, 0).durationNanos()).isEqualTo(1_750_000_000L);
    }

    @Test
    void callsAreCountedByVersionAndOutcomeAndByWhetherSomebodyIsKnown() {
        Tally tally = new Tally();
        tally.add(Samples.v1("/", Samples.TIME), Samples.caller(1));
        tally.add(Samples.v2("/"), Samples.caller(1));
        tally.add(Samples.v2("/"), Caller.unknown("gone"));
        assertThat(tally.calls(ImdsVersion.V1)).isEqualTo(1);
        assertThat(tally.calls(ImdsVersion.V2)).isEqualTo(2);
        assertThat(tally.calls(ImdsVersion.V2, Outcome.SUCCESS)).isEqualTo(2);
        assertThat(tally.reached(ImdsVersion.V2, Outcome.SUCCESS)).isEqualTo(2);
        assertThat(tally.calls(ImdsVersion.UNKNOWN)).isZero();
        assertThat(tally.named()).isEqualTo(2);
        assertThat(tally.unnamed()).isEqualTo(1);
        assertThat(tally.total()).isEqualTo(3);
    }

    @Test
    void aCallWeighsItsTexts() {
        assertThat(Weight.of(Samples.v1("/" + "x".repeat(100), Samples.TIME)))
                .isEqualTo(Weight.of(Samples.v1("/", Samples.TIME)) + 100);
        assertThat(Weight.of(Samples.v1("/", Samples.TIME))).isGreaterThan(256);
        assertThat(Weight.of(Samples.malformed())).isGreaterThanOrEqualTo(256);
    }
}
