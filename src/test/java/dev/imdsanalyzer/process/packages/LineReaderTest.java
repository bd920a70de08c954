package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static final int WINDOW = 64 * 1024;

    private final LookupBudget budget = new LookupBudget(1, () -> 0);
    private final LineReader reader = new LineReader(budget);

    private LineReader begin(String text) {
        return reader.begin(new MemoryFile(bytes(text)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        begin(text);
        while (reader.advance()) {
            lines.add(reader.rest(0, 2 * WINDOW));
        }
        assertThat(reader.advance()).as("after the last").isFalse();
        return lines;
    }

    @Test
    void linesComeOneAfterAnotherTheLastWithOrWithoutAnEnd() {
        assertThat(lines("")).isEmpty();
        assertThat(lines("\n")).containsExactly("");
        assertThat(lines("a")).containsExactly("a");
        assertThat(lines("a\n")).containsExactly("a");
        assertThat(lines("a\n\nb")).containsExactly("a", "", "b");
        assertThat(lines("ab\ncd\n")).containsExactly("ab", "cd");
    }

    /** Where the window ends: in a line, behind it, before it. */
    @Test
    void aLineIsWholeWhereverTheWindowEnds() {
        for (int first = WINDOW - 12; first <= WINDOW + 2; first++) {
            String text = "x\n".repeat(first / 2) + "y".repeat(first % 2) + "\nlast line\nend";
            List<String> lines = lines(text);
            assertThat(lines.subList(lines.size() - 2, lines.size()))
                    .as("%d bytes before", first)
                    .containsExactly("last line", "end");
            assertThat(lines).hasSize(first / 2 + 3);
        }
    }

    @Test
    void aLineThatFillsTheWindowIsLeftOutToItsEnd() {
        assertThat(lines("x".repeat(WINDOW - 1) + "\nnext")).containsExactly("x".repeat(WINDOW - 1), "next");
        assertThat(lines("x".repeat(WINDOW) + "\nnext\nlast")).containsExactly("next", "last");
        assertThat(lines("x".repeat(WINDOW) + "Package: a\nnext")).containsExactly("next");
        assertThat(lines("x".repeat(3 * WINDOW) + "y")).isEmpty();
        assertThat(lines("a\n" + "x".repeat(2 * WINDOW) + "y\nb\n")).containsExactly("a", "b");
    }

    @Test
    void aLineIsATextBeginsWithOneOrIsEmpty() {
        begin("Package: curl\n\nPack");
        reader.advance();
        assertThat(reader.is(bytes("Package: curl"))).isTrue();
        assertThat(reader.is(bytes("Package: cur"))).isFalse();
        assertThat(reader.is(bytes("Package: curl "))).isFalse();
        assertThat(reader.is(bytes("package: curl"))).isFalse();
        assertThat(reader.after(bytes("Package: "))).isEqualTo("curl");
        assertThat(reader.after(bytes("Package: curl"))).isEmpty();
        assertThat(reader.after(bytes("Version: "))).isNull();
        assertThat(reader.isEmpty()).isFalse();
        reader.advance();
        assertThat(reader.isEmpty()).isTrue();
        reader.advance();
        assertThat(reader.after(bytes("Package: ")))
                .as("the line ends before the text does")
                .isNull();
        assertThat(reader.isEmpty()).isFalse();
    }

    @Test
    void anotherFileBeginsWithItsFirstLine() {
        begin("a\nb\nc\n").advance();
        begin("d\ne\n");
        assertThat(reader.isEmpty()).as("no line yet").isTrue();
        assertThat(reader.advance()).isTrue();
        assertThat(reader.rest(0, 1)).isEqualTo("d");
    }

    @Test
    void whatIsTooLongForAWordIsGivenUp() {
        begin("V: " + "1".repeat(OwningPackage.WORD_LIMIT) + "\nV: " + "1".repeat(OwningPackage.WORD_LIMIT + 1))
                .advance();
        assertThat(reader.after(bytes("V: "))).hasSize(OwningPackage.WORD_LIMIT);
        reader.advance();
        assertThatThrownBy(() -> reader.after(bytes("V: "))).isInstanceOf(DatabaseGivenUpException.class);
    }

    @Test
    void everyLineIsPaidFor() {
        assertThat(lines("\n".repeat(1_000))).hasSize(1_000);
        assertThat(budget.spent()).isGreaterThanOrEqualTo(16_000);
    }
}
