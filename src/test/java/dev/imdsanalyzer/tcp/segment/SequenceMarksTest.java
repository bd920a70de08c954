package dev.imdsanalyzer.tcp.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sequence numbers, and marks in their space; all of it once where the numbers run over. */
class SequenceMarksTest {
    /** The last before 0. */
    private static final int LAST = -1;

    private static final class Marks extends SequenceMarks {}

    private final Marks marks = new Marks();

    @ParameterizedTest
    @CsvSource({
        "5, 6, true",
        "6, 6, false",
        "7, 6, false",
        "-1, 0, true",
        "0, -1, false",
        "2147483647, -2147483648, true",
        "-2147483648, 2147483647, false",
        "-1, 2147483646, true",
    })
    void aNumberIsBeforeAnotherWhereItTakesLessToGetThereThanBack(int number, int other, boolean before) {
        assertThat(SequenceNumber.isBefore(number, other)).isEqualTo(before);
        assertThat(SequenceNumber.first(number, other)).isEqualTo(before ? number : other);
        assertThat(SequenceNumber.last(number, other)).isEqualTo(before ? other : number);
    }

    @Test
    void aDistanceRunsOverToo() {
        assertThat(SequenceNumber.distance(LAST, 4)).isEqualTo(5);
        assertThat(SequenceNumber.distance(4, LAST)).isEqualTo(-5);
    }

    @Test
    void nothingIsAcknowledgedBeforeTheReceiverIsHeard() {
        marks.notePayloadEnd(10);
        assertThat(marks.isAcknowledgmentSeen()).isFalse();
        assertThat(marks.isAcknowledged(LAST)).isFalse();
        assertThat(marks.isAcknowledgedBeyond(-5)).isFalse();
        assertThat(marks.isPayloadAcknowledged()).isFalse();
        assertThat(marks.isPayloadUnreceived()).isTrue();
    }

    @Test
    void anAcknowledgmentCoversAllBeforeItAndNeverGoesBack() {
        marks.noteAcknowledgment(LAST);
        assertThat(marks.acknowledged()).isEqualTo(LAST);
        marks.noteAcknowledgment(7);
        marks.noteAcknowledgment(3);
        assertThat(marks.isAcknowledgmentSeen()).isTrue();
        assertThat(marks.acknowledged()).isEqualTo(7);
        assertThat(marks.isAcknowledged(7)).isTrue();
        assertThat(marks.isAcknowledged(8)).isFalse();
        assertThat(marks.isAcknowledgedBeyond(6)).isTrue();
        assertThat(marks.isAcknowledgedBeyond(7)).isFalse();
    }

    @Test
    void payloadIsReceivedWhereItsLastByteIs() {
        marks.noteAcknowledgment(7);
        assertThat(marks.isPayloadAcknowledged()).as("there was none").isFalse();
        assertThat(marks.isPayloadUnreceived()).isFalse();
        marks.notePayloadEnd(-3);
        marks.notePayloadEnd(7);
        marks.notePayloadEnd(2);
        assertThat(marks.isPayloadAcknowledged()).isTrue();
        assertThat(marks.isPayloadUnreceived()).isFalse();
        marks.notePayloadEnd(8);
        assertThat(marks.isPayloadAcknowledged()).isFalse();
        assertThat(marks.isPayloadUnreceived()).isTrue();
    }

    @Test
    void whatWasSentAndSeenOnlyGrows() {
        marks.noteJoin(LAST);
        marks.noteSeen(4);
        marks.noteSent(2);
        marks.noteSeen(1);
        marks.noteSent(-2);
        assertThat(marks.seenEnd()).isEqualTo(4);
        assertThat(marks.sentEnd()).isEqualTo(2);
    }

