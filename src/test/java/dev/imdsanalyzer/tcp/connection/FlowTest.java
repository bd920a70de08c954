package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.packet.TcpOptions;
import dev.imdsanalyzer.packet.TcpSegment;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a four-tuple was seen and what its handshake offered; the clocks that connections go by. */
class FlowTest {
    private static final long SECOND = 1_000_000_000L;

    private static TcpSegment segment(String notation) {
        return SegmentNotation.parse(notation);
    }

    private static Flow<Object> flow(String... seen) {
        Flow<Object> flow = new Flow<>(null, segment("> S 1"));
        for (String notation : seen) {
            flow.note(segment(notation));
        }
        return flow;
    }

    @Test
    void aSegmentIsOfTheFlowWhoseEndsAreItsOwnToTheLastBit() {
        Flow<Object> flow = flow();
        assertThat(flow.matches(segment("> A 7 8 GET"))).isTrue();
        assertThat(flow.matches(segment("< A 8 7"))).isTrue();
        differs(flow, false, other -> other.clientLow ^= 1);
        differs(flow, false, other -> other.clientHigh ^= 1);
        differs(flow, false, other -> other.clientPort ^= 1);
        differs(flow, true, other -> other.serverLow ^= 1);
        differs(flow, true, other -> other.serverHigh ^= 1);
        differs(flow, true, other -> other.serverPort ^= 1);
        differs(flow, true, other -> other.ipv6 = true);
        assertThat(flow.fourTuple())
                .isEqualTo(new FourTuple(IpAddress.ipv4(0x0A000005), 40_000, IpAddress.IMDS_IPV4, 80));
    }

    private static void differs(Flow<Object> flow, boolean server, Consumer<TcpSegment> change) {
        TcpSegment other = segment("> A 7 8");
        change.accept(other);
        assertThat(flow.matches(other)).isFalse();
        assertThat(flow.hasServerOf(other)).isEqualTo(!server);
        if (server && !other.ipv6) {
            assertThat(FlowKey.ofTuple(other)).isNotEqualTo(FlowKey.ofTuple(segment("> A 7 8")));
            assertThat(FlowKey.ofHandshake(other, 5)).isNotEqualTo(FlowKey.ofHandshake(segment("> A 7 8"), 5));
        }
    }

    @Test
    void keysTellClientsAndHandshakesApart() {
        TcpSegment one = segment("> A 7 8");
        for (int bit = 0; bit < 32; bit++) {
            TcpSegment other = segment("> A 7 8");
            other.clientLow ^= 1L << bit;
            assertThat(FlowKey.ofTuple(other)).as("bit %d of the address", bit).isNotEqualTo(FlowKey.ofTuple(one));
            assertThat(FlowKey.ofHandshake(one, 1 << bit)).isNotEqualTo(FlowKey.ofHandshake(one, 0));
        }
        for (int bit = 0; bit < 16; bit++) {
            TcpSegment other = segment("> A 7 8");
            other.clientPort ^= 1 << bit;
            assertThat(FlowKey.ofTuple(other)).as("bit %d of the port", bit).isNotEqualTo(FlowKey.ofTuple(one));
        }
        for (int bit = 0; bit < 32; bit++) {
            TcpSegment first = segment("> A 7 8");
            first.ipv6 = true;
            TcpSegment low = segment("> A 7 8");
            low.ipv6 = true;
            low.clientLow ^= 1L << bit;
            TcpSegment high = segment("> A 7 8");
            high.ipv6 = true;
            high.clientHigh ^= 1L << bit;
            assertThat(FlowKey.ofTuple(low)).as("low bit %d", bit).isNotEqualTo(FlowKey.ofTuple(first));
            assertThat(FlowKey.ofTuple(high)).as("high bit %d", bit).isNotEqualTo(FlowKey.ofTuple(first));
        }
    }

    @Test
    void placesAreToldApartUpToEight() {
        Flow<Object> flow = flow();
        assertThat(flow.wasSeenOn(1)).isFalse();
        assertThat(flow.wasSeenOn(0)).as("a capture without interfaces").isTrue();
        for (int place = 1; place <= 9; place++) {
            assertThat(flow.isSeenInSeveralPlaces()).isEqualTo(place > 2);
            flow.note(segment("> A 1 1 if=" + place + " ttl=" + place));
            flow.note(segment("> A 1 1 if=" + place + " ttl=" + place));
        }
        for (int place = 1; place <= 8; place++) {
            assertThat(flow.wasSeenOn(place)).as("place %d", place).isTrue();
            assertThat(flow.lacksTimeToLive(segment("> A 1 1 if=" + place + " ttl=" + place)))
                    .isFalse();
            assertThat(flow.lacksTimeToLive(segment("> A 1 1 if=" + place + " ttl=" + (place - 1))))
                    .isTrue();
        }
        assertThat(flow.wasSeenOn(9)).isFalse();
        assertThat(flow.lacksTimeToLive(segment("> A 1 1 if=9 ttl=1"))).isFalse();
        assertThat(flow.clientTimeToLive).isEqualTo(9);
        assertThat(flow("> A 1 1 if=0").wasSeenOn(5)).as("everywhere").isTrue();
    }

