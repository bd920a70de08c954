package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT_PORT;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
import static dev.imdsanalyzer.packet.PacketBytes.ascii;
import static dev.imdsanalyzer.packet.PacketBytes.cookedV1;
import static dev.imdsanalyzer.packet.PacketBytes.cookedV2;
import static dev.imdsanalyzer.packet.PacketBytes.ethernet;
import static dev.imdsanalyzer.packet.PacketBytes.extension;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Request;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Response;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6Request;
import static dev.imdsanalyzer.packet.PacketBytes.join;
import static dev.imdsanalyzer.packet.PacketBytes.loopback;
import static dev.imdsanalyzer.packet.PacketBytes.request;
import static dev.imdsanalyzer.packet.PacketBytes.slice;
import static dev.imdsanalyzer.packet.PacketBytes.tcp;
import static dev.imdsanalyzer.packet.PacketBytes.tcpWithOptions;
import static dev.imdsanalyzer.packet.PacketBytes.vlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketDecoderTest {
    private static final int RAW = LinkType.RAW;

    private final DecoderFixture fixture = new DecoderFixture();

    static Stream<Arguments> findsTheSegmentBehindEveryLinkHeader() {
        byte[] four = ipv4Request("GET");
        byte[] six = ipv6Request("GET");
        return Stream.of(
                arguments("Ethernet", LinkType.ETHERNET, ethernet(0x0800, four), 0),
                arguments("Ethernet, IPv6", LinkType.ETHERNET, ethernet(0x86DD, six), 0),
                arguments("802.1Q", LinkType.ETHERNET, ethernet(0x8100, vlan(7, 0x0800, four)), 0),
                arguments("802.1Q, IPv6", LinkType.ETHERNET, ethernet(0x8100, vlan(7, 0x86DD, six)), 0),
                arguments("QinQ", LinkType.ETHERNET, ethernet(0x88A8, vlan(1, 0x8100, vlan(2, 0x0800, four))), 0),
                arguments("old QinQ", LinkType.ETHERNET, ethernet(0x9100, vlan(1, 0x9100, vlan(2, 0x0800, four))), 0),
                arguments("cooked v1", LinkType.LINUX_SLL, cookedV1(0x0800, four), 0),
                arguments("cooked v1, IPv6", LinkType.LINUX_SLL, cookedV1(0x86DD, six), 0),
                arguments("cooked v1, tagged", LinkType.LINUX_SLL, cookedV1(0x8100, vlan(5, 0x0800, four)), 0),
                arguments("cooked v2", LinkType.LINUX_SLL2, cookedV2(0x0800, 42, four), 42),
                arguments("cooked v2, IPv6", LinkType.LINUX_SLL2, cookedV2(0x86DD, 3, six), 3),
                arguments("cooked v2, tagged", LinkType.LINUX_SLL2, cookedV2(0x8100, 3, vlan(5, 0x0800, four)), 3),
                arguments("cooked v1, untold tag", LinkType.LINUX_SLL, cookedV1(0x0800, vlan(5, 0x0800, four)), 0),
                arguments("cooked v2, untold tag", LinkType.LINUX_SLL2, cookedV2(0x0800, 3, vlan(5, 0x0800, four)), 3),
                arguments("raw", RAW, four, 0),
                arguments("raw, IPv6", RAW, six, 0),
                arguments("raw as 12", LinkType.RAW_BSD, four, 0),
                arguments("raw as 14", LinkType.RAW_OPENBSD, six, 0),
                arguments("IPv4", LinkType.IPV4, four, 0),
                arguments("IPv6", LinkType.IPV6, six, 0),
                arguments("null, little-endian", LinkType.NULL, loopback(new byte[] {2, 0, 0, 0}, four), 0),
                arguments("null, big-endian", LinkType.NULL, loopback(new byte[] {0, 0, 0, 2}, four), 0),
                arguments("null, FreeBSD IPv6", LinkType.NULL, loopback(new byte[] {28, 0, 0, 0}, six), 0),
                arguments("null, macOS IPv6", LinkType.NULL, loopback(new byte[] {0, 0, 0, 30}, six), 0),
                arguments("null, NetBSD IPv6", LinkType.NULL, loopback(new byte[] {24, 0, 0, 0}, six), 0),
                arguments("null, Linux IPv6", LinkType.NULL, loopback(new byte[] {10, 0, 0, 0}, six), 0),
                arguments("loop", LinkType.LOOP, loopback(new byte[] {0, 0, 0, 2}, four), 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void findsTheSegmentBehindEveryLinkHeader(String name, int linkType, byte[] bytes, int interfaceIndex) {
        fixture.feed(linkType, bytes);

        assertThat(fixture.payloads()).containsExactly("GET");
        assertThat(fixture.handler.segments.get(0).interfaceIndex()).isEqualTo(interfaceIndex);
        assertThat(fixture.count(Counter.FRAMES)).isEqualTo(1);
        assertThat(fixture.count(Counter.SEGMENTS)).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("findsTheSegmentBehindEveryLinkHeader")
    void countsAFrameCutInsideItsHeaders(String name, int linkType, byte[] bytes, int interfaceIndex) {
        int headersEnd = bytes.length - "GET".length();
        for (int length = 0; length < headersEnd; length++) {
            fixture.feed(linkType, slice(bytes, 0, length), bytes.length);
        }

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAMES_UNDECODABLE)).isEqualTo(headersEnd);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("findsTheSegmentBehindEveryLinkHeader")
    void reportsWhatTheSnapLengthCutOff(String name, int linkType, byte[] bytes, int interfaceIndex) {
        fixture.feed(linkType, slice(bytes, 0, bytes.length - 2), bytes.length);

        assertThat(fixture.handler.segments.get(0).payload()).isEqualTo("G");
        assertThat(fixture.handler.segments.get(0).missing()).isEqualTo(2);
        assertThat(fixture.count(Counter.SEGMENTS_TRUNCATED)).isEqualTo(1);
    }

    @Test
    void untoldTagThatLooksLikeAHeaderIsSkipped() {
        DecoderFixture fixture = new DecoderFixture();
        fixture.feed(LinkType.LINUX_SLL2, cookedV2(0x0800, 3, vlan(0x4505, 0x0800, ipv4Request("GET"))));
        fixture.feed(LinkType.LINUX_SLL2, cookedV2(0x86DD, 3, vlan(0x6005, 0x86DD, ipv6Request("PUT"))));

        assertThat(fixture.payloads()).containsExactly("GET", "PUT");
    }

    @Test
    void packetWhoseLengthLooksLikeATagIsNotTagged() {
        byte[] packet = ipv4Request("x".repeat(0x0800 - 40));
        packet[4] = 0x45;
        DecoderFixture fixture = new DecoderFixture();
        fixture.feed(LinkType.LINUX_SLL2, cookedV2(0x0800, 3, packet));

        assertThat(fixture.payloads()).containsExactly("x".repeat(0x0800 - 40));
    }

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
    void hearsOfADeadPacketFromIcmp() {
        byte[] quote = slice(ipv4Response("token"), 0, 28);

        fixture.feed(RAW, ipv4(0x0A000001, IMDS, 1, join(new byte[] {11, 0, 0, 0, 0, 0, 0, 0}, quote)));

        assertThat(fixture.handler.timeExceeded)
                .containsExactly(new RecordingHandler.Seen(
                        new FourTuple(IpAddress.ipv4(CLIENT), CLIENT_PORT, IpAddress.IMDS_IPV4, 80),
                        false,
                        0,
                        61,
                        5000,
                        0,
                        "",
                        0));
        assertThat(fixture.handler.segments).isEmpty();
    }

    @Test
    void hearsOfADeadPacketFromIcmpv6() {
        byte[] quote = ipv6(IMDS6, CLIENT6, 60, join(extension(6, 0), tcp(80, CLIENT_PORT, 5000, 0, ascii("x"))));

        fixture.feed(RAW, ipv6(CLIENT6, IMDS6, 58, join(new byte[] {3, 0, 0, 0, 0, 0, 0, 0}, quote)));

        assertThat(fixture.handler.timeExceeded).hasSize(1);
        assertThat(fixture.handler.timeExceeded.get(0).sequenceNumber()).isEqualTo(5000);
        assertThat(fixture.handler.timeExceeded.get(0).fourTuple().server()).isEqualTo(IpAddress.IMDS_IPV6);
    }

    @Test
    void ignoresIcmpThatQuotesSomethingElse() {
        byte[] timeExceeded = {11, 0, 0, 0, 0, 0, 0, 0};
        byte[] reassemblyTimeExceeded = {11, 1, 0, 0, 0, 0, 0, 0};
        byte[] unreachable = {3, 1, 0, 0, 0, 0, 0, 0};
        byte[] quote = slice(ipv4Response(""), 0, 28);
        byte[][] messages = {
            join(unreachable, quote),
            join(reassemblyTimeExceeded, quote),
            join(timeExceeded, slice(quote, 0, 27)),
            join(timeExceeded, slice(quote, 0, 10)),
            join(timeExceeded, ipv4Request("")),
            join(timeExceeded, ipv4(IMDS, CLIENT, 6, tcp(8080, CLIENT_PORT, 1, 0, new byte[0]))),
            join(timeExceeded, ipv4(IMDS, CLIENT, 17, tcp(80, CLIENT_PORT, 1, 0, new byte[0]))),
            join(timeExceeded, ipv4(IMDS, CLIENT, 6, 0, 5, new byte[0], new byte[20])),
            new byte[] {11, 0, 0},
        };
        for (byte[] message : messages) {
            fixture.feed(RAW, ipv4(0x0A000001, IMDS, 1, message));
        }

        assertThat(fixture.handler.timeExceeded).isEmpty();
        assertThat(fixture.count(Counter.FRAMES_IGNORED)).isEqualTo(messages.length);
    }

    @Test
    void passesTimeOn() {
        fixture.decoder.onIdle(17);

        assertThat(fixture.handler.idle).containsExactly(17L);
    }
}
