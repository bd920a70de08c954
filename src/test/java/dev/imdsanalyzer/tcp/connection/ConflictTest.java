package dev.imdsanalyzer.tcp.connection;

import static dev.imdsanalyzer.tcp.connection.TestCapture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Where two contents of the same bytes are possible, it is told; where one is certain, it is not. */
class ConflictTest {
    private static final String LEFT = " sum=LEFT_TO_DEVICE";

    private final TestCapture capture = new TestCapture();

    @Test
    void otherBytesBeforeTheAcknowledgmentAreAConflict() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v2" + LEFT, "1 > GET/v2"),
                        row("> A 1001 5001 GET/v1" + LEFT, "1 > conflict 6"),
                        row("< A 5001 1007 200", "1 < 200"));
        assertThat(capture.count(Counter.SEGMENTS_CONFLICTING)).isEqualTo(1);
    }

    /**
     * Each of them had bytes that were delivered and never acknowledged: more than copies may take together. Without a copy, a
     * repetition may be a conflict.
     */
    @Test
    void connectionsThatEndedTakeNoRoomFromTheCopiesOfOthers() {
        for (int port = 1; port <= 5_000; port++) {
            String from = " from=10.0.0.6:" + port;
            capture.feed("> S 1000" + from);
            capture.feed("< SA 5000 1001" + from);
            capture.feed("> A 1001 5001 GET/v2" + from);
        }
        assertThat(capture.afterMillis(Duration.ofHours(1).toMillis())).contains("5000 > GET/v2", "5000 close");
        capture.check(
                row("> S 1000 from=10.0.0.7:1", "5001 open"),
                row("< SA 5000 1001 from=10.0.0.7:1", ""),
                row("> A 1001 5001 GET/v2 from=10.0.0.7:1" + LEFT, "5001 > GET/v2"),
                row("> A 1001 5001 GET/v2 from=10.0.0.7:1" + LEFT, ""));
        assertThat(capture.count(Counter.SEGMENTS_CONFLICTING)).isZero();
    }

    @Test
    void onlyTheBytesFromTheOverlapOnAreInDoubt() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v2" + LEFT, "1 > GET/v2"),
                        row("> A 1005 5001 v1more" + LEFT, "1 > conflict 2, 1 > more"));
    }

    @Test
    void otherBytesBehindTheAcknowledgmentAreNone() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v1" + LEFT, "1 > GET/v1"),
                        row("< A 5001 1007", ""),
                        row("> A 1001 5001 GET/v2" + LEFT, ""));
    }

    @Test
    void theSameBytesAgainAreNone() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v1" + LEFT, "1 > GET/v1"),
                        row("> A 1001 5001 GET/v1 if=3" + LEFT, ""),
                        row("> A 1003 5001 T/v1+ t=300" + LEFT, "1 > +"));
        assertThat(capture.count(Counter.SEGMENTS_CONFLICTING)).isZero();
    }

    @Test
    void theFirstBytesInOrderWithARightSumCount() {
        capture.open().check(row("> A 1001 5001 GET/v1", "1 > GET/v1"), row("> A 1001 5001 GET/v2", ""));
    }

    @Test
    void aRightSumElsewhereSettlesWhatWasLeftToTheDevice() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v1" + LEFT, "1 > GET/v1"),
                        row("> A 1001 5001 GET/v1 if=3", ""),
                        row("> A 1001 5001 GET/v2", ""));
    }

    @Test
    void aDoubtfulCopyMayBeTheOneThatWasTaken() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v2" + LEFT, "1 > GET/v2"),
                        row("> A 1001 5001 GET/v1 ttl=63", "1 > conflict 6"));
    }

    @Test
    void aCopyWithAWrongSumIsNot() {
        capture.open()
                .check(row("> A 1001 5001 GET/v1" + LEFT, "1 > GET/v1"), row("> A 1001 5001 GET/v2 sum=WRONG", ""));
    }

    @Test
    void aDoubtfulSegmentBeforeOneLeftToTheDeviceMayHaveBeenTaken() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v1 ttl=63", ""),
                        row("> A 1001 5001 GET/v2" + LEFT, "1 > conflict 0, 1 > GET/v2"));
    }

    @Test
    void ofTwoDoubtfulOnesNeitherIsCertain() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v1 ttl=63", ""),
                        row("> A 1001 5001 GET/v2 ttl=62", ""),
                        row("< A 5001 1007 200", "1 > conflict 0, 1 > GET/v1, 1 < 200"));
    }

    @Test
    void ofTwoDoubtfulOnesTheOneWithAWrongSumWasNotTaken() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET/v2 sum=WRONG", ""),
                        row("> A 1001 5001 GET/v1 ttl=62", ""),
                        row("< A 5001 1007 200", "1 > GET/v1, 1 < 200"));
    }

    @Test
    void aSegmentThatWaitsForTheOtherDirectionGoesBeforeADoubtfulOneAllTheSame() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET t=1", "1 > GET"),
                        row("< A 5004 1004 OK t=2", ""),
                        row("> A 1004 5001 /v2 ttl=62 t=3", ""),
                        row("> A 1004 5006 /v1 t=4", ""),
                        row("< A 5006 1007 xx t=5", ""));
        assertThat(capture.afterMillis(200)).isEqualTo("1 > conflict 0, 1 > /v1, 1 < gap 3, 1 < OK, 1 < xx");
    }

    @Test
    void aSegmentThatBeginsFirstCountsAmongThoseOutOfOrder() {
        capture.open()
                .check(
                        row("> A 1006 5001 fghi", ""),
                        row("> A 1004 5001 DEFG", ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > DEFG, 1 > hi"));
    }

    @Test
    void aSegmentThatIsCoveredIsIgnoredAmongThoseOutOfOrder() {
        capture.open()
                .check(
                        row("> A 1004 5001 defg", ""),
                        row("> A 1005 5001 EF", ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > defg"));
    }

    @Test
    void outOfOrderSegmentsWithoutRightSumsThatDifferAreAConflict() {
        capture.open()
                .check(
                        row("> A 1004 5001 def" + LEFT, ""),
                        row("> A 1004 5001 DEF" + LEFT, ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > conflict 0, 1 > def"));
    }

    @Test
    void whichOfTwoCountsIsUnknownWhereLinuxMayHaveMergedOneWithItsNeighbour() {
        capture.open()
                .check(
                        row("> A 1004 5001 def", ""),
                        row("> A 1007 5001 ghi", ""),
                        row("> A 1004 5001 DEFG", ""),
                        row("> A 1001 5001 abc", "1 > abc, 1 > conflict 0, 1 > DEFG, 1 > conflict 0, 1 > hi"));
    }

    @Test
    void bytesInOrderAreInDoubtWhereTheReceiverHadOthersAlready() {
        capture.open()
                .check(
                        row("> A 1004 5001 def t=1", ""),
                        row("< A 5001 1007 t=2", ""),
                        row("> A 1001 5001 abcDEF t=3", "1 > conflict 0, 1 > abcDEF"));
    }

    @Test
    void aResponseIsInDoubtToo() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET", "1 > GET"),
                        row("< A 5001 1004 401" + LEFT, "1 < 401"),
                        row("< A 5001 1004 200" + LEFT, "1 < conflict 3"));
    }

    @Test
    void aKeepAliveProbeWithAnyByteIsNone() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET" + LEFT, "1 > GET"),
                        row("< A 5001 1004 200", "1 < 200"),
                        row("> A 1003 5004 z" + LEFT, ""),
                        row("> A 1004 5004 /x" + LEFT, "1 > /x"));
    }

    @Test
    void sequenceNumbersMayWrapBetweenThem() {
        capture.check(
                row("> S 4294967294", "1 open"),
                row("< SA 5000 4294967295", ""),
                row("> A 4294967295 5001 GET/v2" + LEFT, "1 > GET/v2"),
                row("> A 4294967295 5001 GET/v1" + LEFT, "1 > conflict 6"));
    }
}
