package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imdsanalyzer.packet.PacketDecoder;
import dev.imdsanalyzer.packet.PacketHandler;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads the recorded traces beside the checkout, which not everybody has. */
@Tag("beside")
class RecordedTraceTest {
    private static final Path TRACES = Path.of("../shared/data/traces");

    /** Adds up payload bytes. */
    private static final class PayloadCounter implements PacketHandler {
        private long bytes;

        @Override
        public void onSegment(TcpSegment segment) {
            bytes += segment.payloadLength;
        }

        @Override
        public void onTimeExceeded(TcpSegment quoted) {}

        @Override
        public void onIdle(long nowNanos) {}
    }

    @Test
    void decodesEveryFrameOfTheRecordedTraces() throws IOException, CaptureException {
        assumeTrue(Files.isDirectory(TRACES), "no folder " + TRACES + " beside this checkout");
        Counters counters = new Counters();
        PayloadCounter payload = new PayloadCounter();
        for (Path trace : traces()) {
            try (FileSource source = FileSource.open(trace)) {
                source.run(new PacketDecoder(payload, counters));
            }
        }

        assertThat(counters.get(Counter.FRAMES)).isGreaterThan(3_000);
        assertThat(counters.get(Counter.FRAMES_UNDECODABLE)).isZero();
        assertThat(counters.get(Counter.SEGMENTS))
                .isEqualTo(counters.get(Counter.FRAMES) - counters.get(Counter.FRAMES_IGNORED));
        assertThat(payload.bytes).isGreaterThan(1_000_000);
    }

    private static List<Path> traces() throws IOException {
        try (Stream<Path> files = Files.list(TRACES)) {
            return files.filter(file -> file.toString().endsWith(".pcap"))
                    .sorted()
                    .toList();
        }
    }
}
