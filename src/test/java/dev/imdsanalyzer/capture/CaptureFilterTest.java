package dev.imdsanalyzer.capture;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT_PORT;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
import static dev.imdsanalyzer.packet.PacketBytes.cookedV1;
import static dev.imdsanalyzer.packet.PacketBytes.cookedV2;
import static dev.imdsanalyzer.packet.PacketBytes.ethernet;
import static dev.imdsanalyzer.packet.PacketBytes.extension;
import static dev.imdsanalyzer.packet.PacketBytes.fragmentHeader;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Request;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Response;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6Request;
import static dev.imdsanalyzer.packet.PacketBytes.join;
import static dev.imdsanalyzer.packet.PacketBytes.request;
import static dev.imdsanalyzer.packet.PacketBytes.tcp;
import static dev.imdsanalyzer.packet.PacketBytes.vlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Runs the filters through libpcap's own interpreter, on frames as they look on an Ethernet. */
class CaptureFilterTest {
    private static final byte[] TIME_EXCEEDED = {11, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] IPV6_TIME_EXCEEDED = {3, 0, 0, 0, 0, 0, 0, 0};

    @BeforeAll
    static void needsLibpcap() {
        assumeTrue(libpcapIsThere(), "libpcap is not installed");
    }

    private static boolean libpcapIsThere() {
        try {
            return !Pcaps.libVersion().isEmpty();
        } catch (LinkageError e) {
            return false;
        }
    }

    private static boolean passes(String filter, byte[] frame) throws PcapNativeException, NotOpenException {
        return passes(LinkType.ETHERNET, filter, frame);
    }

