package dev.imdsanalyzer.tcp.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.RecordingHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random segments against {@link StreamModel}; seeds are fixed. */
class ReassemblerRandomTest {
    private static final int STREAMS = 300;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anyOrderAndOverlapWithinTheWindowGivesTheBytesThatLinuxReceives(boolean sameBytesInOverlaps) {
        for (int seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            int initial = seed % 3 == 0 ? -random.nextInt(3000) : random.nextInt();
            CheckingHandler handler = new CheckingHandler(random);
            TestCapture capture = new TestCapture(ReassemblyLimits.defaults(), handler);
            capture.feed(segment("> S", initial));
            StreamModel model = new StreamModel(true, initial, 1 + random.nextInt(5_000), random);
            for (TcpSegment segment : StreamModel.shuffledWithin(
                    model.segments(1 + random.nextInt(300), sameBytesInOverlaps), 1 + random.nextInt(40), random)) {
                model.arrive(segment);
                capture.feed(segment);
            }
            capture.feed(segment("> FA", initial + 1 + model.length()));
            assertThat(handler.requests.used.toByteArray()).as("seed %d", seed).isEqualTo(model.received());
            assertThat(handler.requests.ended).as("seed %d", seed).isTrue();
            assertThat(handler.requests.gaps).as("seed %d", seed).isZero();
            assertThat(capture.reassembler.bufferedBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 1_000, 131_072})
    void offsetsStayExactWhateverIsLostOrGivenUp(int bytesPerDirection) {
        int streamsWithGaps = 0;
        for (int seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            ReassemblyLimits limits = limits(bytesPerDirection, 2_048, 1 + random.nextInt(10));
            CheckingHandler handler = new CheckingHandler(random);
            TestCapture capture = new TestCapture(limits, handler);
            int initial = random.nextInt();
            capture.feed(segment("> S", initial));
            StreamModel model = new StreamModel(true, initial, 1 + random.nextInt(5_000), random);
            for (TcpSegment segment : StreamModel.shuffledWithin(model.segments(200, true), 20, random)) {
                if (random.nextInt(10) != 0) {
                    model.arrive(segment);
                    capture.feed(segment);
                }
            }
            capture.feed(segment("> FA", initial + 1 + model.length()));
            capture.atEnd();
            byte[] got = handler.requests.used.toByteArray();
            assertThat(got).as("seed %d", seed).hasSize(model.length());
            byte[] expected = model.received();
            int different = 0;
            for (int i = 0; i < got.length; i++) {
                if (got[i] != expected[i]) {
                    assertThat(got[i]).as("seed %d, offset %d", seed, i).isZero();
                    different++;
                }
            }
            assertThat((long) different).isLessThanOrEqualTo(handler.requests.gaps);
            streamsWithGaps += handler.requests.gaps > 0 ? 1 : 0;
            assertThat(handler.closed).isEqualTo(1);
            assertThat(capture.reassembler.bufferedBytes()).isZero();
        }
        assertThat(streamsWithGaps).isGreaterThan(STREAMS / 2);
    }

    @Test
    void exchangesSeenInSeveralPlacesAndOutOfOrderAreSeenOnceAndInOrder() {
        for (int seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            int client = random.nextInt();
            int server = random.nextInt();
            RecordingHandler handler = new RecordingHandler();
            TestCapture capture = new TestCapture(ReassemblyLimits.defaults(), handler);
            List<TcpSegment> sights = new ArrayList<>();
            StringBuilder expected = new StringBuilder();
            see(sights, segment("> S", client));
            see(sights, segment("< SA", server, client + 1, ""));
            int sent = client + 1;
            int received = server + 1;
            for (char exchange = 'a'; exchange < 'm'; exchange++) {
                String request = "request-" + exchange + ";";
                String response = "response-" + exchange + ";";
                see(sights, segment("> A", sent, received, request));
                sent += request.length();
                see(sights, segment("< A", received, sent, response));
                received += response.length();
                expected.append(request).append(response);
            }
            List<TcpSegment> order = new ArrayList<>(StreamModel.shuffledWithin(sights.subList(0, 6), 4, random));
            order.addAll(StreamModel.shuffledWithin(sights.subList(6, sights.size()), 12, random));
            order.forEach(capture::feed);
            StringBuilder got = new StringBuilder();
            for (String event : handler.events) {
                assertThat(event).as("seed %d", seed).doesNotContain("gap");
                got.append(event.replaceFirst("^1 (open|[<>] )", ""));
            }
            assertThat(got).as("seed %d", seed).hasToString(expected.toString());
            assertThat(capture.count(Counter.CONNECTIONS)).as("seed %d", seed).isEqualTo(1);
        }
    }

    @Test
    void nonsenseNeitherThrowsNorLeaksNorBreaksTheContract() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ReassemblyLimits limits = new ReassemblyLimits(
                    20,
                    2_000,
                    8_192,
                    8,
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(20));
            ContractHandler handler = new ContractHandler(random);
            TestCapture capture = new TestCapture(limits, handler);
            TcpSegment segment = SegmentNotation.parse("> .");
            long mostBuffered = 0;
            int mostOpen = 0;
            for (int i = 0; i < 10_000; i++) {
                scramble(segment, random);
                if (random.nextInt(50) == 0) {
                    capture.reassembler.onTimeExceeded(segment);
                } else {
                    capture.feed(segment);
                }
                mostBuffered = Math.max(mostBuffered, capture.reassembler.bufferedBytes());
                mostOpen = Math.max(mostOpen, handler.open.size());
            }
            assertThat(mostBuffered).isBetween(1L, 8_192L);
            assertThat(mostOpen).isEqualTo(20);
            capture.atEnd();
            assertThat(handler.open).isEmpty();
            assertThat(handler.seen).isNotEmpty();
            assertThat(capture.reassembler.bufferedBytes()).isZero();
        }
    }

    private static void scramble(TcpSegment segment, Random random) {
        segment.timestampNanos += random.nextInt(1_000_000) - 200_000;
        segment.fromClient = random.nextBoolean();
        segment.clientPort = random.nextInt(30);
        segment.interfaceIndex = random.nextInt(3);
        segment.flags = random.nextInt(4) == 0 ? random.nextInt(256) : TcpSegment.ACK;
        segment.sequenceNumber = number(random);
        segment.acknowledgmentNumber = number(random);
        SegmentNotation.payload(segment, new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(700)]);
        segment.payloadMissing = random.nextInt(10) == 0 ? random.nextInt(500) : 0;
        if (random.nextInt(1_000) == 0) {
            segment.payloadMissing = Integer.MAX_VALUE;
        }
    }

    private static int number(Random random) {
        return random.nextInt(100) == 0 ? random.nextInt() : random.nextInt(3) * 3_000_000 + random.nextInt(4_000);
    }

    /** A segment before masquerade on two interfaces, and behind it. */
    private static void see(List<TcpSegment> sights, TcpSegment segment) {
        for (String place : new String[] {"172.17.0.2:40000 5 64", "172.17.0.2:40000 4 64", "10.0.0.5:61000 2 63"}) {
            String[] words = place.split(" ", -1);
            TcpSegment sight = segment(segment.fromClient ? "> ." : "< .", segment.sequenceNumber);
            sight.flags = segment.flags;
            sight.acknowledgmentNumber = segment.acknowledgmentNumber;
            sight.buffer = segment.buffer;
            sight.payloadOffset = segment.payloadOffset;
            sight.payloadLength = segment.payloadLength;
            SegmentNotation.client(sight, words[0]);
            sight.interfaceIndex = Integer.parseInt(words[1]);
            sight.timeToLive = Integer.parseInt(words[2]);
            sights.add(sight);
        }
    }

    private static TcpSegment segment(String start, int sequenceNumber) {
        return SegmentNotation.parse(start + " " + Integer.toUnsignedString(sequenceNumber));
    }

    private static TcpSegment segment(String start, int sequenceNumber, int acknowledgmentNumber, String payload) {
        TcpSegment segment = segment(start, sequenceNumber);
        segment.acknowledgmentNumber = acknowledgmentNumber;
        SegmentNotation.payload(segment, payload.getBytes(ISO_8859_1));
        return segment;
    }

    private static ReassemblyLimits limits(int perDirection, int total, int outOfOrder) {
        return new ReassemblyLimits(
                10,
                perDirection,
                total,
                outOfOrder,
                Duration.ofMillis(100),
                Duration.ofSeconds(3),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10));
    }

    /** Holds the reassembler to the order of events that {@link dev.imdsanalyzer.tcp.ConnectionHandler} promises. */
    private static final class ContractHandler extends RecordingHandler {
        final Set<Long> open = new HashSet<>();
        final Set<Long> seen = new HashSet<>();
        private final Set<String> ended = new HashSet<>();
        private final Random random;

        ContractHandler(Random random) {
            this.random = random;
        }

        @Override
        public void onOpen(Connection connection) {
            assertThat(seen.add(connection.id())).isTrue();
            open.add(connection.id());
            assertThat(connection.fourTuple()).isNotNull();
        }

        @Override
        public int onBytes(
                Connection connection, Direction direction, byte[] buffer, int offset, int length, long nanos) {
            assertThat(open.contains(connection.id())).isTrue();
            assertThat(ended.contains(connection.id() + " " + direction)).isFalse();
            assertThat(length).isPositive();
            assertThat(offset + length).isLessThanOrEqualTo(buffer.length);
            return random.nextInt(length + 1);
        }

        @Override
        public void onGap(Connection connection, Direction direction, long missingBytes, long timestampNanos) {
            assertThat(open.contains(connection.id())).isTrue();
            assertThat(missingBytes).isGreaterThanOrEqualTo(-1);
        }

        @Override
        public void onEnd(Connection connection, Direction direction, long timestampNanos) {
            assertThat(open.contains(connection.id())).isTrue();
            assertThat(ended.add(connection.id() + " " + direction)).isTrue();
        }

        @Override
        public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
            assertThat(open.remove(connection.id())).isTrue();
        }
    }
}
