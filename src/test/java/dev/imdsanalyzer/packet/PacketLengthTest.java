package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT_PORT;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
import static dev.imdsanalyzer.packet.PacketBytes.ascii;
import static dev.imdsanalyzer.packet.PacketBytes.ethernet;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Request;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6Request;
import static dev.imdsanalyzer.packet.PacketBytes.join;
import static dev.imdsanalyzer.packet.PacketBytes.slice;
import static dev.imdsanalyzer.packet.PacketBytes.tcp;
import static dev.imdsanalyzer.packet.PacketBytes.tcpWithOptions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lengths that packets and frames tell of themselves, the false ones included. */
class PacketLengthTest {
    private static final int RAW = LinkType.RAW;

    private final DecoderFixture fixture = new DecoderFixture();

    @Test
    void cutsOffEthernetPadding() {
        byte[] frame = ethernet(0x0800, ipv4(CLIENT, IMDS, 6, tcp(CLIENT_PORT, 80, 1, TcpSegment.ACK, new byte[0])));
        byte[] frame6 = ethernet(0x86DD, ipv6(CLIENT6, IMDS6, 6, tcp(CLIENT_PORT, 80, 1, 16, new byte[0])));

        fixture.feed(LinkType.ETHERNET, join(frame, new byte[6]));
        fixture.feed(LinkType.ETHERNET, join(frame6, new byte[6]));

        assertThat(fixture.payloads()).containsExactly("", "");
    }

    @Test
    void takesTheFramesLengthWhereASuperSegmentHasNone() {
        byte[] four = ipv4Request("GET");
        four[2] = 0;
        four[3] = 0;
        byte[] six = ipv6Request("PUT");
        six[4] = 0;
        six[5] = 0;

        fixture.feed(RAW, four);
        fixture.feed(RAW, six);
        fixture.feed(RAW, slice(four, 0, four.length - 1), 100_000);

        assertThat(fixture.payloads()).containsExactly("GET", "PUT", "GE");
        assertThat(fixture.handler.segments.get(2).missing()).isEqualTo(100_000 - four.length + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 19})
    void countsAnIpv4TotalLengthThatCannotBe(int totalLength) {
        byte[] packet = ipv4Request("GET");
        packet[2] = (byte) (totalLength >> 8);
        packet[3] = (byte) totalLength;

        fixture.feed(RAW, packet);

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAMES_UNDECODABLE)).isEqualTo(1);
    }

    @Test
    void countsHeaderLengthsThatCannotBe() {
        byte[] shortHeader = ipv4Request("GET");
        shortHeader[0] = 0x44;
        byte[] longHeader = ipv4Request("GET");
        longHeader[0] = 0x4F;
        byte[] smallDataOffset = ipv4Request("GET");
        smallDataOffset[20 + 12] = 0x40;
        byte[] largeDataOffset = ipv4Request("GET");
        largeDataOffset[20 + 12] = (byte) 0xF0;
        byte[] wrongVersion = ipv4Request("GET");
        wrongVersion[0] = 0x65;

        fixture.feed(LinkType.IPV4, shortHeader);
        fixture.feed(LinkType.IPV4, longHeader);
        fixture.feed(LinkType.IPV4, smallDataOffset);
        fixture.feed(LinkType.IPV4, largeDataOffset);
        fixture.feed(LinkType.IPV4, wrongVersion);

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAMES_UNDECODABLE)).isEqualTo(5);
    }

    @Test
    void reportsWhatAPacketClaimsBeyondItsFrameAsMissing() {
        byte[] four = ipv4Request("GET");
        four[2] = (byte) 0xFF;
        four[3] = (byte) 0xFF;
        byte[] six = ipv6Request("GET");
        six[5]++;

        fixture.feed(RAW, four);
        fixture.feed(RAW, six);

        assertThat(fixture.payloads()).containsExactly("GET", "GET");
        assertThat(fixture.handler.segments.get(0).missing()).isEqualTo(0xFFFF - four.length);
        assertThat(fixture.handler.segments.get(1).missing()).isEqualTo(1);
    }

    @Test
    void reportsAllOfThePayloadMissingWhereOptionsAreCut() {
        byte[] packet = ipv4(CLIENT, IMDS, 6, tcpWithOptions(CLIENT_PORT, 80, 9, 16, new byte[12], ascii("GET")));

        fixture.feed(RAW, slice(packet, 0, 44), packet.length);

        assertThat(fixture.payloads()).containsExactly("");
        assertThat(fixture.handler.segments.get(0).missing()).isEqualTo(3);
    }

    @Test
    void believesTheCapturedLengthWhereTheOriginalIsSmaller() {
        byte[] packet = ipv4Request("GET");

        fixture.feed(RAW, packet, 0);
        fixture.feed(RAW, packet, -1);

        assertThat(fixture.payloads()).containsExactly("GET", "GET");
    }
}
