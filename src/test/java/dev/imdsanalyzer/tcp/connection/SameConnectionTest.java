package dev.imdsanalyzer.tcp.connection;

import static dev.imdsanalyzer.tcp.connection.TestCapture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import org.junit.jupiter.api.Test;

/**
 * One connection seen in several places is one; two connections that look alike are two. The places are a container's
 * veth (interface 5), its bridge (4) and the host's own interface (2), behind the masquerade.
 */
class SameConnectionTest {
    private static final String VETH = " from=172.17.0.2:40000 if=5 ttl=64";
    private static final String BRIDGE = " from=172.17.0.2:40000 if=4 ttl=64";
    private static final String OUTSIDE = " from=10.0.0.5:61000 if=2 ttl=63";

    private final TestCapture capture = new TestCapture();

    /** A handshake seen in all three places. */
    private void openContainerConnection() {
        capture.check(
                row("> S 1000" + VETH, "1 open"),
                row("> S 1000" + BRIDGE, ""),
                row("> S 1000" + OUTSIDE, ""),
                row("< SA 5000 1001" + OUTSIDE, ""),
                row("< SA 5000 1001" + BRIDGE, ""),
                row("< SA 5000 1001" + VETH, ""),
                row("> A 1001 5001" + VETH, ""),
                row("> A 1001 5001" + BRIDGE, ""),
                row("> A 1001 5001" + OUTSIDE, ""));
    }

    @Test
    void aConnectionOnThreeInterfacesAndBehindMasqueradeIsOne() {
        openContainerConnection();
        capture.check(
                row("> A 1001 5001 GET" + VETH, "1 > GET"),
                row("> A 1001 5001 GET" + BRIDGE, ""),
                row("> A 1001 5001 GET" + OUTSIDE, ""),
                row("< A 5001 1004 200" + OUTSIDE, "1 < 200"),
                row("< A 5001 1004 200" + BRIDGE, ""),
                row("< A 5001 1004 200" + VETH, ""),
                row("> FA 1004 5004" + VETH, "1 > end"),
                row("> FA 1004 5004" + OUTSIDE, ""),
                row("< FA 5004 1005" + OUTSIDE, "1 < end, 1 close FINISHED"),
                row("< FA 5004 1005" + VETH, ""),
                row("> A 1005 5005" + VETH, ""),
                row("> A 1005 5005" + OUTSIDE, ""));
        assertThat(capture.connection(1).fourTuple().client()).hasToString("172.17.0.2");
        assertThat(capture.connection(1).fourTuple().clientPort()).isEqualTo(40000);
        assertThat(capture.count(Counter.CONNECTIONS)).isEqualTo(1);
    }

    @Test
    void anAnswerOfOtherNumbersIsAnotherConnections() {
        openContainerConnection();
        capture.check(row("< SA 900000000 1001 from=10.0.0.9:50000 if=9 ttl=63", "2 open"));
    }

    @Test
    void theCallersSideNamesTheConnectionEvenIfItIsSeenLast() {
        capture.check(row("> S 1000" + OUTSIDE, "1 open"), row("> S 1000" + VETH, ""));
        assertThat(capture.connection(1).fourTuple().client()).hasToString("172.17.0.2");
    }

    @Test
    void theCallersSideNamesTheConnectionThatTheSynAnswerOpened() {
        capture.check(
                row("< SA 5000 1001" + OUTSIDE, "1 open"),
                row("> S 1000" + OUTSIDE, ""),
                row("> S 1000" + VETH, ""),
                row("> A 1001 5001 GET" + VETH, "1 > GET"),
                row("> A 1001 5001 GET" + OUTSIDE, ""));
        assertThat(capture.connection(1).fourTuple().client()).hasToString("172.17.0.2");
    }

    @Test
    void masqueradeIsSeenThroughInTheMiddleOfAConnectionToo() {
        capture.check(
                row("> A 1001 5001 GET" + VETH, "1 open, 1 > gap -1, 1 > GET"),
                row("> A 1001 5001 GET" + OUTSIDE, ""),
                row("< A 5001 1004 200" + OUTSIDE, "1 < gap -1, 1 < 200"),
                row("< A 5001 1004 200" + VETH, ""));
    }

