package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.PacketBytes.cookedV1;
import static dev.imdsanalyzer.packet.PacketBytes.cookedV2;
import static dev.imdsanalyzer.packet.PacketBytes.ethernet;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Request;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6Request;
import static dev.imdsanalyzer.packet.PacketBytes.loopback;
import static dev.imdsanalyzer.packet.PacketBytes.slice;
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

/** What stands before the IP packet: every link type, with tags and without. */
class LinkHeaderTest {
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
}
