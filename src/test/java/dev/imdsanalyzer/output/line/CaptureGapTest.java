package dev.imdsanalyzer.output.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.call.Weight;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureGapTest {
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
    void aCallWeighsItsTexts() {
        assertThat(Weight.of(Samples.v1("/" + "x".repeat(100), Samples.TIME)))
                .isEqualTo(Weight.of(Samples.v1("/", Samples.TIME)) + 100);
        assertThat(Weight.of(Samples.v1("/", Samples.TIME))).isGreaterThan(256);
        assertThat(Weight.of(Samples.malformed())).isGreaterThanOrEqualTo(256);
    }
}