    @Test
    void masqueradeIsSeenThroughIfTheCaptureBeginsWithAResponse() {
        capture.check(
                row("< A 5001 1004 200" + OUTSIDE, "1 open, 1 < gap -1, 1 < 200"),
                row("< A 5001 1004 200" + VETH, ""),
                row("> A 1004 5004 GET" + VETH, "1 > gap -1, 1 > GET"),
                row("> A 1004 5004 GET" + OUTSIDE, ""));
    }

    @Test
    void aSynSeenLongAfterIsNoMasquerade() {
        capture.check(row("> S 1000" + VETH, "1 open"), row("> S 1000 t=3001" + OUTSIDE, "2 open"));
    }

    @Test
    void aRepeatedSynKeepsTheMasqueradeRecognisable() {
        capture.check(
                row("> S 1000" + VETH, "1 open"),
                row("> S 1000 t=7000" + VETH, ""),
                row("> S 1000 t=7001" + OUTSIDE, ""));
    }

    @Test
    void twoContainersWithEqualPortsBehindMasqueradeAreTwo() {
        capture.check(
                row("> S 1000 from=172.17.0.2:40000 if=5", "1 open"),
                row("> S 7000 from=172.17.0.3:40000 if=6", "2 open"),
                row("> S 1000 from=10.0.0.5:40000 if=2 ttl=63", ""),
                row("> S 7000 from=10.0.0.5:1024 if=2 ttl=63", ""),
                row("< SA 500000 1001 from=10.0.0.5:40000 if=2", ""),
                row("< SA 900000 7001 from=10.0.0.5:1024 if=2", ""),
                row("> A 1001 500001 ONE from=172.17.0.2:40000 if=5", "1 > ONE"),
                row("> A 7001 900001 TWO from=172.17.0.3:40000 if=6", "2 > TWO"),
                row("> A 1001 500001 ONE from=10.0.0.5:40000 if=2 ttl=63", ""),
                row("> A 7001 900001 TWO from=10.0.0.5:1024 if=2 ttl=63", ""),
                row("< A 900001 7004 two from=10.0.0.5:1024 if=2", "2 < two"),
                row("< A 500001 1004 one from=10.0.0.5:40000 if=2", "1 < one"));
    }

    @Test
    void twoCallersThatChooseTheSameSequenceNumberInTheSamePlaceAreTwo() {
        capture.check(
                row("> S 1000 from=172.17.0.2:40000 if=4", "1 open"),
                row("> S 1000 from=172.17.0.3:40000 if=4", "2 open"));
    }

    @Test
    void aPortThatTheMasqueradeUsesAgainBelongsToTheNewConnection() {
        openContainerConnection();
        capture.check(
                row("> S 70000000 from=172.17.0.3:50000 if=6", "2 open"),
                row("> S 70000000" + OUTSIDE, ""),
                row("< SA 90000000 70000001" + OUTSIDE, "1 close REPLACED"),
                row("> A 70000001 90000001 GET" + OUTSIDE, "2 > GET"));
    }

    @Test
    void twinsWithOneFourTupleAtTheSameTimeAreTwo() {
        String one = " from=172.17.0.2:40000 if=5";
        String two = " from=172.17.0.2:40000 if=9";
        capture.check(
                row("> S 1000" + one, "1 open"),
                row("> S 3000" + two, "2 open"),
                row("< SA 5000 1001" + one, ""),
                row("< SA 6000 3001" + two, ""),
                row("> A 1001 5001 ONE" + one, "1 > ONE"),
                row("> A 3001 6001 TWO" + two, "2 > TWO"),
                row("< A 6001 3004 two" + two, "2 < two"),
                row("< A 5001 1004 one" + one, "1 < one"),
                row("> FA 1004 5004" + one, "1 > end"),
                row("> FA 3004 6004" + two, "2 > end"),
                row("< FA 5004 1005" + one, "1 < end, 1 close FINISHED"),
                row("> A 3005 6004" + two, ""),
                row("< FA 6004 3005" + two, "2 < end, 2 close FINISHED"));
    }

