package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@LinuxOnly("its system calls and structs")
class BpfRingTest {
    private static final int PAGE = 4096;
    private static final int DATA = 256;
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    private final ByteBuffer consumer = ByteBuffer.allocateDirect(PAGE).order(ByteOrder.nativeOrder());
    private final ByteBuffer produced = ByteBuffer.allocateDirect(PAGE + DATA).order(ByteOrder.nativeOrder());
    private final BpfRing ring = new BpfRing(consumer, produced, PAGE);
    private long end;

    @Test
    void handsOverRecordsInOrderAndFreesTheirRoom() {
        write("one", 0);
        write("two, which is longer", 0);

        assertThat(drain()).containsExactly("one", "two, which is longer");
        assertThat(consumer.getLong(0)).isEqualTo(end);
        assertThat(drain()).isEmpty();
    }

    @Test
    void putsRecordsTogetherThatGoOnAtTheStart() {
        for (int round = 0; round < 50; round++) {
            String text = "record " + "x".repeat(round) + round;
            write(text, 0);
            assertThat(drain()).containsExactly(text);
        }
        assertThat(end).isGreaterThan(3 * DATA);
    }

    @Test
    void stopsAtARecordThatIsStillBeingWritten() {
        write("done", 0);
        int busy = (int) end;
        write("not yet", BUSY);
        write("behind it", 0);

        assertThat(drain()).containsExactly("done");
        produced.putInt(PAGE + busy, "not yet".length());
        assertThat(drain()).containsExactly("not yet", "behind it");
    }

    @Test
    void skipsRecordsThatWereDiscarded() {
        write("nothing", DISCARDED);
        write("something", 0);

        assertThat(drain()).containsExactly("something");
        assertThat(consumer.getLong(0)).isEqualTo(end);
    }

    @Test
    void goesOnBehindARecordWhoseHandlerFails() {
        write("bad", 0);
        write("good", 0);

        assertThatThrownBy(() -> ring.drain(record -> {
                    throw new IllegalStateException("bad");
                }))
                .hasMessage("bad");
        assertThat(drain()).containsExactly("good");
    }

    private void write(String text, int flags) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer record = ByteBuffer.allocate(8 + bytes.length).order(ByteOrder.nativeOrder());
        record.putInt(bytes.length | flags).putInt(0).put(bytes);
        for (int i = 0; i < record.capacity(); i++) {
            int at = (int) ((end + i) % DATA);
            produced.put(PAGE + at, record.get(i));
        }
        end += (record.capacity() + 7) / 8 * 8L;
        produced.putLong(0, end);
    }

    private List<String> drain() {
        List<String> records = new ArrayList<>();
        ring.drain(record ->
                records.add(StandardCharsets.US_ASCII.decode(record.duplicate()).toString()));
        return records;
    }
}