    private static boolean passes(int linkType, String filter, byte[] frame)
            throws PcapNativeException, NotOpenException {
        try (PcapHandle handle = Pcaps.openDead(DataLinkType.getInstance(linkType), 65_535)) {
            BpfProgram program = handle.compileFilter(filter, BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
            boolean passes = program.applyFilter(frame);
            program.free();
            return passes;
        }
    }

    private static void assertPasses(boolean expected, byte[]... frames) throws PcapNativeException, NotOpenException {
        for (int i = 0; i < frames.length; i++) {
            assertThat(passes(CaptureFilter.IMDS_WITH_VLAN, frames[i]))
                    .as("frame %d", i)
                    .isEqualTo(expected);
        }
    }

    private static byte[] four(byte[] packet) {
        return ethernet(0x0800, packet);
    }

    private static byte[] six(byte[] packet) {
        return ethernet(0x86DD, packet);
    }

    @Test
    void letsSegmentsOfImdsPassBothWays() throws PcapNativeException, NotOpenException {
        assertPasses(
                true,
                four(ipv4Request("GET")),
                four(ipv4Response("HTTP")),
                six(ipv6Request("GET")),
                six(ipv6(IMDS6, CLIENT6, 6, tcp(80, CLIENT_PORT, 1, 0, new byte[0]))));
    }

    @Test
    void letsTaggedFramesPass() throws PcapNativeException, NotOpenException {
        assertPasses(
                true,
                ethernet(0x8100, vlan(7, 0x0800, ipv4Request("GET"))),
                ethernet(0x8100, vlan(7, 0x86DD, ipv6Request("GET"))),
                ethernet(0x88A8, vlan(7, 0x8100, vlan(8, 0x0800, ipv4Request("GET")))));
    }

    @ParameterizedTest
    @ValueSource(ints = {LinkType.LINUX_SLL, LinkType.LINUX_SLL2})
    void letsTheInnerOfTwoTagsPassOnCookedLinks(int linkType) throws PcapNativeException, NotOpenException {
        String filter = CaptureFilter.of(linkType);

        assertThat(passes(linkType, filter, cooked(linkType, 0x0800, ipv4Request("GET"))))
                .isTrue();
        assertThat(passes(linkType, filter, cooked(linkType, 0x8100, vlan(7, 0x0800, ipv4Request("GET")))))
                .isTrue();
        assertThat(passes(linkType, filter, cooked(linkType, 0x8100, vlan(7, 0x0800, ipv4Response("HTTP")))))
                .isTrue();
        assertThat(passes(linkType, filter, cooked(linkType, 0x8100, vlan(7, 0x86DD, ipv6Request("GET")))))
                .isTrue();
        assertThat(passes(
                        linkType,
                        filter,
                        cooked(linkType, 0x8100, vlan(7, 0x86DD, ipv6(IMDS6, CLIENT6, 6, new byte[20])))))
                .isTrue();
        assertThat(passes(
                        linkType,
                        filter,
                        cooked(linkType, 0x8100, vlan(7, 0x0800, ipv4(CLIENT, 0x08080808, 6, request("GET"))))))
                .isFalse();
        assertThat(passes(
                        linkType,
                        filter,
                        cooked(linkType, 0x8100, vlan(7, 0x86DD, ipv6(CLIENT6, CLIENT6, 6, request("GET"))))))
                .isFalse();
    }

    private static byte[] cooked(int linkType, int protocol, byte[] packet) {
        return linkType == LinkType.LINUX_SLL ? cookedV1(protocol, packet) : cookedV2(protocol, 3, packet);
    }

    @Test
    void letsFragmentsAndExtensionHeadersPass() throws PcapNativeException, NotOpenException {
        assertPasses(
                true,
                four(ipv4(CLIENT, IMDS, 6, 1, 0x2000, new byte[0], request("GET"))),
                four(ipv4(CLIENT, IMDS, 6, 1, 0x2005, new byte[0], new byte[8])),
                four(ipv4(CLIENT, IMDS, 6, 1, 0x0005, new byte[0], new byte[8])),
                six(ipv6(CLIENT6, IMDS6, 44, join(fragmentHeader(6, 64, false, 1), new byte[8]))),
                six(ipv6(CLIENT6, IMDS6, 0, join(extension(6, 0), request("GET")))),
                six(ipv6(CLIENT6, IMDS6, 60, join(extension(6, 0), request("GET")))));
    }

    @Test
    void letsTimeExceededMessagesPass() throws PcapNativeException, NotOpenException {
        assertPasses(
                true,
                four(ipv4(CLIENT, IMDS, 1, join(TIME_EXCEEDED, ipv4Response("")))),
                six(ipv6(CLIENT6, IMDS6, 58, join(IPV6_TIME_EXCEEDED, new byte[60]))));
    }

    @Test
    void keepsEverythingElseInTheKernel() throws PcapNativeException, NotOpenException {
        assertPasses(
                false,
                four(ipv4(CLIENT, 0x08080808, 6, request("GET"))),
                four(ipv4(CLIENT, IMDS, 6, tcp(CLIENT_PORT, 8080, 1, 0, new byte[0]))),
                four(ipv4(CLIENT, IMDS, 17, request("GET"))),
                four(ipv4(CLIENT, IMDS, 1, join(new byte[] {8, 0, 0, 0, 0, 0, 0, 0}, new byte[32]))),
                six(ipv6(CLIENT6, CLIENT6, 6, request("GET"))),
                six(ipv6(CLIENT6, IMDS6, 58, join(new byte[] {(byte) 135, 0, 0, 0}, new byte[60]))),
                ethernet(0x8100, vlan(7, 0x0800, ipv4(CLIENT, 0x08080808, 6, request("GET")))),
                ethernet(0x0806, new byte[28]));
    }

    @Test
    void tellsLongFramesFromShortOnes() throws PcapNativeException, NotOpenException {
        String filter = CaptureFilter.longerThan(1000, CaptureFilter.IMDS_WITH_VLAN);
        String text = "x".repeat(2000);

        assertThat(passes(filter, four(ipv4Request(text)))).isTrue();
        assertThat(passes(filter, ethernet(0x8100, vlan(7, 0x0800, ipv4Request(text)))))
                .isTrue();
        assertThat(passes(filter, four(ipv4Request("GET")))).isFalse();
        assertThat(passes(filter, four(ipv4(CLIENT, 0x08080808, 6, request(text)))))
                .isFalse();
    }
}
