package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameBacklogTest {
    private static final int MAX_BYTES = 1 << 20;

    private final FrameBacklog backlog = new FrameBacklog(MAX_BYTES);
    private final Frame frame = new Frame();

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void add(long nanos, byte[] bytes) {
        backlog.add(new Frame()
                .wrap(nanos, LinkType.LINUX_SLL2, bytes, 1, bytes.length - 1, 70_000)
                .checksum(nanos % 2 == 0, nanos % 3 == 0));
    }

    @Test
    void givesFramesInTheirOrderWithAllThatIsKnownOfThem() {
        Random random = new Random(12);
        ArrayDeque<byte[]> expected = new ArrayDeque<>();
        long added = 0;
        long taken = 0;
        for (int step = 0; step < 20_000; step++) {
            if (backlog.hasRoom() && random.nextInt(5) < 3) {
                byte[] bytes = bytes(random, 1 + random.nextInt(random.nextInt(50) == 0 ? 32_000 : 200));
                add(added++, bytes);
                expected.add(bytes);
            } else if (backlog.next(frame)) {
                byte[] bytes = expected.remove();
                assertThat(frame.timestampNanos()).isEqualTo(taken);
                assertThat(frame.linkType()).isEqualTo(LinkType.LINUX_SLL2);
                assertThat(frame.originalLength()).isEqualTo(70_000);
                assertThat(frame.checksumNotReady()).isEqualTo(taken % 2 == 0);
                assertThat(frame.checksumValid()).isEqualTo(taken % 3 == 0);
                assertThat(Arrays.copyOfRange(frame.buffer(), frame.offset(), frame.offset() + frame.capturedLength()))
                        .isEqualTo(Arrays.copyOfRange(bytes, 1, bytes.length));
                taken++;
            } else {
                assertThat(expected).isEmpty();
            }
        }
        assertThat(taken).isGreaterThan(5_000);
    }

    @Test
    void hasNoRoomPastItsBoundAndHasItAgainOnceFramesAreTaken() {
        int count = 0;
        while (backlog.hasRoom()) {
            add(count++, new byte[101]);
        }
        assertThat(count).isBetween(MAX_BYTES / 2 / 117, MAX_BYTES / 117);
        for (int i = 0; i < count; i++) {
            assertThat(backlog.next(frame)).isTrue();
        }
        assertThat(backlog.next(frame)).isFalse();
        assertThat(backlog.hasRoom()).isTrue();
    }

    @Test
    void aFrameOfAnyLengthFits() {
        add(1, new byte[300_000]);
        add(2, new byte[2]);
        assertThat(backlog.next(frame)).isTrue();
        assertThat(frame.capturedLength()).isEqualTo(299_999);
        assertThat(backlog.next(frame)).isTrue();
        assertThat(frame.timestampNanos()).isEqualTo(2);
    }
}