    @Test
    void twinsAreToldApartBySequenceNumbersOnAnInterfaceThatShowsBoth() {
        String shared = " from=172.17.0.2:40000 if=3";
        capture.check(
                row("> S 1000000000 from=172.17.0.2:40000 if=5", "1 open"),
                row("> S 2000000000 from=172.17.0.2:40000 if=9", "2 open"),
                row("> A 1000000001 5001 ONE" + shared, "1 > ONE"),
                row("> A 2000000001 6001 TWO" + shared, "2 > TWO"),
                row("< A 6001 2000000004 two" + shared, "2 < two"),
                row("< A 5001 1000000004 one" + shared, "1 < one"));
    }

    @Test
    void answersToSynsAreToldApartByWhatTheyAcknowledge() {
        String shared = " from=172.17.0.2:40000 if=3";
        capture.check(
                row("> S 1000 from=172.17.0.2:40000 if=5", "1 open"),
                row("> S 3000 from=172.17.0.2:40000 if=9", "2 open"),
                row("< SA 6000 3001" + shared, ""),
                row("< SA 5000 1001" + shared, ""),
                row("> A 1001 5001 ONE" + shared, "1 > ONE"),
                row("> A 3001 6001 TWO" + shared, "2 > TWO"),
                row("< A 5001 1004 one" + shared, "1 < one"),
                row("< A 6001 3004 two" + shared, "2 < two"));
    }

    @Test
    void whatAcknowledgesLessThanTheSynIsNoAnswerToIt() {
        capture.check(row("> S 1000" + VETH, "1 open"), row("< SA 5000 1000" + BRIDGE, "2 open"));
    }

    @Test
    void whatAcknowledgesMoreThanWasSentIsNoAnswerToTheSyn() {
        capture.check(row("> S 1000" + VETH, "1 open"), row("< SA 5000 1002" + BRIDGE, "2 open"));
    }

    @Test
    void twinsWithNearbySequenceNumbersAreToldApartByTheirInterfaces() {
        String one = " from=172.17.0.2:40000 if=5";
        String two = " from=172.17.0.2:40000 if=9";
        capture.check(
                row("> S 1000" + one, "1 open"),
                row("> S 1003" + two, "2 open"),
                row("< SA 5000 1001" + one, ""),
                row("< SA 5000 1004" + two, ""),
                row("> A 1004 5001 NE" + one, ""),
                row("> A 1004 5001 TWO" + two, "2 > TWO"),
                row("> A 1001 5001 1.O" + one, "1 > 1.O, 1 > NE"));
    }

    @Test
    void masqueradeIsSeenThroughEvenIfTheConnectionHasJustClosed() {
        capture.check(
                row("< FA 5001 1004 200" + VETH, "1 open, 1 < gap -1, 1 < 200, 1 < end"),
                row("> FA 1004 5005" + VETH, "1 > end, 1 close FINISHED"),
                row("< FA 5001 1004 200" + OUTSIDE, ""));
    }

    @Test
    void onlyASecondSightInTheSamePlaceIsARetransmission() {
        openContainerConnection();
        capture.check(
                row("> A 1001 5001 GET t=1" + VETH, "1 > GET"),
                row("> A 1001 5001 GET t=1" + BRIDGE, ""),
                row("> A 1001 5001 GET t=1" + OUTSIDE, ""));
        assertThat(capture.connection(1).retransmissions(Direction.REQUEST)).isZero();
        capture.check(
                row("> A 1001 5001 GET t=201" + VETH, ""),
                row("> A 1001 5001 GET t=201" + BRIDGE, ""),
                row("> A 1001 5001 GET t=201" + OUTSIDE, ""));
        assertThat(capture.connection(1).retransmissions(Direction.REQUEST)).isEqualTo(1);
        assertThat(capture.count(Counter.SEGMENTS_DUPLICATE)).isEqualTo(5);
    }