    @Test
    void theBeginningIsKnownOnceTheHandshakeTellsIt() {
        marks.noteJoin(50);
        assertThat(marks.isBeforeBeginning(-100)).isFalse();
        marks.noteBeginning(20, true);
        assertThat(marks.sentEnd()).as("bytes behind it were seen").isEqualTo(50);
        assertThat(marks.seenEnd()).isEqualTo(50);
        assertThat(marks.isBeforeBeginning(19)).isTrue();
        assertThat(marks.isBeforeBeginning(20)).isFalse();
        Marks fresh = new Marks();
        fresh.noteBeginning(20, false);
        assertThat(fresh.sentEnd()).isEqualTo(20);
        assertThat(fresh.seenEnd()).isEqualTo(20);
        Marks joined = new Marks();
        joined.noteJoin(5);
        joined.noteBeginning(20, false);
        assertThat(joined.sentEnd()).isEqualTo(20);
    }

    private static TcpSegment segment(boolean fromClient, int flags, int sequenceNumber, Checksum checksum) {
        TcpSegment segment = new TcpSegment();
        segment.fromClient = fromClient;
        segment.flags = flags;
        segment.sequenceNumber = sequenceNumber;
        segment.checksum = checksum;
        segment.buffer = new byte[100];
        return segment;
    }

    @Test
    void aSynTakesANumberAndWhatWasCutCounts() {
        TcpSegment segment = segment(true, TcpSegment.ACK, LAST, Checksum.RIGHT);
        segment.payloadLength = 3;
        segment.payloadMissing = 4;
        assertThat(PayloadRange.start(segment)).isEqualTo(LAST);
        assertThat(PayloadRange.end(segment)).isEqualTo(6);
        segment.flags = TcpSegment.SYN;
        assertThat(PayloadRange.start(segment)).isZero();
        assertThat(PayloadRange.end(segment)).isEqualTo(7);
        segment.payloadMissing = Integer.MAX_VALUE;
        assertThat(PayloadRange.end(segment)).as("no segment is that long").isEqualTo(3 + PayloadRange.WINDOW_BYTES);
    }

    @Test
    void aFinIsDueWhereAllBeforeItIsThereAndItWasTaken() {
        FinMark fin = new FinMark();
        assertThat(fin.isPending()).isFalse();
        fin.see(segment(true, TcpSegment.FIN, 0, Checksum.RIGHT), 10, Doubts.NONE);
        assertThat(fin.isPending()).isTrue();
        assertThat(fin.isVerified()).isTrue();
        assertThat(fin.position()).isEqualTo(10);
        assertThat(fin.isDue(9, marks)).isFalse();
        assertThat(fin.isDue(10, marks)).isTrue();
        fin.tell();
        assertThat(fin.wasTold()).isTrue();
        assertThat(fin.isPending()).isFalse();
        assertThat(fin.isDue(10, marks)).isFalse();
        fin.see(segment(true, TcpSegment.FIN, 0, Checksum.RIGHT), 20, Doubts.NONE);
        assertThat(fin.position()).as("told already").isEqualTo(10);
    }

    @Test
    void aDoubtfulFinIsDueOnceItsReceiverAcknowledgesItOrNobodyWillSayMore() {
        for (int way = 0; way < 3; way++) {
            FinMark fin = new FinMark();
            fin.see(
                    segment(true, TcpSegment.FIN, 0, way == 0 ? Checksum.UNKNOWN : Checksum.RIGHT),
                    10,
                    way == 0 ? Doubts.NONE : Doubts.TIMESTAMP);
            assertThat(fin.isVerified()).isFalse();
            assertThat(fin.isDue(10, marks)).isFalse();
            if (way == 2) {
                fin.believe();
            } else {
                Marks acknowledging = new Marks();
                acknowledging.noteAcknowledgment(10);
                assertThat(fin.isDue(10, acknowledging))
                        .as("the bytes before it")
                        .isFalse();
                acknowledging.noteAcknowledgment(11);
                assertThat(fin.isDue(10, acknowledging)).isTrue();
                continue;
            }
            assertThat(fin.isDue(10, marks)).isTrue();
        }
    }

