package dev.imdsanalyzer.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes as a frame of any link type. The input: a byte that chooses the link type, a byte that says how many bytes
 * the capture left out, in units of 16, and the frame.
 */
class FrameFuzzTest {
    static final int[] LINK_TYPES = {
        LinkType.ETHERNET,
        LinkType.LINUX_SLL2,
        LinkType.LINUX_SLL,
        LinkType.RAW,
        LinkType.NULL,
        LinkType.LOOP,
        LinkType.IPV4,
        LinkType.IPV6,
        LinkType.RAW_BSD,
        LinkType.RAW_OPENBSD
    };

    /** Every frame is counted as one thing, and decoding looks at none of the bytes around it. */
    @FuzzTest
    void decode(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int linkType = LINK_TYPES[(input[0] & 0xff) % LINK_TYPES.length];
        int missing = 16 * (input[1] & 0xff);
        byte[] bytes = Arrays.copyOfRange(input, 2, input.length);
        Decoded first = Decoded.of(linkType, bytes, missing, 0, 0);
        Decoded second = Decoded.of(linkType, bytes, missing, 33, 0x45);
        Decoded third = Decoded.of(linkType, bytes, missing, 1, 0xff);

        assertThat(second).isEqualTo(first);
        assertThat(third).isEqualTo(first);
        assertThat(first.counts().stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(1);
    }

    /** What one frame gave: segments, segments quoted, and how often it was counted as each kind. */
    private record Decoded(
            List<RecordingHandler.Seen> segments, List<RecordingHandler.Seen> quoted, List<Long> counts) {
        /** @param poison stands before and behind the frame */
        static Decoded of(int linkType, byte[] bytes, int missing, int offset, int poison) {
            byte[] buffer = new byte[offset + bytes.length + offset];
            Arrays.fill(buffer, (byte) poison);
            System.arraycopy(bytes, 0, buffer, offset, bytes.length);
            RecordingHandler handler = new RecordingHandler();
            Counters counters = new Counters();
            new PacketDecoder(handler, counters)
                    .onFrame(new Frame().wrap(1, linkType, buffer, offset, bytes.length, bytes.length + missing));
            assertThat(counters.get(Counter.FRAMES)).isEqualTo(1);
            assertThat(handler.segments).hasSize((int) counters.get(Counter.SEGMENTS));
            return new Decoded(
                    handler.segments,
                    handler.timeExceeded,
                    List.of(
                            counters.get(Counter.SEGMENTS),
                            counters.get(Counter.TIME_EXCEEDED),
                            counters.get(Counter.FRAMES_IGNORED),
                            counters.get(Counter.FRAMES_UNDECODABLE),
                            counters.get(Counter.FRAGMENTS_EXPIRED)));
        }
    }
}
