package dev.imdsanalyzer.tcp.connection;

import static dev.imdsanalyzer.tcp.connection.TestCapture.row;

import org.junit.jupiter.api.Test;

/** The urgent byte is no part of the stream that a socket's reader sees. */
class UrgentDataTest {
    private static final String LEFT = " sum=LEFT_TO_DEVICE";

    private final TestCapture capture = new TestCapture();

    @Test
    void theByteBeforeTheUrgentPointerIsTakenOut() {
        capture.open().check(row("> AU 1001 5001 tokXen urg=4", "1 > tok, 1 > en"), row("> A 1007 5001 :", "1 > :"));
    }

    @Test
    void thePointerZeroMeansTheFirstByte() {
        capture.open().check(row("> AU 1001 5001 XGET urg=0", "1 > GET"));
    }

    @Test
    void theLastByteMayBeUrgent() {
        capture.open().check(row("> AU 1001 5001 GETX urg=4", "1 > GET"), row("> A 1005 5001 /x", "1 > /x"));
    }

    @Test
    void thePointerMayPointIntoALaterSegment() {
        capture.open()
                .check(row("> AU 1001 5001 GET urg=5", "1 > GET"), row("> AU 1004 5001 /Xx urg=2", "1 > /, 1 > x"));
    }

    @Test
    void aBareAcknowledgmentMayBringThePointer() {
        capture.open().check(row("> AU 1001 5001 urg=2", ""), row("> A 1001 5001 GXET", "1 > G, 1 > ET"));
    }

    @Test
    void aNewerPointerMakesTheOlderByteAnOrdinaryOne() {
        capture.open()
                .check(
                        row("> AU 1001 5001 urg=2", ""),
                        row("> AU 1001 5001 urg=4", ""),
                        row("> A 1001 5001 GETX", "1 > GET"));
    }

    @Test
    void aPointerWithoutTheFlagMeansNothing() {
        capture.open().check(row("> A 1001 5001 GET urg=2", "1 > GET"));
    }

    @Test
    void aPointerToBytesThatWereReadMeansNothing() {
        capture.open()
                .check(
                        row("> A 1001 5001 GET", "1 > GET"),
                        row("< A 5001 1004", ""),
                        row("> AU 1001 5001 GET/x urg=2", "1 > /x"));
    }

    @Test
    void theUrgentByteOfAHeldSegmentIsTakenOutToo() {
        capture.open().check(row("> AU 1004 5001 /Xx urg=2", ""), row("> A 1001 5001 GET", "1 > GET, 1 > /, 1 > x"));
    }

    @Test
    void aSecondUrgentByteBeforeAnAnswerMayPutTheFirstBack() {
        capture.open()
                .check(
                        row("> AU 1001 5001 tokXen urg=4", "1 > tok, 1 > en"),
                        row("> AU 1007 5001 heYader urg=3", "1 > conflict 3, 1 > he, 1 > ader"));
    }

    @Test
    void anUrgentByteOfAnAnsweredRequestStaysOut() {
        capture.open()
                .check(
                        row("> AU 1001 5001 GEXT urg=3", "1 > GE, 1 > T"),
                        row("< A 5001 1005 200", "1 < 200"),
                        row("> AU 1005 5004 PXUT urg=2", "1 > P, 1 > UT"));
    }

    @Test
    void theSameBytesWithoutUrgencyAreAConflict() {
        capture.open()
                .check(
                        row("> AU 1001 5001 tokXen urg=4" + LEFT, "1 > tok, 1 > en"),
                        row("> A 1001 5001 tokXen" + LEFT, "1 > conflict 6"));
    }

    @Test
    void urgencyOfBytesThatWentOutWithoutItIsAConflict() {
        capture.open()
                .check(
                        row("> A 1001 5001 tokXen" + LEFT, "1 > tokXen"),
                        row("> AU 1001 5001 tokXen urg=4" + LEFT, "1 > conflict 3"));
    }

    @Test
    void aPointerFromASegmentOfItsOwnThatMayNotArriveIsAConflict() {
        capture.open()
                .check(
                        row("> AU 1001 5001 urg=4" + LEFT, ""),
                        row("> A 1001 5001 tokXen" + LEFT, "1 > conflict 0, 1 > tok, 1 > en"));
    }

    @Test
    void theSameBytesWithoutUrgencyThatMayHaveArrivedBeforeAreAConflict() {
        capture.open()
                .check(
                        row("> A 1001 5001 tokXen ttl=9", ""),
                        row("> AU 1001 5001 tokXen urg=4", "1 > conflict 0, 1 > tok, 1 > en"));
    }

    @Test
    void sequenceNumbersMayWrapBeforeTheByte() {
        capture.check(
                row("> S 4294967294", "1 open"),
                row("< SA 5000 4294967295", ""),
                row("> AU 4294967295 5001 GETX urg=4", "1 > GET"));
    }
}
