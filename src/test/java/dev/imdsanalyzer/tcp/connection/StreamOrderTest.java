package dev.imdsanalyzer.tcp.connection;

import static dev.imdsanalyzer.tcp.connection.TestCapture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.RecordingHandler;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One connection's bytes, in whatever order and however often its segments come. */
class StreamOrderTest {
    private final TestCapture capture = new TestCapture();

    @Test
    void handsOnBytesInOrderAsTheyCome() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET", "1 > GET"),
                        row("> A 1004 5001 /x", "1 > /x"),
                        row("< A 5001 1006 200", "1 < 200"));
    }

    @Test
    void handsOnASegmentWhereItLies() {
        byte[][] presented = new byte[1][];
        TestCapture inPlace = new TestCapture(ReassemblyLimits.defaults(), new RecordingHandler() {
            @Override
            protected int consume(byte[] buffer, int offset, int length) {
                presented[0] = buffer;
                return length;
            }
        });
        inPlace.open();
        TcpSegment segment = SegmentNotation.parse("> A 1001 5001 GET");
        inPlace.feed(segment);
        assertThat(presented[0]).isSameAs(segment.buffer);
    }

    @Test
    void putsSegmentsInOrder() {
        capture.open()
                .check(
                        row("> A 1007 5001 ghi", ""),
                        row("> A 1004 5001 def", ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > def, 1 > ghi"));
    }

    @Test
    void takesRepeatedSegmentsOnce() {
        capture.open()
                .check(
                        row("> A 1001 5001 abc", "1 > abc"),
                        row("> A 1001 5001 abc", ""),
                        row("> A 1007 5001 ghi", ""),
                        row("> A 1007 5001 ghi", ""),
                        row("> A 1004 5001 def", "1 > def, 1 > ghi"));
        assertThat(capture.count(Counter.SEGMENTS_DUPLICATE)).isEqualTo(2);
    }

    @Test
    void takesOnlyTheNewPartOfAnOverlap() {
        capture.open()
                .check(
                        row("> A 1001 5001 abc", "1 > abc"),
                        row("> A 1002 5001 bcde", "1 > de"),
                        row("> A 1008 5001 hi", ""),
                        row("> A 1005 5001 efghijk", "1 > fghijk"));
    }

    @Test
    void bytesInOrderWinOverDifferentOnes() {
        capture.open()
                .check(
                        row("> A 1004 5001 def", ""),
                        row("> A 1002 5001 xxxxxxxx", ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > xxxxxx"));
        assertThat(capture.count(Counter.SEGMENTS_CONFLICTING)).isEqualTo(2);
    }

    @Test
    void sameBytesTwiceAreNoConflict() {
        capture.open().check(row("> A 1004 5001 def", ""), row("> A 1003 5001 cdefg", ""));
        assertThat(capture.count(Counter.SEGMENTS_CONFLICTING)).isZero();
    }

    @Test
    void goesOnBehindTheLargestSequenceNumber() {
        capture.check(
                row("> S 4294967290", "1 open"),
                row("< SA 4294967295 4294967291", ""),
                row("> A 4294967291 0", ""),
                row("> A 2 0 hij", ""),
                row("> A 4294967291 0 abcdefg", "1 > abcdefg, 1 > hij"),
                row("> A 4294967295 0 efgh", ""),
                row("< A 0 5 200", "1 < 200"));
    }

    @Test
    void takesPayloadOfASyn() {
        capture.check(
                row("> S 1000 GET", "1 open"),
                row("< SA 5000 1004 200", "1 > GET, 1 < 200"),
                row("> A 1004 5004 /x", "1 > /x"));
    }

    @Test
    void takesPayloadOfASynOnceIfTheServerRefusedIt() {
        capture.check(
                row("> S 1000 GET", "1 open"), row("< SA 5000 1001", ""), row("> A 1001 5001 PUT/x", "1 > PUT/x"));
    }

    @Test
    void ignoresKeepAliveProbes() {
        capture.open()
                .check(
                        row("> A 1001 5001 abc", "1 > abc"),
                        row("< A 5001 1004", ""),
                        row("> A 1003 5001", ""),
                        row("> A 1003 5001 z", ""),
                        row("< A 5001 1004", ""),
                        row("> A 1004 5001 def", "1 > def"));
        assertThat(capture.connection(1).retransmissions(Direction.REQUEST)).isZero();
    }

    @Test
    void takesTheByteOfAZeroWindowProbeOnce() {
        capture.open()
                .check(
                        row("> A 1001 5001 abc", "1 > abc"),
                        row("> A 1004 5001 d", "1 > d"),
                        row("< A 5001 1004", ""),
                        row("> A 1004 5001 def", "1 > ef"));
    }

    @Test
    void opensWithASynAnswerThatCameBeforeItsSyn() {
        capture.check(
                row("< SA 5000 1001", "1 open"),
                row("> S 1000", ""),
                row("> A 1001 5001 GET", "1 > GET"),
                row("< A 5001 1004 200", "1 < 200"));
        assertThat(capture.connection(1).synSeen()).isTrue();
        assertThat(capture.connection(1).initialSequenceNumber()).isEqualTo(1000);
    }

    @Test
    void aResponseWaitsForItsRequest() {
        capture.open()
                .check(
                        row("< A 5001 1004 200 t=1", ""),
                        row("< A 5004 1004 OK t=2", ""),
                        row("> A 1001 5001 GET t=3", "1 > GET, 1 < 200, 1 < OK"));
    }

    @Test
    void pipelinedExchangesStayInOrder() {
        capture.open()
                .check(
                        row("> A 1004 5004 PUT t=1", ""),
                        row("< A 5001 1004 200 t=2", ""),
                        row("< A 5004 1007 401 t=2", ""),
                        row("> A 1001 5001 GET t=3", "1 > GET, 1 < 200, 1 > PUT, 1 < 401"));
    }

    @Test
    void joinsAConnectionThatWasOpenBefore() {
        capture.check(
                row("> A 1001 5001", ""),
                row("> A 1001 5001 GET", "1 open, 1 > gap -1, 1 > GET"),
                row("< A 5004 1004 OK", ""),
                row("< A 5001 1004 200", "1 < gap -1, 1 < 200, 1 < OK"));
        assertThat(capture.connection(1).synSeen()).isFalse();
        assertThat(capture.connection(1).initialSequenceNumber()).isEqualTo(-1);
    }

    @Test
    void startsTheResponsesWhereTheHandshakeLeftThemIfTheSynAnswerWasLost() {
        capture.check(
                row("> S 1000", "1 open"),
                row("> A 1001 5001 GET", "1 > GET"),
                row("< A 5004 1004 OK", ""),
                row("< A 5001 1004 200", "1 < 200, 1 < OK"));
    }

    @Test
    void acknowledgedBytesThatDoNotComeAreAGap() {
        capture.open()
                .check(
                        row("> A 1004 5001 def t=1", ""),
                        row("< A 5001 1007 200 t=2", ""),
                        row("< A 5004 1007 OK t=90", ""),
                        row("> A 1007 5001 ghi t=102", "1 > gap 3, 1 > def, 1 > ghi, 1 < 200, 1 < OK"));
        assertThat(capture.count(Counter.STREAM_GAPS)).isEqualTo(1);
    }

    @Test
    void bytesNobodyHasReceivedAreWaitedForLonger() {
        capture.open().check(row("> A 1004 5001 def t=1", ""));
        assertThat(capture.afterMillis(4_900)).isEmpty();
        assertThat(capture.afterMillis(5_200)).isEqualTo("1 > gap 3, 1 > def");
    }

    @Test
    void aRetransmissionFillsTheHole() {
        capture.open().check(row("> A 1004 5001 def t=1", ""), row("> A 1001 5001 abc t=1500", "1 > abc, 1 > def"));
    }

    @Test
    void aRetransmissionFillsTheHoleEvenWhenItsTimeIsUp() {
        capture.open().check(row("> A 1004 5001 def t=1", ""), row("> A 1001 5001 abc t=9000", "1 > abc, 1 > def"));
    }

    @Test
    void lateBytesOfADeclaredGapAreNotDeliveredAnyMore() {
        capture.open().check(row("> A 1004 5001 def t=1", ""), row("< A 5001 1007 t=2", ""));
        assertThat(capture.afterMillis(150)).isEqualTo("1 > gap 3, 1 > def");
        capture.check(row("> A 1001 5001 abc t=151", ""), row("> A 1007 5001 g t=152", "1 > g"));
    }

    @Test
    void segmentsCutByTheSnapLengthAreAGapOfKnownSize() {
        capture.open()
                .check(
                        row("< A 5001 1001 HTTP cut=1000", "1 < HTTP, 1 < gap 1000"),
                        row("< A 6005 1001 next", "1 < next"),
                        row("< A 6012 1001 three cut=5", ""),
                        row("< A 6009 1001 two", "1 < two, 1 < three, 1 < gap 5"),
                        row("< A 6022 1001 end", "1 < end"));
    }

    @Test
    void aGapOfManyMegabytesDoesNotBreakTheConnection() {
        capture.open().check(row("< A 50005001 1001 late t=1", ""), row("> A 1001 50005005 t=2", ""));
        assertThat(capture.afterMillis(200)).isEqualTo("1 < gap 50000000, 1 < late");
    }

    @Test
    void whatIsMissingOfAConnectionThatWasOpenBeforeIsCountedApart() {
        TestCapture joined = new TestCapture();
        TestCapture open = new TestCapture().open();
        TestCapture later = new TestCapture();
        joined.counters.tellOlderApart(SegmentNotation.EPOCH_NANOS);
        open.counters.tellOlderApart(SegmentNotation.EPOCH_NANOS + 1);
        later.counters.tellOlderApart(SegmentNotation.EPOCH_NANOS);
        later.open();
        joined.feed("> A 1001 5001 abc");
        joined.feed("< A 5001 1004");

        for (TestCapture capture : List.of(joined, open, later)) {
            capture.feed("> A 1007 5001 ghi");
            capture.feed("< A 5001 1010");
            capture.atEnd();
            assertThat(capture.count(Counter.STREAM_GAPS)).isEqualTo(1);
        }
        assertThat(joined.counters.ofOlder(Counter.STREAM_GAPS)).isEqualTo(1);
        assertThat(open.counters.ofOlder(Counter.STREAM_GAPS)).isEqualTo(1);
        assertThat(later.counters.ofOlder(Counter.STREAM_GAPS)).isZero();
    }
}
