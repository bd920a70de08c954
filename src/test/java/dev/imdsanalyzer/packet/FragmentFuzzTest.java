package dev.imdsanalyzer.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Fragments in any order, doubled, overlapping, contradicting. The input: five bytes a fragment, namely the packet that
 * it is of and whether more follow, its offset in units of 8 (two bytes), its length, and a seed of its content.
 */
class FragmentFuzzTest {
    private static final int FRAGMENT_LENGTH = 5;
    private static final int MAXIMUM_LENGTH = 65_535;

    /** A packet as the simplest program would put it together: byte by byte, in an array of full size. */
    private static final class Model {
        final byte[] bytes = new byte[MAXIMUM_LENGTH];
        final BitSet present = new BitSet();
        int fragments;
        int length = -1;
        int highest;
        int presentBytes;

        /** Whether the fragment overlaps with none before it, or brings nothing new. */
        boolean add(int start, byte[] content, boolean more) {
            fragments++;
            int end = start + content.length;
            if (more ? length >= 0 && end > length : highest > end || (length >= 0 && length != end)) {
                return false;
            }
            int known = present.get(start, end).cardinality();
            if (known > 0 && known < content.length) {
                return false;
            }
            length = more ? length : end;
            highest = Math.max(highest, end);
            presentBytes += content.length - known;
            if (known == 0) {
                System.arraycopy(content, 0, bytes, start, content.length);
            }
            present.set(start, end);
            return true;
        }

        boolean isWhole() {
            return presentBytes == length;
        }
    }

    /** Every whole packet is what the model has, and is whole when the model says so. */
    @FuzzTest
    void putTogetherAsTheModelDoes(byte[] input) {
        FragmentTable.Budget budget = new FragmentTable.Budget(8, 1 << 20, Long.MAX_VALUE);
        Counters counters = new Counters();
        FragmentTable table = new FragmentTable(budget, counters);
        FragmentTable small = new FragmentTable(new FragmentTable.Budget(2, 1 << 16, 3), new Counters());
        Map<Integer, Model> models = new HashMap<>();
        long lost = 0;
        long undecodable = 0;
        ByteBuffer rows = ByteBuffer.wrap(input);
        for (int time = 0; rows.remaining() >= FRAGMENT_LENGTH; time++) {
            int head = rows.get();
            boolean more = (head & 0x80) != 0;
            FragmentTable.Key key = key(time, head & 3);
            int start = (rows.getShort() & 0x1FFF) * 8;
            byte[] content = content(rows.get() & 0xff, rows.get());
            FragmentTable.Packet whole = add(table, key, start, more, content);
            FragmentTable.Packet other = add(small, key, start, more, content);
            if (other != null) {
                small.release(other);
            }
            assertThat(small.bytes()).isBetween(0, 1 << 16);
            assertThat(table.bytes()).isBetween(0, 1 << 20);
            boolean sound = content.length > 0
                    && start + content.length <= MAXIMUM_LENGTH
                    && (!more || content.length % 8 == 0);
            undecodable += sound ? 0 : 1;
            if (!sound) {
                assertThat(whole).isNull();
                continue;
            }
            Model model = models.computeIfAbsent(key.identification, unused -> new Model());
            boolean fits = model.add(start, content, more);
            if (!fits) {
                lost += model.fragments;
                models.remove(key.identification);
            }
            assertThat(whole != null).as("fragment %d", time).isEqualTo(fits && model.isWhole());
            if (whole != null) {
                assertThat(Arrays.equals(whole.buffer(), 0, whole.length(), model.bytes, 0, model.length))
                        .isTrue();
                assertThat(whole.protocol()).isEqualTo(TcpHeader.PROTOCOL);
                table.release(whole);
                models.remove(key.identification);
            }
        }
        assertThat(counters.get(Counter.FRAGMENTS_EXPIRED)).isEqualTo(lost);
        assertThat(counters.get(Counter.FRAMES_UNDECODABLE)).isEqualTo(undecodable);
        if (models.isEmpty()) {
            assertThat(table.bytes()).isZero();
        }
    }

    private static FragmentTable.Packet add(
            FragmentTable table, FragmentTable.Key key, int start, boolean more, byte[] content) {
        return table.add(key, start, more, TcpHeader.PROTOCOL, content, 0, content.length, content.length);
    }

    private static FragmentTable.Key key(int time, int packet) {
        FragmentTable.Key key = new FragmentTable.Key();
        key.timestampNanos = time;
        key.identification = packet;
        return key;
    }

    private static byte[] content(int length, int seed) {
        byte[] content = new byte[length];
        Arrays.fill(content, (byte) seed);
        return content;
    }
}
