package dev.imdsanalyzer.tcp.buffer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.segment.HeldSegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keeps bytes of streams, and gives the memory back. */
class StreamMemoryTest {
    private final Counters counters = new Counters();
    private final BufferBudget budget = new BufferBudget(4_096, counters);
    private final BytePool pool = new BytePool(1 << 20);

    /** A stream that keeps what it borrowed until it has to give it up. */
    private final class Holder implements BufferHolder {
        private final IntrusiveList.Node<BufferHolder> holding = new IntrusiveList.Node<>(this);
        private final List<byte[]> borrowed = new ArrayList<>();
        private boolean gaveUp;

        @Override
        public IntrusiveList.Node<BufferHolder> holding() {
            return holding;
        }

        @Override
        public void giveUpBuffered() {
            gaveUp = true;
            holding.unlink();
            borrowed.forEach(budget::giveBack);
            borrowed.clear();
        }

        boolean borrow(int bytes) {
            byte[] array = budget.borrow(this, bytes);
            if (array != null) {
                borrowed.add(array);
            }
            return array != null;
        }
    }

    @Test
    void theStreamThatHasWaitedLongestGivesUpAndNeverForItself() {
        Holder first = new Holder();
        Holder second = new Holder();
        assertThat(first.borrow(2_048)).isTrue();
        assertThat(second.borrow(1_024)).isTrue();
        assertThat(first.borrow(1_024)).as("it stays the first").isTrue();
        assertThat(budget.borrowedBytes()).isEqualTo(4_096);
        assertThat(first.borrow(256)).isFalse();
        assertThat(first.gaveUp).isFalse();
        assertThat(second.borrow(256)).isTrue();
        assertThat(first.gaveUp).isTrue();
        assertThat(second.gaveUp).isFalse();
        assertThat(budget.borrowedBytes()).isEqualTo(1_024 + 256);
        assertThat(second.borrow(8_192)).as("more than there is at all").isFalse();
    }

    @Test
    void segmentsAreUsedAgainWithoutTheirBytes() {
        HeldSegment segment = budget.takeSegment();
        HeldSegment other = budget.takeSegment();
        assertThat(other).isNotSameAs(segment);
        segment.bytes = budget.borrow(new Holder(), 300);
        segment.previous = other;
        assertThat(budget.borrowedBytes()).isEqualTo(512);
        budget.giveBack(segment);
        budget.giveBack(other);
        assertThat(budget.borrowedBytes()).isZero();
        assertThat(segment.bytes).isNull();
        assertThat(segment.previous).isNull();
        assertThat(budget.takeSegment()).isSameAs(other);
        assertThat(budget.takeSegment()).isSameAs(segment);
        assertThat(segment.next).isNull();
        assertThat(other.next).isNull();
        assertThat(budget.takeSegment()).isNotIn(segment, other);
    }

    @Test
    void lossesAndConflictsAreCounted() {
        budget.countDiscarded(7);
        budget.countDiscarded(5);
        budget.countConflict();
        assertThat(counters.get(Counter.STREAM_BYTES_DISCARDED)).isEqualTo(12);
        assertThat(counters.get(Counter.SEGMENTS_CONFLICTING)).isEqualTo(1);
    }

    private static List<String> elements(IntrusiveList<String> list) {
        List<String> elements = new ArrayList<>();
        for (IntrusiveList.Node<String> node = list.newest(); node != null; node = node.previous()) {
            elements.add(0, node.element());
        }
        assertThat(list.size()).isEqualTo(elements.size());
        assertThat(list.oldest()).isEqualTo(elements.isEmpty() ? null : elements.get(0));
        return elements;
    }

    @Test
    void aListKeepsItsOrderWhoeverLeavesIt() {
        IntrusiveList<String> list = new IntrusiveList<>();
        IntrusiveList<String> other = new IntrusiveList<>();
        assertThat(elements(list)).isEmpty();
        List<IntrusiveList.Node<String>> nodes = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            nodes.add(new IntrusiveList.Node<>(name));
            assertThat(nodes.get(nodes.size() - 1).isLinked()).isFalse();
            list.append(nodes.get(nodes.size() - 1));
        }
        assertThat(elements(list)).containsExactly("a", "b", "c", "d");
        nodes.get(1).unlink();
        nodes.get(1).unlink();
        assertThat(nodes.get(1).isLinked()).isFalse();
        assertThat(nodes.get(1).previous()).isNull();
        assertThat(elements(list)).containsExactly("a", "c", "d");
        list.append(nodes.get(0));
        assertThat(elements(list)).as("the first becomes the last").containsExactly("c", "d", "a");
        other.append(nodes.get(3));
        assertThat(elements(list)).containsExactly("c", "a");
        assertThat(elements(other)).containsExactly("d");
        nodes.get(0).unlink();
        assertThat(elements(list)).containsExactly("c");
        nodes.get(2).unlink();
        assertThat(elements(list)).isEmpty();
        list.append(nodes.get(2));
        assertThat(elements(list)).containsExactly("c");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String text(KeptBytes kept) {
        return kept.array() == null ? "" : new String(kept.array(), kept.start(), kept.length(), ISO_8859_1);
    }

