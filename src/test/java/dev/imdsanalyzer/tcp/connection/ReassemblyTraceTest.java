package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.FileSource;
import dev.imdsanalyzer.packet.PacketDecoder;
import dev.imdsanalyzer.packet.PacketHandler;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The recorded traces beside the checkout, one line a connection, against a baseline. Its streams of connections without
 * lost segments were compared with those of {@code tshark -z follow,tcp,raw}.
 */
class ReassemblyTraceTest {
    private static final Path TRACES = Path.of("../shared/data/traces");

    @Tag("beside")
    @Test
    void recordedTracesGiveTheStreamsOfTheBaseline() throws IOException, CaptureException {
        assumeTrue(Files.isDirectory(TRACES), "no folder " + TRACES + " beside this checkout");
        List<String> lines = new ArrayList<>();
        for (Path trace : traces()) {
            Summary summary = new Summary(trace.getFileName().toString());
            read(trace, summary);
            lines.addAll(summary.lines);
        }
        assertThat(String.join("\n", lines)).isEqualToIgnoringNewLines(baseline());
    }

    private static void read(Path trace, Summary summary) throws CaptureException {
        Counters counters = new Counters();
        Reassembler reassembler = new Reassembler(ReassemblyLimits.defaults(), summary, counters);
        LastTime lastTime = new LastTime(reassembler);
        try (FileSource source = FileSource.open(trace)) {
            source.run(new PacketDecoder(lastTime, counters));
        }
        reassembler.close(lastTime.nanos);
        assertThat(reassembler.bufferedBytes()).isZero();
    }

    private static List<Path> traces() throws IOException {
        try (Stream<Path> files = Files.list(TRACES)) {
            return files.filter(file -> file.toString().endsWith(".pcap"))
                    .sorted()
                    .toList();
        }
    }

    private static String baseline() throws IOException {
        try (InputStream stream = ReassemblyTraceTest.class.getResourceAsStream("trace-baseline.txt")) {
            assertThat(stream).as("trace-baseline.txt").isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** Hands on segments, and remembers the time of the last. */
    private static final class LastTime implements PacketHandler {
        private final PacketHandler next;
        private long nanos;

        LastTime(PacketHandler next) {
            this.next = next;
        }

        @Override
        public void onSegment(TcpSegment segment) {
            nanos = Math.max(nanos, segment.timestampNanos);
            next.onSegment(segment);
        }

        @Override
        public void onTimeExceeded(TcpSegment quoted) {
            next.onTimeExceeded(quoted);
        }

        @Override
        public void onIdle(long nowNanos) {
            next.onIdle(nowNanos);
        }
    }

    /** Writes one line when a connection closes. */
    private static final class Summary implements ConnectionHandler {
        final List<String> lines = new ArrayList<>();
        private final String trace;

        Summary(String trace) {
            this.trace = trace;
        }

        /** One direction. */
        private static final class Digest {
            private final CRC32 crc = new CRC32();
            private long bytes;
            private String end = "";
            private int gaps;
            private long missingBytes;

            @Override
            public String toString() {
                String missing = gaps == 0 ? "" : " (%d bytes missing in %d gaps)".formatted(missingBytes, gaps);
                return "%d bytes %08x%s%s".formatted(bytes, crc.getValue(), missing, end);
            }
        }

        @Override
        public void onOpen(Connection connection) {
            connection.attach(new Digest[] {new Digest(), new Digest()});
        }

        @Override
        public int onBytes(
                Connection connection, Direction direction, byte[] buffer, int offset, int length, long nanos) {
            Digest digest = digest(connection, direction);
            digest.crc.update(buffer, offset, length);
            digest.bytes += length;
            return length;
        }

        @Override
        public void onConflict(Connection connection, Direction direction, int back, long timestampNanos) {}

        @Override
        public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
            Digest digest = digest(connection, direction);
            digest.gaps++;
            digest.missingBytes += missingBytes;
        }

        @Override
        public void onEnd(Connection connection, Direction direction, long timestampNanos) {
            digest(connection, direction).end = " FIN";
        }

        @Override
        public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
            lines.add("%s %s:%d %s > %s < %s %s"
                    .formatted(
                            trace,
                            connection.fourTuple().client(),
                            connection.fourTuple().clientPort(),
                            connection.synSeen() ? "SYN" : "joined",
                            digest(connection, Direction.REQUEST),
                            digest(connection, Direction.RESPONSE),
                            reason));
        }

        private static Digest digest(Connection connection, Direction direction) {
            return ((Digest[]) connection.attachment())[direction.ordinal()];
        }
    }
}