    @Test
    void withoutInterfaceIndexesASecondSightAtOnceIsNoRetransmission() {
        capture.check(
                row("> S 1000 if=0", "1 open"),
                row("> A 1001 5001 GET if=0 t=1", "1 > GET"),
                row("> A 1001 5001 GET if=0 t=1.02", ""),
                row("> A 1001 5001 GET if=0 ttl=63 t=250", ""));
        assertThat(capture.connection(1).retransmissions(Direction.REQUEST)).isZero();
        capture.check(row("> A 1001 5001 GET if=0 t=300", ""));
        assertThat(capture.connection(1).retransmissions(Direction.REQUEST)).isEqualTo(1);
    }

    @Test
    void aResponseThatDiesBeforeTheContainerIsSeenAsSuch() {
        String outside = " from=10.0.0.5:61000 if=2 ttl=1";
        openContainerConnection();
        capture.check(
                row("> A 1001 5001 PUT t=1" + VETH, "1 > PUT"),
                row("> A 1001 5001 PUT t=1" + OUTSIDE, ""),
                row("< A 5001 1004 token t=2" + outside, "1 < token"));
        capture.reassembler.onTimeExceeded(SegmentNotation.parse("< . 5001 t=2" + VETH));
        capture.check(
                row("< A 5001 1004 token t=202" + outside, ""),
                row("< A 5001 1004 token t=602" + outside, ""),
                row("> FA 1004 5001 t=1001" + VETH, "1 > end"),
                row("> FA 1004 5001 t=1001" + OUTSIDE, ""));
        Connection connection = capture.connection(1);
        assertThat(connection.responseTimeToLive()).isEqualTo(1);
        assertThat(connection.retransmissions(Direction.RESPONSE)).isEqualTo(2);
        assertThat(connection.timeExceededSeen()).isTrue();
        assertThat(connection.responseAcknowledged()).isFalse();
    }

    @Test
    void aResponseThatArrivesIsAcknowledged() {
        openContainerConnection();
        capture.check(
                row("< A 5001 1001 token ttl=2 if=2 from=10.0.0.5:61000", "1 < token"),
                row("< A 5001 1001 token ttl=1 if=4 from=172.17.0.2:40000", ""),
                row("< A 5001 1001 token ttl=1 if=5 from=172.17.0.2:40000", ""));
        Connection connection = capture.connection(1);
        assertThat(connection.responseTimeToLive()).isEqualTo(2);
        assertThat(connection.responseAcknowledged()).isFalse();
        capture.check(row("> A 1001 5006" + VETH, ""));
        assertThat(connection.responseAcknowledged()).isTrue();
        assertThat(connection.timeExceededSeen()).isFalse();
    }

    @Test
    void aTimeExceededMessageAboutAnotherConnectionsBytesDoesNotCount() {
        openContainerConnection();
        capture.reassembler.onTimeExceeded(SegmentNotation.parse("< . 900000000" + VETH));
        assertThat(capture.connection(1).timeExceededSeen()).isFalse();
    }

    @Test
    void ipv6ConnectionsAreToldApartByTheWholeAddress() {
        var one = SegmentNotation.parse("> S 1000");
        one.ipv6 = true;
        one.clientHigh = 0xFD00_0000_0000_0001L;
        var other = SegmentNotation.parse("> S 2000");
        other.ipv6 = true;
        other.clientHigh = 0xFD00_0000_0000_0002L;
        capture.feed(one);
        capture.feed(other);
        assertThat(capture.handler.drain()).isEqualTo("1 open, 2 open");
        one.sequenceNumber = 1001;
        one.flags = TcpSegment.ACK;
        SegmentNotation.payload(one, new byte[] {'G'});
        capture.feed(one);
        assertThat(capture.handler.drain()).isEqualTo("1 > G");
    }
}
