package dev.imdsanalyzer.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counters;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class PacketDecoderAllocationTest {
    private static final int ROUNDS = 50_000;

    /** Counts without keeping anything. */
    private static final class CountingHandler implements PacketHandler {
        private long segments;
        private long payloadBytes;

        @Override
        public void onSegment(TcpSegment segment) {
            segments++;
            payloadBytes += segment.payloadLength;
        }

        @Override
        public void onTimeExceeded(TcpSegment quoted) {
            segments++;
        }

        @Override
        public void onIdle(long nowNanos) {}
    }

    @Test
    void allocatesNothingPerPacket() {
        byte[][] frames = {
            PacketBytes.cookedV2(0x0800, 2, PacketBytes.ipv4Request("GET / HTTP/1.1")),
            PacketBytes.cookedV2(0x86DD, 2, PacketBytes.ipv6Request("GET / HTTP/1.1")),
            PacketBytes.cookedV2(0x0800, 2, PacketBytes.ipv4Response("HTTP/1.1 200")),
        };
        CountingHandler handler = new CountingHandler();
        PacketDecoder decoder = new PacketDecoder(handler, new Counters());
        Frame frame = new Frame();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        feed(decoder, frame, frames);
        long before = threads.getCurrentThreadAllocatedBytes();

        feed(decoder, frame, frames);

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(handler.segments).isEqualTo(2L * ROUNDS * frames.length);
        assertThat(handler.payloadBytes).isEqualTo(2L * ROUNDS * (14 + 14 + 12));
        assertThat(allocated).as("bytes allocated for 150 000 packets").isLessThan(ROUNDS);
    }

    private static void feed(PacketDecoder decoder, Frame frame, byte[][] frames) {
        for (int round = 0; round < ROUNDS; round++) {
            for (byte[] bytes : frames) {
                decoder.onFrame(frame.wrap(round, LinkType.LINUX_SLL2, bytes, 0, bytes.length, bytes.length));
            }
        }
    }
}
