package dev.imdsanalyzer.kernel.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@LinuxOnly("its system calls and structs")
class PerfRingTest {
    private static final int HEADER = 2048;
    private static final int DATA = 256;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(HEADER + DATA).order(ByteOrder.nativeOrder());
    private final PerfRing ring = new PerfRing(memory, HEADER);
    private long head;

    @Test
    void handsOverSamplesInOrderAndFreesTheirRoom() {
        sample("one");
        sample("two, which is longer");

        assertThat(drain()).containsExactly("one", "two, which is longer");
        assertThat(memory.getLong(PerfRing.DATA_TAIL_OFFSET)).isEqualTo(head);
        assertThat(drain()).isEmpty();
    }

    @Test
    void putsRecordsTogetherThatWrapAround() {
        for (int round = 0; round < 50; round++) {
            String text = "record " + "x".repeat(round) + round;
            sample(text);
            assertThat(drain()).containsExactly(text);
        }
        assertThat(head).isGreaterThan(3 * DATA);
    }

    @Test
    void countsWhatTheKernelSaysItLost() {
        write(2, 24, body -> body.putLong(7).putLong(3));
        sample("after");
        write(2, 24, body -> body.putLong(7).putLong(4));

        assertThat(drain()).containsExactly("after");
        assertThat(ring.lost()).isEqualTo(7);
    }

    @Test
    void skipsRecordsOfOtherKindsAndLengthsThatLie() {
        write(1, 32, body -> {});
        write(9, 16, body -> body.putInt(1_000_000).putInt('a'));
        sample("good");

        assertThat(drain()).hasSize(2).endsWith("good");
    }

    @Test
    void givesUpOnARecordWithoutALength() {
        write(9, 16, body -> {});
        memory.putShort(HEADER + 6, (short) 0);
        sample("unreachable");

        assertThat(drain()).isEmpty();
        assertThat(memory.getLong(PerfRing.DATA_TAIL_OFFSET)).isEqualTo(head);
    }

    private interface Body {
        void write(ByteBuffer body);
    }

    private void sample(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int padded = (8 + 4 + bytes.length + 7) / 8 * 8;
        write(9, padded, body -> body.putInt(bytes.length).put(bytes));
    }

    private void write(int type, int size, Body body) {
        ByteBuffer record = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        record.putInt(type).putShort((short) 0).putShort((short) size);
        body.write(record);
        for (int i = 0; i < size; i++) {
            memory.put(HEADER + (int) ((head + i) % DATA), record.get(i));
        }
        head += size;
        memory.putLong(PerfRing.DATA_HEAD_OFFSET, head);
    }

    private List<String> drain() {
        List<String> records = new ArrayList<>();
        ring.drain(record ->
                records.add(StandardCharsets.US_ASCII.decode(record.duplicate()).toString()));
        return records;
    }
}
