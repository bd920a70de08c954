package dev.imdsanalyzer.tcp.connection;

import static dev.imdsanalyzer.tcp.connection.TestCapture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two contents of the same bytes counts: the one that the receiver took, by the rules of Linux. */
class ReceiverRulesTest {
    private final TestCapture capture = new TestCapture();

    /** The client offers timestamps and a window scale, as IMDS does. */
    private TestCapture open() {
        return capture.check(
                row("> S 1000 ts=100 scale=7 ttl=64", "1 open"),
                row("< SA 5000 1001 ts=900 scale=7", ""),
                row("> A 1001 5001 ts=100 win=512", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "a sum that is neither right nor left to the device, sum=WRONG",
        "an older timestamp, ts=50",
    })
    void ofTwoContentsTheOneWithoutDoubtCounts(String reason, String option) {
        open().check(
                        row("> A 1001 5001 GET/v2 ts=101 " + option, ""),
                        row("> A 1001 5001 GET/v1 ts=101", "1 > GET/v1"),
                        row("< A 5001 1007 200 ts=901", "1 < 200"));
        assertThat(capture.count(Counter.SEGMENTS_DOUBTFUL)).as(reason).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"sum=WRONG", "ttl=3", "ts=50", "options=signed", "options=network"})
    void aDoubtfulSegmentAloneCountsOnceItIsAcknowledged(String option) {
        open().check(
                        row("> A 1001 5001 GET/v1 ts=101 " + option, ""),
                        row("< A 5001 1007 200 ts=901", "1 > GET/v1, 1 < 200"));
    }

    @ParameterizedTest
    @CsvSource({"ttl=3", "options=signed", "options=network"})
    void ofTwoContentsNeitherIsCertainWhereTheFirstMayHaveArrived(String option) {
        open().check(
                        row("> A 1001 5001 GET/v2 ts=101 " + option, ""),
                        row("> A 1001 5001 GET/v1 ts=101", "1 > conflict 0, 1 > GET/v1"));
    }

    @Test
    void whatIsSeenInTheFirstPlaceOnlyDidNotArrive() {
        capture.check(
                row("> S 1000 if=5 ttl=64", "1 open"),
                row("> S 1000 if=2 ttl=63", ""),
                row("< SA 5000 1001 if=2", ""),
                row("> A 1001 5001 GET/v2 if=5 ttl=1", ""),
                row("> A 1001 5001 GET/v1 if=5 ttl=64", "1 > GET/v1"));
    }

    @Test
    void whatIsSeenInEachPlaceMayHaveArrived() {
        capture.check(
                row("> S 1000 if=5 ttl=64", "1 open"),
                row("> S 1000 if=2 ttl=63", ""),
                row("< SA 5000 1001 if=2", ""),
                row("> A 1001 5001 GET/v2 if=5 ttl=2", ""),
                row("> A 1001 5001 GET/v2 if=2 ttl=1", ""),
                row("> A 1001 5001 GET/v1 if=5 ttl=64", "1 > conflict 0, 1 > GET/v1"));
    }

    @Test
    void aTimestampThatMayNotHaveBeenTakenMakesNoOtherTooOld() {
        open().check(
                        row("> A 1001 5001 ts=9000 sum=LEFT_TO_DEVICE", ""),
                        row("> A 1001 5001 GET/v1 ts=101", ""),
                        row("> A 1001 5001 GET/v2 ts=9001", "1 > conflict 0, 1 > GET/v2"));
    }

    @Test
    void aDoubtfulSegmentAloneCountsWhereNothingOfTheOtherSideIsCaptured() {
        capture.check(row("> S 1000", "1 open"), row("> A 1001 5001", ""), row("> A 1001 5001 GET sum=WRONG t=1", ""));
        assertThat(capture.afterMillis(5_200)).isEqualTo("1 > GET");
    }

    @Test
    void wrongSumsMeanNothingWhereAllAreWrong() {
        capture.check(
                row("> S 1000 sum=WRONG", "1 open"),
                row("< SA 5000 1001 sum=WRONG", ""),
                row("> A 1001 5001 GET sum=WRONG", "1 > GET"),
                row("< A 5001 1004 200 sum=WRONG", "1 < 200"));
    }

    @Test
    void aSegmentWithoutAcknowledgmentIsNotTaken() {
        open().check(row("> P 1001 GET/v2 ts=101", ""), row("> A 1001 5001 GET/v1 ts=101", "1 > GET/v1"));
    }

    @Test
    void aSegmentThatAcknowledgesWhatWasNeverSentIsNotTaken() {
        open().check(
                        row("> A 1001 5100 GET/v2 ts=101", ""),
                        row("> A 1001 5001 GET/v1 ts=101", "1 > GET/v1"),
                        row("< A 5001 1007 200 ts=901", "1 < 200"));
    }

    @Test
    void anAcknowledgmentOfWhatWasNeverSentMakesNoGap() {
        open().check(row("> A 1001 5100 ts=101", ""), row("> A 1001 5001 GET ts=101 t=200", "1 > GET"));
        assertThat(capture.afterMillis(400)).isEmpty();
        capture.check(row("< A 5001 1004 200 ts=901 t=401", "1 < 200"));
    }