    @Test
    void aCertainFinCountsMoreThanADoubtfulOneAndWhatTheServerSentIsSent() {
        FinMark fin = new FinMark();
        fin.see(segment(true, TcpSegment.FIN, 0, Checksum.RIGHT), 10, Doubts.NONE);
        fin.see(segment(true, TcpSegment.FIN, 0, Checksum.RIGHT), 20, Doubts.TIMESTAMP);
        assertThat(fin.position()).isEqualTo(10);
        fin.see(segment(true, TcpSegment.FIN, 0, Checksum.RIGHT), 30, Doubts.NONE);
        assertThat(fin.position()).isEqualTo(30);
        FinMark servers = new FinMark();
        servers.see(segment(false, TcpSegment.FIN, 0, Checksum.UNKNOWN), 10, Doubts.NONE);
        assertThat(servers.isVerified()).isTrue();
    }

    @Test
    void aFinThatTheStreamGoesOnBehindIsNone() {
        FinMark fin = new FinMark();
        fin.see(segment(true, TcpSegment.FIN, 0, Checksum.RIGHT), 10, Doubts.NONE);
        fin.passedBy(10);
        assertThat(fin.isPending()).isTrue();
        fin.passedBy(11);
        assertThat(fin.isPending()).isFalse();
        assertThat(fin.isVerified()).isFalse();
    }

    @Test
    void anUrgentByteIsTheOneBeforeItsPointerAndTheNewestCounts() {
        UrgentMark mark = new UrgentMark();
        assertThat(mark.isWithin(Integer.MIN_VALUE, 0)).isFalse();
        TcpSegment first = segment(true, TcpSegment.URG, 10, Checksum.UNKNOWN);
        first.urgentPointer = 3;
        mark.set(first);
        assertThat(mark.position()).isEqualTo(12);
        assertThat(UrgentMark.isUrgent(first, 12)).isTrue();
        assertThat(UrgentMark.isUrgent(first, 11)).isFalse();
        assertThat(UrgentMark.isUrgent(segment(true, 0, 12, Checksum.RIGHT), 12))
                .isFalse();
        assertThat(mark.isWithin(12, 13)).isTrue();
        assertThat(mark.isWithin(10, 12)).isFalse();
        assertThat(mark.isWithin(13, 20)).isFalse();
        TcpSegment older = segment(true, TcpSegment.URG, 9, Checksum.RIGHT);
        mark.set(older);
        assertThat(mark.position()).as("an older one").isEqualTo(12);
        TcpSegment newer = segment(true, TcpSegment.URG, 20, Checksum.RIGHT);
        mark.set(newer);
        assertThat(mark.position()).as("a pointer of nought is the first byte").isEqualTo(20);
    }

    @Test
    void onlyAMarkThatMayComeFromNobodyIsContradicted() {
        UrgentMark mark = new UrgentMark();
        TcpSegment marked = segment(true, TcpSegment.URG, 10, Checksum.UNKNOWN);
        TcpSegment plain = segment(true, TcpSegment.ACK, 10, Checksum.RIGHT);
        mark.set(marked);
        assertThat(mark.isContradictedBy(plain, 10, 11)).isTrue();
        assertThat(mark.isContradictedBy(plain, 11, 12)).as("without that byte").isFalse();
        assertThat(mark.isContradictedBy(marked, 10, 11)).isFalse();
        marked.checksum = Checksum.RIGHT;
        mark.set(marked);
        assertThat(mark.isContradictedBy(plain, 10, 11)).as("a right sum").isFalse();
    }

