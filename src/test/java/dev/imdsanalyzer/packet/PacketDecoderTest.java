package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT_PORT;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
import static dev.imdsanalyzer.packet.PacketBytes.ascii;
import static dev.imdsanalyzer.packet.PacketBytes.ethernet;
import static dev.imdsanalyzer.packet.PacketBytes.extension;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Request;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Response;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6Request;
import static dev.imdsanalyzer.packet.PacketBytes.join;
import static dev.imdsanalyzer.packet.PacketBytes.request;
import static dev.imdsanalyzer.packet.PacketBytes.tcp;
import static dev.imdsanalyzer.packet.PacketBytes.tcpWithOptions;
import static dev.imdsanalyzer.packet.PacketBytes.vlan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import org.junit.jupiter.api.Test;

/** Which packets are traffic with IMDS, and what stands between the IP header and the payload. */
class PacketDecoderTest {
    private static final int RAW = LinkType.RAW;

    private final DecoderFixture fixture = new DecoderFixture();

    @Test
    void tellsTheClientFromImds() {
        fixture.feed(RAW, ipv4Request("GET"));
        fixture.feed(RAW, ipv4Response("HTTP"));
        fixture.feed(RAW, ipv6Request("PUT"));

        FourTuple four = new FourTuple(IpAddress.ipv4(CLIENT), CLIENT_PORT, IpAddress.IMDS_IPV4, 80);
        assertThat(fixture.handler.segments)
                .containsExactly(
                        new RecordingHandler.Seen(four, true, 0, 61, 1000, 0x18, "GET", 0),
                        new RecordingHandler.Seen(four, false, 0, 61, 5000, 0x18, "HTTP", 0),
                        new RecordingHandler.Seen(
                                new FourTuple(
                                        new IpAddress(0xFD00000000000000L, 5, true),
                                        CLIENT_PORT,
                                        IpAddress.IMDS_IPV6,
                                        80),
                                true,
                                0,
                                63,
                                1000,
                                0x18,
                                "PUT",
                                0));
    }

    @Test
    void ignoresWhatIsNoTcpTrafficWithImds() {
        byte[][] others = {
            ipv4(CLIENT, 0x08080808, 6, request("GET")),
            ipv4(CLIENT, IMDS, 6, tcp(CLIENT_PORT, 8080, 1, 0, new byte[0])),
            ipv4(CLIENT, IMDS, 6, tcp(80, CLIENT_PORT, 1, 0, new byte[0])),
            ipv4(CLIENT, IMDS, 17, request("GET")),
            ipv6(CLIENT6, CLIENT6, 6, request("GET")),
            ipv6(CLIENT6, IMDS6, 17, request("GET")),
            ipv6(CLIENT6, IMDS6, 59, new byte[0]),
            new byte[] {0x12, 0x34},
        };
        for (byte[] other : others) {
            fixture.feed(RAW, other);
        }
        fixture.feed(LinkType.ETHERNET, ethernet(0x0806, new byte[28]));
        fixture.feed(
                LinkType.ETHERNET,
                ethernet(
                        0x8100,
                        vlan(
                                1,
                                0x8100,
                                vlan(
                                        2,
                                        0x8100,
                                        vlan(3, 0x8100, vlan(4, 0x8100, vlan(5, 0x0800, ipv4Request("GET"))))))));
        fixture.feed(147, ipv4Request("GET"));

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAMES_IGNORED)).isEqualTo(others.length + 3);
        assertThat(fixture.count(Counter.FRAMES_UNDECODABLE)).isZero();
    }

    @Test
    void stepsOverOptionsOfIpv4AndTcp() {
        byte[] segment = tcpWithOptions(CLIENT_PORT, 80, 9, TcpSegment.ACK, new byte[40], ascii("GET"));

        fixture.feed(RAW, ipv4(CLIENT, IMDS, 6, 0, 0x4000, new byte[40], segment));

        assertThat(fixture.payloads()).containsExactly("GET");
    }

    @Test
    void walksIpv6ExtensionHeaders() {
        byte[] authentication = new byte[24];
        authentication[0] = 60;
        authentication[1] = 4;
        byte[] headers = join(extension(43, 0), extension(51, 2), authentication, extension(6, 1));

        fixture.feed(RAW, ipv6(CLIENT6, IMDS6, 0, join(headers, request("GET"))));

        assertThat(fixture.payloads()).containsExactly("GET");
    }

    @Test
    void countsTooManyExtensionHeadersAndSuchThatDoNotFit() {
        byte[] chain = request("GET");
        for (int i = 0; i < 12; i++) {
            chain = join(extension(i == 0 ? 6 : 60, 0), chain);
        }
        fixture.feed(RAW, ipv6(CLIENT6, IMDS6, 60, chain));
        byte[] tooLong = extension(6, 0);
        tooLong[1] = (byte) 255;
        fixture.feed(RAW, ipv6(CLIENT6, IMDS6, 60, join(tooLong, request("GET"))));
        fixture.feed(RAW, ipv6(CLIENT6, IMDS6, 60, new byte[] {6, 0}));

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAMES_UNDECODABLE)).isEqualTo(3);
    }

    @Test
    void passesTimeOn() {
        fixture.decoder.onIdle(17);

        assertThat(fixture.handler.idle).containsExactly(17L);
    }
}
