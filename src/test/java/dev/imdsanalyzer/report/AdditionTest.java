package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums, spans and foldings beside plain reference models. */
class AdditionTest {
    @TempDir
    Path folder;

    @Test
    void spansAgreeWithASetOfSeconds() {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            IntervalSet spans = IntervalSet.ofProof();
            IntervalSet holes = IntervalSet.ofGaps();
            BitSet seconds = new BitSet();
            BitSet holeSeconds = new BitSet();
            for (int i = 0; i < 1 + round % 30; i++) {
                int start = random.nextInt(1000);
                int end = start + random.nextInt(80);
                boolean hole = random.nextInt(4) == 0;
                (hole ? holes : spans).add(start * 1_000_000L, end * 1_000_000L);
                (hole ? holeSeconds : seconds).set(start, end);
            }
            BitSet rest = (BitSet) seconds.clone();
            rest.andNot(holeSeconds);
            int from = random.nextInt(1000);
            int to = from + random.nextInt(500);
            assertThat(spans.measure(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(seconds.cardinality() * 1_000_000L);
            assertThat(spans.without(holes).measure(from * 1_000_000L, to * 1_000_000L))
                    .isEqualTo(rest.get(from, to).cardinality() * 1_000_000L);
            for (int i = 1; i < spans.size(); i++) {
                assertThat(spans.start(i)).isGreaterThan(spans.end(i - 1));
            }
        }
    }

    @Test
    void spansAreBoundedAndOnlyEverShrinkByIt() {
        IntervalSet spans = IntervalSet.ofProof();
        for (int i = 0; i < 20_000; i++) {
            spans.add(i * 10_000_000L, i * 10_000_000L + 1_000_000);
        }
        assertThat(spans.size()).isBetween(12_288, 16_384);
        assertThat(spans.measure(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(spans.size() * 1_000_000L);
    }

    @Test
    void pastTheBoundTheLongestProofStaysAndNoGapIsForgotten() {
        long hour = 3_600_000_000L;
        IntervalSet proof = IntervalSet.ofProof();
        IntervalSet gaps = IntervalSet.ofGaps();
        proof.add(-2 * hour, -hour);
        gaps.add(-2 * hour, -hour);
        for (int i = 0; i < 20_000; i++) {
            long start = i * 10_000_000L + i % 7;
            proof.add(start, start + 1_000_000 + i % 5);
            gaps.add(start, start + 1_000_000 + i % 5);
        }

        assertThat(proof.measure(-2 * hour, -hour)).isEqualTo(hour);
        assertThat(gaps.size()).isBetween(12_288, 16_384);
        assertThat(gaps.measure(-2 * hour, -hour)).isEqualTo(hour);
        assertThat(gaps.measure(-hour, 0))
                .as("the longest distance is the last to be filled")
                .isZero();
        for (int i = 0; i < 20_000; i++) {
            long start = i * 10_000_000L + i % 7;
            assertThat(gaps.measure(start, start + 1_000_000 + i % 5)).isEqualTo(1_000_000 + i % 5);
        }
    }

    @Test
    void theTimelineKeepsEveryCallHoweverFarApart() throws IOException {
        SampleLog log = new SampleLog(Reports.INSTANCE, "web-1");
        Random random = new Random(8);
        Instant from = Instant.parse("2021-01-01T00:00:00Z");
        for (int i = 0; i < 500; i++) {
            log.v1(from.plusSeconds(random.nextInt(150_000_000)), Program.CURL);
        }
        Timeline timeline = Reports.data(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl"))))
                .timeline();
        long sum = 0;
        for (int bin = 0; bin < timeline.bins(); bin++) {
            sum += timeline.v1Served(bin);
        }
        assertThat(sum).isEqualTo(500);
        assertThat(timeline.bins()).isBetween(100, 240);
    }

    @Test
    void aForgedCountIsABrokenLineAndNoSumOverflows() throws IOException {
        Instant time = Reports.NOW.minusSeconds(600);
        SampleLog log = new SampleLog(Reports.INSTANCE, "web-1")
                .v1(time, Program.CURL, 1_000_000_000L, time.plusSeconds(1))
                .v1(time.plusSeconds(2), Program.CURL, 999_999_999_999_999_999L, time.plusSeconds(3))
                .v1(time.plusSeconds(4), Program.CURL, Long.MAX_VALUE, time.plusSeconds(5));
        for (int i = 0; i < 30; i++) {
            log.summary(time.plusSeconds(i), time.plusSeconds(i + 1), 0, 999_999_999_999_999_999L);
        }
        ReportData data = Reports.data(Reports.options(ReportFormat.TEXT, log.write(folder.resolve("a.jsonl"))));
        assertThat(data.tally().v1Served()).isEqualTo(1_000_000_000L);
        assertThat(data.input().broken()).isEqualTo(2);
        assertThat(data.instances().get(0).instance().lostPackets()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            job --run 1234 --pid=55                      | job --run N --pid=N
            curl http://169.254.169.254/2021-03-23/x     | curl http://169.254.169.254/2021-03-23/x
            x 3f1c0a9b-e2d4-c7e1-aaaa-0123456789ab       | x UUID
            y /tmp/build.Xa81f/run.sh /var/tmp/q         | y /tmp/*/run.sh /var/tmp/*
            z deadbeef01                                 | z HEX
            python3.9 -c 'a b'                           | python3.9 -c 'a b'
            aws s3 ls v2                                 | aws s3 ls v2
            """)
    void argumentsLoseTheirChangingParts(String commandLine, String folded) {
        assertThat(ArgumentFolding.fold(commandLine)).isEqualTo(folded);
    }
}