    @Test
    void aRequestBehindAResponseThatTheCaptureLostIsTakenOnceItIsAcknowledged() {
        open().check(
                        row("> A 1001 5001 GET ts=101 t=1", "1 > GET"),
                        row("> A 1004 5004 PUT ts=102 t=2", ""),
                        row("< A 5004 1007 201 ts=902 t=3", ""));
        assertThat(capture.afterMillis(110)).isEqualTo("1 < gap 3, 1 > PUT, 1 < 201");
    }

    @Test
    void anAcknowledgmentFromBeforeTheConnectionMayNotBeTaken() {
        open().check(
                        row("> A 1001 4000 GET/v2 ts=101", ""),
                        row("> A 1001 5001 GET/v1 ts=101", "1 > conflict 0, 1 > GET/v1"));
    }

    @Test
    void anAcknowledgmentOlderThanTheClientsLargestWindowMayNotBeTaken() {
        capture.check(
                row("> S 1000 win=4", "1 open"),
                row("< SA 5000 1001", ""),
                row("> A 1001 5001 GET win=4", "1 > GET"),
                row("< A 5001 1004 200OK", "1 < 200OK"),
                row("> A 1004 5006 win=4", ""),
                row("> A 1004 5001 /v2 win=4", ""),
                row("> A 1004 5002 /v1 win=4", "1 > conflict 0, 1 > /v1"));
    }

    @Test
    void aSegmentThatEndsBehindTheWindowMayNotBeTaken() {
        capture.check(
                row("> S 1000", "1 open"),
                row("< SA 5000 1001 win=4", ""),
                row("> A 1001 5001 GET/v2", ""),
                row("> A 1001 5001 PUT", "1 > conflict 0, 1 > PUT"));
    }

    @Test
    void aSegmentThatBeginsBehindTheWindowIsNotTaken() {
        capture.check(
                row("> S 1000", "1 open"),
                row("< SA 5000 1001 win=4", ""),
                row("> A 1006 5001 v2", ""),
                row("> A 1001 5001 GET/", "1 > GET/"),
                row("< A 5001 1005 win=4", ""),
                row("> A 1005 5001 /v1", "1 > /v1"));
    }

    @Test
    void theWindowIsScaledWhereBothSidesOfferedIt() {
        open().check(row("< A 5001 1001 win=1 ts=901", ""));
        String payload = "x".repeat(128);
        capture.check(row("> A 1001 5001 " + payload + " ts=101", "1 > " + payload));
    }

    @Test
    void aZeroWindowProbeCountsOnceItIsAcknowledged() {
        capture.check(
                row("> S 1000", "1 open"),
                row("< SA 5000 1001 win=0", ""),
                row("> A 1001 5001 G", ""),
                row("< A 5001 1001 win=0", ""),
                row("> A 1001 5001 G", ""),
                row("< A 5001 1002 win=9", "1 > G"),
                row("> A 1001 5001 GET", "1 > ET"));
    }

    @Test
    void timestampsOfOneSideAloneMeanNothing() {
        capture.check(
                row("> S 1000 ts=100", "1 open"), row("< SA 5000 1001", ""), row("> A 1001 5001 GET ts=50", "1 > GET"));
    }

    @Test
    void aSegmentWithoutTimestampIsTakenAllTheSame() {
        open().check(row("> A 1001 5001 GET", "1 > GET"));
    }

    @Test
    void timestampsWrap() {
        capture.check(
                row("> S 1000 ts=4294967295", "1 open"),
                row("< SA 5000 1001 ts=1", ""),
                row("> A 1001 5001 GET ts=5", "1 > GET"),
                row("> A 1004 5001 /v2 ts=4294967295", ""),
                row("> A 1004 5001 /v1 ts=6", "1 > /v1"));
    }

    @Test
    void payloadOfASynCountsOnlyIfItIsAcknowledged() {
        capture.check(
                row("> S 1000 GET/v2", "1 open"), row("< SA 5000 1001", ""), row("> A 1001 5001 GET/v1", "1 > GET/v1"));
    }

    @Test
    void whatIsSentInTheNameOfImdsFromTheClientsSideIsIgnored() {
        capture.check(
                row("> S 1000 if=5 travel=IN", "1 open"),
                row("< SA 5000 1001 if=5 travel=OUT", ""),
                row("> A 1001 5001 GET if=5 travel=IN sum=LEFT_TO_DEVICE", "1 > GET"),
                row("< A 5001 1004 401 if=5 travel=IN", ""),
                row("< R 5001 if=5 travel=IN", ""),
                row("< A 5001 1004 200 if=5 travel=OUT", "1 < 200"));
        assertThat(capture.count(Counter.SEGMENTS_FOREIGN)).isEqualTo(2);
    }

    @Test
    void aCaptureThatTellsOneWayForAllIsReadAllTheSame() {
        capture.check(
                row("> S 1000 travel=IN", "1 open"),
                row("< SA 5000 1001 travel=IN", ""),
                row("> A 1001 5001 GET travel=IN", "1 > GET"),
                row("< A 5001 1004 200 travel=IN", "1 < 200"));
    }
}
