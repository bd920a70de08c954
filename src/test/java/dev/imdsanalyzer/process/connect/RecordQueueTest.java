package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.bpf.ConnectLoss;
import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Owners are served in turn, nobody takes more than his share, and a pass is over when all of it was handled. */
@LinuxOnly("the kernel's records of connects")
class RecordQueueTest {
    private static final ConnectOwner FLOODER = new ConnectOwner(1000, 0);
    private static final ConnectOwner OTHER = new ConnectOwner(0, 0);

    private final RecordQueue queue = new RecordQueue();

    @BeforeEach
    void begin() {
        queue.beginPass(100);
    }

    private static ByteBuffer record(int length, int mark) {
        return ByteBuffer.allocate(length).putInt(0, mark);
    }

    private int flood(int length) {
        int put = 0;
        while (queue.put(record(length, put), FLOODER)) {
            put++;
        }
        return put;
    }

    private RecordQueue.Entry take() throws InterruptedException {
        return queue.take(queue.reached());
    }

    @Test
    void whoHasOneRecordWaitsForOneOfTheFlood() throws Exception {
        flood(4000);
        assertThat(queue.put(record(200, -1), OTHER)).isTrue();

        take();
        assertThat(take().record().getInt(0)).isEqualTo(Integer.reverseBytes(-1));
    }

    @Test
    void eachOwnersRecordsComeInTheirOrderAndWhole() throws Exception {
        for (int i = 0; i < 3; i++) {
            queue.put(record(300 + i, Integer.reverseBytes(i)), FLOODER);
            queue.put(record(168, Integer.reverseBytes(10 + i)), OTHER);
        }
        List<Integer> marks = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            RecordQueue.Entry entry = take();
            marks.add(entry.record().getInt(0));
            lengths.add(entry.record().limit());
            queue.giveBack(entry);
        }

        assertThat(marks).containsExactly(0, 10, 1, 11, 2, 12);
        assertThat(lengths).containsExactly(300, 168, 301, 168, 302, 168);
    }

    @Test
    void aFloodTakesAThirdAndLosesTheRest() {
        int put = flood(4000);
        flood(4000);

        assertThat(put * 4096L).isBetween(RecordQueue.MAXIMUM_BYTES / 3L - 4096, RecordQueue.MAXIMUM_BYTES / 3L);
        assertThat(queue.lost()).isEqualTo(2);
        assertThat(queue.losses()).containsExactly(new ConnectLoss(FLOODER, 2));
        for (int i = 0; i < 64; i++) {
            assertThat(queue.put(record(8000, 0), OTHER)).isTrue();
        }
    }

    @Test
    void manyOwnersOfLargeAndSmallRecordsStayWithinTheBound() throws Exception {
        for (int round = 0; round < 20; round++) {
            int length = 200 << (round % 6);
            for (int i = 0; i < 2000; i++) {
                queue.put(record(length, i), new ConnectOwner(i % 50, round));
            }
            assertThat(queue.bytes()).isLessThanOrEqualTo(RecordQueue.MAXIMUM_BYTES);
            for (int i = 0; i < 500; i++) {
                queue.giveBack(take());
            }
        }
        assertThat(queue.lost()).isPositive();
        assertThat(queue.losses()).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void aPassIsOverWhenAllOfItWasHandled() throws Exception {
        queue.put(record(168, 0), FLOODER);
        queue.endPass();
        assertThat(queue.isBehind(50)).as("of before any pass").isTrue();
        queue.beginPass(200);
        queue.put(record(168, 0), OTHER);
        RecordQueue.Entry first = take();
        RecordQueue.Entry second = take();
        queue.giveBack(second);
        assertThat(queue.reached()).isZero();
        queue.giveBack(first);
        assertThat(queue.reached()).as("the second is being read").isEqualTo(1);
        assertThat(queue.isBehind(99)).isFalse();
        assertThat(queue.isBehind(150)).isTrue();
        queue.endPass();

        assertThat(queue.reached()).isEqualTo(2);
        assertThat(queue.isBehind(Long.MAX_VALUE)).as("nothing is there").isFalse();
        assertThat(queue.take(1)).as("more was reached").isNull();
    }

    @Test
    void whoWaitsIsLetGoAtTheEnd() throws Exception {
        queue.close();

        assertThat(take()).isNull();
    }
}