    @Test
    void theHighestTimeToLiveOfTheClientCounts() {
        Flow<Object> flow = flow("> A 1 1 ttl=60", "> A 1 1 ttl=64", "> A 1 1 ttl=62", "< A 1 1 ttl=255");
        assertThat(flow.clientTimeToLive).isEqualTo(64);
        assertThat(flow.lacksTimeToLive(segment("> A 1 1 ttl=63"))).isTrue();
        assertThat(flow.lacksTimeToLive(segment("> A 1 1 ttl=64"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "OUT, IN, OUT, true",
        "OUT, IN, IN, false",
        "IN, OUT, IN, true",
        "IN, OUT, OUT, false",
        "OUT, OUT, OUT, false",
        "OUT, UNKNOWN, OUT, false",
        "UNKNOWN, IN, OUT, false",
        "OUT, IN, UNKNOWN, false",
    })
    void anAnswerThatGoesTheWayOfTheClientsIsForeignWhereOthersGoTheOtherWay(
            String client, String server, String answer, boolean foreign) {
        Flow<Object> flow = flow("> A 1 1 travel=" + client, "< A 1 1 travel=" + server);
        assertThat(flow.isForeign(segment("< A 1 1 travel=" + answer))).isEqualTo(foreign);
        assertThat(flow.isForeign(segment("> A 1 1 travel=" + answer)))
                .as("the client's own")
                .isFalse();
        assertThat(flow.isForeign(segment("< A 1 1 if=77 travel=" + answer)))
                .as("another place")
                .isFalse();
    }

    @Test
    void anAnswerIsNotForeignWhereTheClientsGoBothWays() {
        Flow<Object> flow = flow("> A 1 1 travel=OUT", "> A 1 1 travel=IN", "< A 1 1 travel=IN");
        assertThat(flow.isForeign(segment("< A 1 1 travel=OUT"))).isFalse();
    }

    private static Handshake<Object> handshake(String... seen) {
        Handshake<Object> handshake = new Handshake<>(null, 1000);
        long now = 0;
        for (String notation : seen) {
            now++;
            handshake.seen(segment(notation), now);
        }
        return handshake;
    }

    @Test
    void windowsAreShiftedWhereBothSidesSaidSo() {
        Handshake<Object> both = handshake("> S 1000 scale=7", "< SA 5000 1001 scale=9");
        assertThat(both.scale(true)).isEqualTo(7);
        assertThat(both.scale(false)).isEqualTo(9);
        assertThat(both.newestNanos()).isEqualTo(2);
        assertThat(handshake("> S 1000 scale=0", "< SA 5000 1001 scale=0").scale(true))
                .isZero();
        for (Handshake<Object> one : List.of(
                handshake("> S 1000 scale=7"),
                handshake("< SA 5000 1001 scale=9"),
                handshake("> S 1000 scale=7", "< SA 5000 1001"),
                handshake("> S 1000", "< SA 5000 1001 scale=9"),
                handshake())) {
            assertThat(one.scale(true)).isEqualTo(TcpOptions.NO_SCALE);
            assertThat(one.scale(false)).isEqualTo(TcpOptions.NO_SCALE);
        }
    }

    @Test
    void timestampsCountUnlessBothSidesWereSeenAndOneHasNone() {
        assertThat(Handshake.lacksTimestamps(null)).isFalse();
        assertThat(Handshake.lacksTimestamps(handshake())).isFalse();
        assertThat(Handshake.lacksTimestamps(handshake("> S 1000"))).isFalse();
        assertThat(Handshake.lacksTimestamps(handshake("< SA 5000 1001"))).isFalse();
        assertThat(Handshake.lacksTimestamps(handshake("> S 1000 ts=1", "< SA 5000 1001 ts=2")))
                .isFalse();
        assertThat(Handshake.lacksTimestamps(handshake("> S 1000 ts=1", "< SA 5000 1001")))
                .isTrue();
        assertThat(Handshake.lacksTimestamps(handshake("> S 1000", "< SA 5000 1001 ts=2")))
                .isTrue();
        assertThat(Handshake.lacksTimestamps(handshake("> S 1000", "< SA 5000 1001")))
                .isTrue();
    }

    @Test
    void theCapturesClockNeverGoesBackAndGoesOnBehindAStep() {
        CaptureClock clock = new CaptureClock();
        assertThat(clock.advance(1_000 * SECOND)).isZero();
        assertThat(clock.advance(1_020 * SECOND)).isEqualTo(20 * SECOND);
        assertThat(clock.advance(1_011 * SECOND)).as("out of order").isEqualTo(20 * SECOND);
        assertThat(clock.advance(1_010 * SECOND)).as("the furthest").isEqualTo(20 * SECOND);
        assertThat(clock.advance(1_021 * SECOND)).isEqualTo(21 * SECOND);
        assertThat(clock.advance(1_011 * SECOND - 1)).as("set back").isEqualTo(21 * SECOND);
        assertThat(clock.advance(1_012 * SECOND - 1)).isEqualTo(22 * SECOND);
    }
}
