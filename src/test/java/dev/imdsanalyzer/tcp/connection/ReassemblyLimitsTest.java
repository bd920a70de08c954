package dev.imdsanalyzer.tcp.connection;

import static dev.imdsanalyzer.tcp.connection.TestCapture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.AllocatedBytes;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.RecordingHandler;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens at each bound, and just before it. */
class ReassemblyLimitsTest {
    private static ReassemblyLimits limits(int connections, int perDirection, int total, int outOfOrder) {
        return new ReassemblyLimits(
                connections,
                perDirection,
                total,
                outOfOrder,
                Duration.ofMillis(100),
                Duration.ofSeconds(3),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10));
    }

    private static TestCapture capture(ReassemblyLimits limits) {
        return new TestCapture(limits, new RecordingHandler());
    }

    /** Whose consumer wants to see everything again. */
    private static TestCapture hesitantCapture(ReassemblyLimits limits) {
        return new TestCapture(limits, new RecordingHandler() {
            @Override
            protected int consume(byte[] buffer, int offset, int length) {
                return 0;
            }
        });
    }

    @Test
    void anUnansweredConnectionMakesWayBeforeAnOlderAnsweredOne() {
        capture(limits(3, 100, 4096, 4))
                .open()
                .check(
                        row("> S 1 from=10.0.0.6:1", "2 open"),
                        row("> S 2 from=10.0.0.6:2", "3 open"),
                        row("> S 3 from=10.0.0.6:3", "2 close EVICTED, 4 open"),
                        row("> A 1001 5001 GET", "1 > GET"));
    }

    @Test
    void aClosedConnectionMakesWayFirstAndIsNotCounted() {
        TestCapture capture = capture(limits(3, 100, 4096, 4));
        capture.open()
                .check(
                        row("> FA 1001 5001", "1 > end"),
                        row("< FA 5001 1002", "1 < end, 1 close FINISHED"),
                        row("> S 1 from=10.0.0.6:1", "2 open"),
                        row("> S 2 from=10.0.0.6:2", "3 open"),
                        row("> S 3 from=10.0.0.6:3", "4 open"));
        assertThat(capture.count(Counter.CONNECTIONS_EVICTED)).isZero();
    }

    @Test
    void theLeastRecentlyActiveAnsweredConnectionMakesWayLast() {
        TestCapture capture = capture(limits(2, 100, 4096, 4));
        capture.check(
                row("< A 10 1 x from=10.0.0.6:1 t=1", "1 open, 1 < gap -1, 1 < x"),
                row("< A 10000020 10000001 x from=10.0.0.6:2 t=2", "2 open, 2 < gap -1, 2 < x"),
                row("< A 11 1 y from=10.0.0.6:1 t=3", "1 < y"),
                row("< A 30 30000001 x from=10.0.0.6:3 t=4", "2 close EVICTED, 3 open, 3 < gap -1, 3 < x"));
        assertThat(capture.count(Counter.CONNECTIONS_EVICTED)).isEqualTo(1);
    }

    @Test
    void anEvictedConnectionHandsOnWhatItHeld() {
        capture(limits(1, 100, 4096, 4))
                .open()
                .check(
                        row("> A 1004 5001 def", ""),
                        row("> S 1 from=10.0.0.6:1", "1 > gap 3, 1 > def, 1 close EVICTED, 2 open"));
    }

    @Test
    void aFloodOfSynsLeavesAnsweredConnectionsAlone() {
        TestCapture capture = capture(limits(100, 1024, 4096, 4));
        capture.open();
        for (int i = 0; i < 10_000; i++) {
            capture.feed("> S " + i * 77_777L + " from=10.1." + i / 250 + "." + i % 250 + ":1");
        }
        capture.handler.drain();
        capture.check(row("> A 1001 5001 GET", "1 > GET"));
        assertThat(capture.count(Counter.CONNECTIONS_EVICTED)).isEqualTo(10_000 + 1 - 100);
    }

    @Test
    void tooManyConnectionsOfOneFourTupleCrowdOutTheOldest() {
        TestCapture capture = capture(limits(100, 1024, 4096, 4));
        for (long i = 0; i < 1_000; i++) {
            capture.feed("< A " + i * 4_000_000 + " " + i * 4_000_000 + " x");
        }
        assertThat(capture.count(Counter.CONNECTIONS)).isEqualTo(1_000);
        assertThat(capture.count(Counter.CONNECTIONS_EVICTED)).isEqualTo(992);
    }

    @Test
    void outOfOrderSegmentsBeyondTheBoundGiveUpTheHole() {
        capture(limits(10, 1024, 65536, 3))
                .open()
                .check(
                        row("> A 1003 5001 c", ""),
                        row("> A 1005 5001 e", ""),
                        row("> A 1007 5001 g", ""),
                        row("> A 1009 5001 i", "1 > gap 2, 1 > c"),
                        row("> A 1004 5001 d", "1 > d, 1 > e"));
    }

    @Test
    void outOfOrderBytesBeyondTheBoundGiveUpTheHole() {
        capture(limits(10, 10, 65536, 30))
                .open()
                .check(row("> A 1002 5001 bcdefghijk", ""), row("> A 1012 5001 l", "1 > gap 1, 1 > bcdefghijk, 1 > l"));
    }

    @Test
    void aSegmentBeyondTheBoundIsNotHeld() {
        TestCapture capture = capture(limits(10, 10, 65536, 30));
        capture.open().check(row("> A 1002 5001 bcdefghijkl", ""), row("> A 1001 5001 a", "1 > a, 1 > gap 11"));
        assertThat(capture.count(Counter.STREAM_BYTES_DISCARDED)).isEqualTo(11);
    }

    @Test
    void keptBytesUpToTheBoundArePresentedAgain() {
        TestCapture capture = hesitantCapture(limits(10, 6, 65536, 30));
        capture.open().check(row("> A 1001 5001 abc", "1 > abc"), row("> A 1004 5001 def", "1 > abcdef"));
        assertThat(capture.count(Counter.STREAM_BYTES_DISCARDED)).isZero();
    }

    @Test
    void keptBytesBeyondTheBoundAreGivenUp() {
        TestCapture capture = hesitantCapture(limits(10, 6, 65536, 30));
        capture.open()
                .check(
                        row("> A 1001 5001 abc", "1 > abc"),
                        row("> A 1004 5001 defg", "1 > gap 4"),
                        row("> A 1008 5001 h", "1 > h"));
        assertThat(capture.count(Counter.STREAM_BYTES_DISCARDED)).isEqualTo(7);
        assertThat(capture.count(Counter.STREAM_GAPS)).isZero();
    }

    @Test
    void whenTheTotalIsUsedUpTheLongestWaitingStreamGivesUp() {
        TestCapture capture = capture(limits(10, 1024, 512, 30));
        capture.check(
                row("> S 1000 from=10.0.0.6:1", "1 open"),
                row("> S 2000000 from=10.0.0.6:2", "2 open"),
                row("> S 300000000 from=10.0.0.6:3", "3 open"),
                row("> A 1004 1 def from=10.0.0.6:1", ""),
                row("> A 2000004 1 def from=10.0.0.6:2", ""),
                row("> A 300000004 1 def from=10.0.0.6:3", "1 > gap 6"),
                row("> A 1007 1 ghi from=10.0.0.6:1", "1 > ghi"),
                row("> A 2000001 1 abc from=10.0.0.6:2", "2 > abc, 2 > def"));
        assertThat(capture.count(Counter.STREAM_BYTES_DISCARDED)).isEqualTo(3);
    }

    @Test
    void aStreamThatUsesUpTheTotalAloneLosesWhatDoesNotFit() {
        TestCapture capture = capture(limits(10, 1024, 256, 30));
        capture.open()
                .check(
                        row("> A 1004 5001 def", ""),
                        row("> A 1007 5001 ghi", ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > def, 1 > gap 3"));
    }

    @Test
    void keptBytesOfAnotherConnectionMakeWayWithAWord() {
        TestCapture capture = hesitantCapture(limits(10, 1024, 256, 30));
        capture.check(
                row("> S 1000 from=10.0.0.6:1", "1 open"),
                row("> S 2000000 from=10.0.0.6:2", "2 open"),
                row("> A 1001 1 abc from=10.0.0.6:1", "1 > abc"),
                row("> A 2000001 1 abc from=10.0.0.6:2", "2 > abc, 1 > gap 0"),
                row("> A 1004 1 def from=10.0.0.6:1", "1 > def, 2 > gap 0"));
    }

    @Test
    void aHalfOpenConnectionCostsLittleMemory() {
        TestCapture capture = new TestCapture(ReassemblyLimits.defaults(), new SilentHandler());
        TcpSegment syn = SegmentNotation.parse("> S 1");
        int connections = 10_000;
        for (int i = 0; i < 2_000; i++) {
            floodWith(syn, i, capture);
        }
        long before = AllocatedBytes.ofThisThread();
        for (int i = 2_000; i < 2_000 + connections; i++) {
            floodWith(syn, i, capture);
        }
        long each = (AllocatedBytes.ofThisThread() - before) / connections;
        assertThat(capture.count(Counter.CONNECTIONS)).isEqualTo(12_000);
        assertThat(each).as("bytes a half-open connection").isBetween(100L, 600L);
    }

    private static void floodWith(TcpSegment syn, int i, TestCapture capture) {
        syn.clientLow = 0x0A000000L + i;
        syn.sequenceNumber = i * 7919;
        capture.feed(syn);
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> limits(0, 1, 1, 1)).hasMessage("connections must be at least 1, not 0");
    }
}
