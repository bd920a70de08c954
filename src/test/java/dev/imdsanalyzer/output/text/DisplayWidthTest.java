package dev.imdsanalyzer.output.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of texts, as wcwidth(3) of glibc 2.36 has them. */
class DisplayWidthTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0  | ''
            9  | backup.sh
            8  | 備份服務
            12 | バックアップ
            8  | ﾊﾞｯｸｱｯﾌﾟ
            6  | 백업용
            5  | גיבוי
            3  | été
            6  | ＡＢＣ
            2  | 🚀
            2  | 𠀋
            1  | …
            7  | größe x
            """)
    void areThoseOfATerminal(int columns, String text) {
        assertThat(DisplayWidth.of(text)).isEqualTo(columns);
    }

    @Test
    void marksAndColoursTakeNoRoom() {
        assertThat(DisplayWidth.of("e\u0301te\u0301")).isEqualTo(3);
        assertThat(DisplayWidth.of("\u001b[1;31mred\u001b[0m")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            9 | backup.sh | backup.sh
            8 | backup.sh | backup.…
            1 | backup.sh | …
            5 | 備份服務  | 備份…
            4 | 備份服務  | 備…
            3 | 🚀🚀      | 🚀…
            2 | 🚀🚀      | …
            """)
    void aCutTextFitsAndHasWholeCharacters(int columns, String text, String cut) {
        assertThat(DisplayWidth.cut(text, columns)).isEqualTo(cut);
        assertThat(DisplayWidth.of(cut)).isLessThanOrEqualTo(columns);
    }
}
