package dev.imdsanalyzer.tcp;

import static dev.imdsanalyzer.tcp.TestCapture.row;
import static org.assertj.core.api.Assertions.assertThat;

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