    @Test
    void bytesAreKeptInOnePieceAndTheirMemoryGoesWithTheLast() {
        Holder owner = new Holder();
        KeptBytes kept = new KeptBytes();
        String expected = "";
        for (int i = 0; i < 60; i++) {
            String piece = "##piece " + i + ";";
            assertThat(kept.append(bytes(piece), 2, piece.length() - 2, budget, owner))
                    .isTrue();
            expected += piece.substring(2);
            if (i % 3 == 2) {
                kept.consume(11, budget);
                expected = expected.substring(11);
            }
            assertThat(text(kept)).isEqualTo(expected);
            assertThat(budget.borrowedBytes()).isLessThanOrEqualTo(1_024);
        }
        kept.consume(expected.length() - 1, budget);
        assertThat(kept.length()).isEqualTo(1);
        assertThat(budget.borrowedBytes()).isPositive();
        kept.consume(1, budget);
        assertThat(kept.array()).isNull();
        assertThat(kept.start()).isZero();
        assertThat(budget.borrowedBytes()).isZero();
        kept.release(budget);
        assertThat(budget.borrowedBytes()).isZero();
    }

    @Test
    void bytesMoveToTheFrontOnlyOnceAsManyWereConsumed() {
        Holder owner = new Holder();
        KeptBytes kept = new KeptBytes();
        kept.append(new byte[256], 0, 256, budget, owner);
        byte[] array = kept.array();
        kept.consume(127, budget);
        kept.append(new byte[1], 0, 1, budget, owner);
        assertThat(kept.array()).as("half of it is not free").isNotSameAs(array).hasSize(512);
        kept.release(budget);
        kept.append(new byte[256], 0, 256, budget, owner);
        array = kept.array();
        kept.consume(128, budget);
        kept.append(new byte[128], 0, 128, budget, owner);
        assertThat(kept.array()).isSameAs(array);
        assertThat(kept.start()).isZero();
        assertThat(kept.length()).isEqualTo(256);
    }

    @Test
    void whatFindsNoMemoryIsNotAppended() {
        Holder owner = new Holder();
        KeptBytes kept = new KeptBytes();
        assertThat(kept.append(new byte[5_000], 0, 5_000, budget, owner)).isFalse();
        assertThat(kept.append(bytes("abc"), 0, 3, budget, owner)).isTrue();
        assertThat(kept.append(new byte[4_090], 0, 4_090, budget, owner)).isFalse();
        assertThat(text(kept)).isEqualTo("abc");
    }

    private static TcpSegment segment(int sequenceNumber, String text) {
        TcpSegment segment = new TcpSegment();
        segment.sequenceNumber = sequenceNumber;
        segment.buffer = bytes("...." + text + "....");
        segment.payloadOffset = 4;
        segment.payloadLength = text.length();
        return segment;
    }

    /** From 3 before 0 on: {@code abcdef}, a piece after another. */
    private DeliveredBytes delivered() {
        DeliveredBytes delivered = new DeliveredBytes();
        delivered.append(-3, bytes("abc"), 0, 3, true, pool);
        delivered.append(0, bytes("#def"), 1, 3, true, pool);
        return delivered;
    }

    private static boolean differ(DeliveredBytes delivered, int sequenceNumber, String text) {
        return delivered.differ(
                segment(sequenceNumber, text), sequenceNumber, sequenceNumber, sequenceNumber + text.length());
    }

    @Test
    void deliveredBytesAreComparedWhereBothHaveThem() {
        DeliveredBytes delivered = delivered();
        assertThat(delivered.first()).isEqualTo(-3);
        assertThat(differ(delivered, -3, "abcdef")).isFalse();
        assertThat(differ(delivered, -3, "abcdeX")).isTrue();
        assertThat(differ(delivered, -5, "XXab")).isFalse();
        assertThat(differ(delivered, -5, "XXaX")).isTrue();
        assertThat(differ(delivered, 2, "fXX")).isFalse();
        assertThat(differ(delivered, 2, "XXX")).isTrue();
        assertThat(differ(delivered, 3, "XXX")).isFalse();
        assertThat(differ(delivered, -6, "XXX")).isFalse();
        assertThat(delivered.differ(segment(-3, "aXcdef"), -3, -1, 3))
                .as("between two numbers only")
                .isFalse();
        assertThat(delivered.differ(segment(-3, "aXcdef"), -3, -3, -1)).isTrue();
    }

