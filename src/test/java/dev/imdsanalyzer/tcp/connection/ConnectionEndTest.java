package dev.imdsanalyzer.tcp.connection;

import static dev.imdsanalyzer.tcp.connection.TestCapture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.RecordingHandler;
import org.junit.jupiter.api.Test;

/** How connections end, and what may come after it. */
class ConnectionEndTest {
    private final TestCapture capture = new TestCapture();

    @Test
    void closesWhenBothSidesAreDone() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET", "1 > GET"),
                        row("< FA 5001 1004 200", "1 < 200, 1 < end"),
                        row("> A 1004 5005", ""),
                        row("> FA 1004 5005", "1 > end, 1 close FINISHED"),
                        row("< A 5005 1005", ""));
    }

    @Test
    void closesWhenBothSidesCloseAtOnce() {
        capture.open()
                .check(
                        row("> FA 1001 5001", "1 > end"),
                        row("< FA 5001 1001", "1 < end, 1 close FINISHED"),
                        row("> A 1002 5002", ""),
                        row("< A 5002 1002", ""));
    }

    @Test
    void theEndWaitsForTheBytesBeforeIt() {
        capture.open()
                .check(
                        row("> FA 1004 5001 def", ""),
                        row("> FA 1004 5001 def", ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > def, 1 > end"));
    }

    @Test
    void repeatedSegmentsOfAClosedConnectionOpenNone() {
        capture.open()
                .check(
                        row("> FA 1001 5001 GET", "1 > GET, 1 > end"),
                        row("< FA 5001 1005 200", "1 < 200, 1 < end, 1 close FINISHED"),
                        row("> FA 1001 5001 GET t=300", ""),
                        row("< FA 5001 1005 200 t=300", ""));
        assertThat(capture.connection(1).retransmissions(Direction.RESPONSE)).isEqualTo(1);
    }

    /** Behind a hop too many: the server's timer doubles, and the client has gone. */
    @Test
    void aResponseThatDoesNotArriveIsRepeatedLongAfterTheCloseAndOpensNothing() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET", "1 > GET"),
                        row("< A 5001 1004 200", "1 < 200"),
                        row("> FA 1004 5001", "1 > end"),
                        row("< FA 5004 1005", "1 < end, 1 close FINISHED"),
                        row("< A 5001 1005 200 t=12800", ""),
                        row("< A 5001 1005 200 t=25600", ""),
                        row("< A 5001 1005 200 t=51200", ""),
                        row("< A 5001 1005 200 t=170000", ""));
        assertThat(capture.connection(1).retransmissions(Direction.RESPONSE)).isEqualTo(4);
    }

    @Test
    void aResetClosesOnceItCannotOvertakeData() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET t=1", "1 > GET"),
                        row("> R 1004 t=2", ""),
                        row("< A 5001 1004 200 t=3", "1 < 200"));
        assertThat(capture.afterMillis(50)).isEmpty();
        assertThat(capture.afterMillis(103)).isEqualTo("1 close RESET");
    }

    @Test
    void aConnectionThatWasClosedHoldsNoMemoryWhileItLingers() {
        TestCapture waiting = new TestCapture(ReassemblyLimits.defaults(), new RecordingHandler() {
            @Override
            protected int consume(byte[] buffer, int offset, int length) {
                return 0;
            }
        });
        waiting.open();
        waiting.feed("> A 1001 5001 GET t=1");
        waiting.feed("< A 5001 1004 HTTP t=1");
        assertThat(waiting.reassembler.bufferedBytes()).isPositive();

        waiting.feed("> R 1004 t=2");

        assertThat(waiting.afterMillis(1_000)).endsWith("1 close RESET");
        assertThat(waiting.reassembler.bufferedBytes()).isZero();
    }

    @Test
    void aRefusedConnectionIsReset() {
        capture.check(row("> S 1000", "1 open"), row("< RA 0 1001", ""));
        assertThat(capture.afterMillis(101)).isEqualTo("1 close RESET");
    }

    @Test
    void aResetThatDoesNotAcknowledgeTheSynIsNotBelieved() {
        capture.check(row("> S 1000", "1 open"), row("< RA 0 1000", ""), row("< R 0", ""));
        assertThat(capture.afterMillis(201)).isEmpty();
    }

    @Test
    void aResetOutsideTheWindowIsNotBelieved() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET t=1", "1 > GET"),
                        row("< A 5001 1004 t=1", ""),
                        row("> R 900 t=2", ""),
                        row("> R 4000000 t=2", ""),
                        row("< R 4900 t=2", ""),
                        row("> A 1004 5001 /x t=500", "1 > /x"));
    }

    @Test
    void aResetWithinTheWindowThatIsNotAtTheNextByteIsNotBelieved() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET t=1", "1 > GET"),
                        row("> R 1005 t=2", ""),
                        row("< A 5001 1004 200 t=300", "1 < 200"),
                        row("> A 1004 5004 /x t=301", "1 > /x"));
    }

    @Test
    void aResetAtTheNextByteIsBelievedOnceTheBytesBeforeItCame() {
        capture.open().check(row("> R 1004 t=1", ""), row("> A 1001 5001 GET t=2", "1 > GET"));
        assertThat(capture.afterMillis(102)).isEqualTo("1 close RESET");
    }

    @Test
    void aResetWithAWrongSumIsNotBelieved() {
        capture.open().check(row("> R 1001 sum=WRONG t=1", ""));
        assertThat(capture.afterMillis(500)).isEmpty();
    }

    @Test
    void requestsBehindAResetThatDidNotCountAreSeen() {
        capture.open().check(row("> R 1001 sum=LEFT_TO_DEVICE t=1", ""));
        assertThat(capture.afterMillis(102)).isEqualTo("1 close RESET");
        capture.check(
                row("> A 1001 5001 GET t=200", "2 open, 2 > gap -1, 2 > GET"),
                row("< A 5001 1004 200 t=201", "2 < gap -1, 2 < 200"));
    }

    @Test
    void whatIsSentAgainToAConnectionThatWasResetIsSeenOnce() {
        capture.open().check(row("> R 1001 t=1", ""));
        assertThat(capture.afterMillis(102)).isEqualTo("1 close RESET");
        capture.check(
                row("> A 1001 5001 GET t=200", "2 open, 2 > gap -1, 2 > GET"),
                row("< R 5001 t=201", ""),
                row("> A 1001 5001 GET t=400", "2 close RESET"),
                row("> A 1001 5001 GET t=800", ""));
    }

    @Test
    void aSynOnAnOpenConnectionEndsNothing() {
        capture.open()
                .check(
                        row("> S 1001 t=1", "2 open"),
                        row("> S 700000000 t=1", "3 open"),
                        row("< A 5001 1001 t=2", ""),
                        row("> A 1001 5001 GET t=3", "1 > GET"),
                        row("< A 5001 1004 200 t=4", "1 < 200"));
    }

    @Test
    void manySynsOnAnOpenConnectionDoNotCrowdItOut() {
        capture.open();
        for (int i = 1; i < 100; i++) {
            capture.feed("> S " + i * 20_000_000L);
        }
        capture.handler.drain();
        capture.check(row("> A 1001 5001 GET", "1 > GET"), row("< A 5001 1004 200", "1 < 200"));
    }

    @Test
    void aSegmentOfOtherNumbersOnAnAnsweredConnectionOpensNoneBeforeImdsAnswersIt() {
        capture.open()
                .check(
                        row("> A 900000000 300000000 GET/v2", ""),
                        row("> A 1001 5001 GET/v1", "1 > GET/v1"),
                        row("< A 300000000 900000006 200", "2 open, 2 < gap -1, 2 < 200"));
    }

    @Test
    void anEndThatMayNotArriveCountsOnceItIsAcknowledged() {
        capture.open()
                .check(
                        row("> FA 1001 5001 sum=LEFT_TO_DEVICE", ""),
                        row("< A 5001 1002", "1 > end"),
                        row("< FA 5001 1002", "1 < end, 1 close FINISHED"));
    }

    @Test
    void anEndThatDidNotArriveHidesNothing() {
        capture.open()
                .check(
                        row("> FA 1001 5001 sum=LEFT_TO_DEVICE t=1", ""),
                        row("> A 1001 5001 GET t=6000", "1 > GET"),
                        row("< A 5001 1004 200 t=6001", "1 < 200"));
    }

    @Test
    void anEndOfWrongSumHidesNothing() {
        capture.open()
                .check(
                        row("> FA 1001 5001 sum=WRONG", ""),
                        row("< A 5001 1001", ""),
                        row("> A 1001 5001 GET", "1 > GET"));
    }

    @Test
    void oneSideMayGoOnAfterTheOtherEnded() {
        capture.open()
                .check(
                        row("> FA 1001 5001 GET", "1 > GET, 1 > end"),
                        row("< A 5001 1005 200", "1 < 200"),
                        row("< A 5004 1005 OK", "1 < OK"),
                        row("> A 1005 5006", ""));
    }

    @Test
    void aHalfRequestOutlivesTheIdleTime() {
        TestCapture hesitant = new TestCapture(ReassemblyLimits.defaults(), new RecordingHandler() {
            @Override
            protected int consume(byte[] buffer, int offset, int length) {
                return 0;
            }
        });
        hesitant.open().check(row("> A 1001 5001 GET", "1 > GET"));
        assertThat(hesitant.afterMillis(310_000)).isEmpty();
        hesitant.check(row("> A 1004 5001 /x t=310001", "1 > GET/x"));
    }

    @Test
    void aHalfRequestIsGivenUpAfterAnHour() {
        TestCapture hesitant = new TestCapture(ReassemblyLimits.defaults(), new RecordingHandler() {
            @Override
            protected int consume(byte[] buffer, int offset, int length) {
                return 0;
            }
        });
        hesitant.open().check(row("> A 1001 5001 GET", "1 > GET"));
        for (int minute = 1; minute < 65; minute++) {
            assertThat(hesitant.afterMillis(minute * 60_000L)).isEmpty();
        }
        assertThat(hesitant.afterMillis(65 * 60_000L)).isEqualTo("1 close IDLE");
    }

    @Test
    void requestsBehindTheIdleTimeOutAreSeen() {
        capture.open();
        assertThat(capture.afterMillis(301_000)).isEqualTo("1 close IDLE");
        capture.check(row("> A 1001 5001 GET t=302000", "2 open, 2 > gap -1, 2 > GET"));
    }

    @Test
    void anIdleConnectionIsClosed() {
        capture.open();
        assertThat(capture.afterMillis(299_000)).isEmpty();
        assertThat(capture.afterMillis(300_000)).isEqualTo("1 close IDLE");
    }

    @Test
    void activityPutsOffTheIdleTimeout() {
        capture.open().check(row("> A 1001 5001 GET t=200000", "1 > GET"));
        assertThat(capture.afterMillis(499_000)).isEmpty();
        assertThat(capture.afterMillis(500_000)).isEqualTo("1 close IDLE");
    }

    @Test
    void aClockThatIsSetBackDoesNotStopTime() {
        capture.check(row("> S 1000 t=7200000", "1 open"), row("> S 2000 t=0 from=10.0.0.6:1", "2 open"));
        assertThat(capture.afterMillis(299_000)).isEmpty();
        assertThat(capture.afterMillis(300_000)).isEqualTo("1 close IDLE, 2 close IDLE");
    }

    @Test
    void aNewSynOnTheSamePortsReplacesTheConnection() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET t=1", "1 > GET"),
                        row("> S 15000000 t=2", "2 open"),
                        row("< SA 90000000 15000001 t=3", "1 close REPLACED"),
                        row("> A 15000001 90000001 PUT t=4", "2 > PUT"));
    }

    @Test
    void portsAreUsedAgainRightAfterTheEnd() {
        capture.open()
                .check(
                        row("> FA 1001 5001 GET", "1 > GET, 1 > end"),
                        row("< FA 5001 1005 200", "1 < 200, 1 < end, 1 close FINISHED"),
                        row("> S 2000", "2 open"),
                        row("< SA 6000 2001", ""),
                        row("> A 2001 6001 PUT", "2 > PUT"));
    }

    @Test
    void lateSegmentsOfTheOldConnectionStayOutOfTheNewOne() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET t=1", "1 > GET"),
                        row("> S 20000 t=2", "2 open"),
                        row("< SA 70000 20001 t=2", "1 close REPLACED"),
                        row("< A 5001 1004 200 t=3", ""),
                        row("> A 1001 5001 GET t=3", ""),
                        row("< R 5004 t=3", ""),
                        row("> FA 1004 5001 t=3", ""),
                        row("> A 20001 70001 PUT t=4", "2 > PUT"),
                        row("< A 70001 20004 201 t=500", "2 < 201"));
    }

    @Test
    void theSameSequenceNumberMuchLaterIsANewConnection() {
        capture.open()
                .check(
                        row("> FA 1001 5001", "1 > end"),
                        row("< FA 5001 1002", "1 < end, 1 close FINISHED"),
                        row("> S 1000 t=50", ""),
                        row("> S 1000 t=200", "2 open"));
    }

    @Test
    void aRepeatedSynIsTheSameConnection() {
        capture.check(
                row("> S 1000 t=0", "1 open"),
                row("> S 1000 t=1000", ""),
                row("> S 1000 t=3000", ""),
                row("< SA 5000 1001 t=3001", ""));
    }

    @Test
    void theEndOfTheCaptureHandsOnWhatIsThere() {
        capture.open().check(row("> A 1004 5001 def", ""), row("< A 5001 1007 200", ""));
        assertThat(capture.atEnd()).isEqualTo("1 > gap 3, 1 > def, 1 < 200, 1 close CAPTURE_ENDED");
        assertThat(capture.atEnd()).isEmpty();
    }

    @Test
    void bareAcknowledgmentsAndEndsOfUnknownConnectionsOpenNone() {
        capture.check(
                row("> A 1001 5001", ""), row("> FA 1001 5001", ""), row("< R 5001", ""), row("< RA 5001 1 abc", ""));
    }
}