    @Test
    void aByteThatWasTakenOutMayComeBackUntilItIsAnswered() {
        UrgentMark mark = new UrgentMark();
        assertThat(mark.mayComeBack(0)).isFalse();
        assertThat(mark.wasRemoved(0)).isFalse();
        mark.set(segment(true, TcpSegment.URG, 10, Checksum.RIGHT));
        mark.remove(500);
        assertThat(mark.isWithin(10, 11)).isFalse();
        assertThat(mark.wasRemoved(10)).isTrue();
        assertThat(mark.wasRemoved(11)).isFalse();
        assertThat(mark.removedAt()).isEqualTo(10);
        assertThat(mark.mayComeBack(500)).isTrue();
        assertThat(mark.mayComeBack(501)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1, true, true",
        "2, false, false",
        "4, false, true",
        "8, false, true",
        "16, false, true",
        "32, false, true",
        "64, false, false",
        "128, false, false",
        "256, false, false",
        "512, false, false",
        "1024, false, false",
        "0, false, false"
    })
    void someDoubtsExcludeAndOneIsCertain(int doubt, boolean certain, boolean excludes) {
        assertThat(Doubts.areCertain(doubt)).isEqualTo(certain);
        assertThat(Doubts.exclude(doubt)).isEqualTo(excludes);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 1, true",
        "0, 1, 0, 1, false",
        "1, 0, 0, 1, false",
        "1, 1, -1, 1, false",
        "1, 1, 0, 0, false",
    })
    void limitsLeaveRoomForSomething(int connections, int direction, int all, int segments, boolean allowed) {
        Duration some = Duration.ofSeconds(1);
        if (allowed) {
            assertThatCode(() -> new ReassemblyLimits(connections, direction, all, segments, some, some, some, some))
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(
                            () -> new ReassemblyLimits(connections, direction, all, segments, some, some, some, some))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void twoCopiesDifferWhereBothHaveBytesThatAreNotTheSame() {
        HeldSegment held = held(10, "abcd");
        assertThat(held.end()).isEqualTo(14);
        assertThat(held.differs(held(12, "cdef"))).isFalse();
        assertThat(held.differs(held(12, "cXef"))).isTrue();
        assertThat(held.differs(held(8, "zzab"))).isFalse();
        assertThat(held.differs(held(8, "zzaX"))).isTrue();
        assertThat(held.differs(held(14, "XX"))).as("behind it").isFalse();
        assertThat(held.differs(held(8, "XX"))).as("before it").isFalse();
        assertThat(held.differs(payload(12, "cdX"), 12)).isFalse();
        assertThat(held.differs(payload(13, "X"), 13)).isTrue();
        assertThat(held.differs(payload(9, "Xa"), 9)).isFalse();
        assertThat(held.differs(payload(9, "Xb"), 9)).isTrue();
        assertThat(held.differs(payload(14, "X"), 14)).isFalse();
    }

    private static TcpSegment payload(int sequenceNumber, String text) {
        TcpSegment segment = segment(true, TcpSegment.ACK, sequenceNumber, Checksum.RIGHT);
        segment.payloadOffset = 7;
        segment.payloadLength = text.length();
        for (int i = 0; i < text.length(); i++) {
            segment.buffer[7 + i] = (byte) text.charAt(i);
        }
        return segment;
    }

    private static HeldSegment held(int sequenceNumber, String text) {
        HeldSegment held = new HeldSegment();
        TcpSegment segment = payload(sequenceNumber, "##" + text);
        held.describe(segment, sequenceNumber, text.length());
        held.copy(new byte[16], segment, 2, text.length());
        return held;
    }

    @Test
    void urgencyDiffersWhereOneTakesAByteOfTheOtherOut() {
        HeldSegment plain = held(10, "abcd");
        TcpSegment urgent = payload(12, "cd");
        urgent.flags |= TcpSegment.URG;
        urgent.urgentPointer = 1;
        assertThat(plain.urgencyDiffers(urgent, 12)).isTrue();
        urgent.urgentPointer = 3;
        assertThat(plain.urgencyDiffers(urgent, 12)).as("behind both").isFalse();
        urgent.urgentPointer = 1;
        HeldSegment held = new HeldSegment();
        held.describe(urgent, 12, 2);
        assertThat(held.urgencyDiffers(urgent, 12)).as("the same byte").isFalse();
        assertThat(held.urgencyDiffers(payload(12, "cd"), 12)).isTrue();
        assertThat(held.urgencyDiffers(payload(13, "d"), 13)).isFalse();
        assertThat(held.urgencyDiffers(payload(10, "ab"), 10)).isFalse();
    }
}