    @Test
    void whatTheReceiverHasIsForgotten() {
        DeliveredBytes delivered = delivered();
        delivered.settle(-4, pool);
        assertThat(delivered.first()).as("before the first").isEqualTo(-3);
        delivered.settle(-1, pool);
        assertThat(delivered.first()).isEqualTo(-1);
        assertThat(differ(delivered, -3, "XXcdef")).isFalse();
        assertThat(differ(delivered, -1, "X")).isTrue();
        delivered.settle(2, pool);
        assertThat(delivered.isEmpty()).isFalse();
        assertThat(pool.lentBytes()).isPositive();
        delivered.settle(3, pool);
        assertThat(delivered.isEmpty()).isTrue();
        assertThat(pool.lentBytes()).isZero();
        delivered.append(100, bytes("x"), 0, 1, false, pool);
        assertThat(delivered.first()).isEqualTo(100);
        delivered.clear(pool);
        assertThat(delivered.isEmpty()).isTrue();
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void ofWhatGoesBeyondItsBoundOnlyThePlaceIsKnown() {
        DeliveredBytes delivered = new DeliveredBytes();
        byte[] bytes = new byte[16 * 1024 + 1];
        delivered.append(0, bytes, 0, 16 * 1024, true, pool);
        assertThat(delivered.isUncopied(0, 16 * 1024 + 9)).isFalse();
        delivered.append(16 * 1024, bytes, 0, 1, true, pool);
        delivered.append(16 * 1024 + 1, bytes, 0, 9, true, pool);
        assertThat(delivered.isUncopied(0, 16 * 1024)).isFalse();
        assertThat(delivered.isUncopied(0, 16 * 1024 + 1)).isTrue();
        assertThat(delivered.isUncopied(16 * 1024 + 9, 20_000)).isTrue();
        assertThat(delivered.isUncopied(16 * 1024 + 10, 20_000)).isFalse();
        delivered.settle(16 * 1024 + 5, pool);
        assertThat(delivered.first()).isEqualTo(16 * 1024 + 5);
        assertThat(delivered.isUncopied(16 * 1024 + 5, 16 * 1024 + 6)).isTrue();
        delivered.settle(16 * 1024 + 10, pool);
        assertThat(delivered.isEmpty()).isTrue();
    }

    @Test
    void whereThereIsNoMemoryThePlaceIsKnownToo() {
        DeliveredBytes delivered = new DeliveredBytes();
        delivered.append(0, bytes("abc"), 0, 3, true, new BytePool(0));
        assertThat(delivered.isEmpty()).isFalse();
        assertThat(delivered.isUncopied(2, 3)).isTrue();
        delivered.append(3, bytes("def"), 0, 3, true, pool);
        assertThat(delivered.isUncopied(5, 6)).as("behind what is not there").isTrue();
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void memoryIsUsedAgainBehindWhatWasSettled() {
        DeliveredBytes delivered = new DeliveredBytes();
        delivered.append(0, new byte[200], 0, 200, true, pool);
        delivered.settle(150, pool);
        byte[] next = bytes("x".repeat(150));
        delivered.append(200, next, 0, 150, true, pool);
        assertThat(pool.lentBytes()).isEqualTo(256);
        assertThat(differ(delivered, 200, "x".repeat(150))).isFalse();
        assertThat(differ(delivered, 149, "Y\0")).isFalse();
        assertThat(differ(delivered, 349, "Y")).isTrue();
        delivered.append(350, new byte[100], 0, 100, true, pool);
        assertThat(pool.lentBytes()).isEqualTo(512);
        assertThat(differ(delivered, 200, "x".repeat(150))).isFalse();
    }

    @Test
    void bytesAreVerifiedWhereAllCameWithARightSumOrCameAgainWithOne() {
        DeliveredBytes delivered = delivered();
        assertThat(delivered.isVerified()).isTrue();
        delivered.append(3, bytes("g"), 0, 1, false, pool);
        assertThat(delivered.isVerified()).isFalse();
        delivered.verify(-3, 3);
        assertThat(delivered.isVerified()).as("not the last one").isFalse();
        delivered.verify(-2, 4);
        assertThat(delivered.isVerified()).as("not the first one").isFalse();
        delivered.verify(-3, 4);
        assertThat(delivered.isVerified()).isTrue();
    }
}
