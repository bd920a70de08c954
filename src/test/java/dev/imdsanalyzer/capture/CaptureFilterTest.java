package dev.imdsanalyzer.capture;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT_PORT;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
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

import dev.imdsanalyzer.LinuxOnly;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Packets are as a socket without link headers gets them: from the IP header on. */
@LinuxOnly("packet(7)'s filters")
class CaptureFilterTest {
    private static final int SNAP = 65_535;
    private static final byte[] TIME_EXCEEDED = {11, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] IPV6_TIME_EXCEEDED = {3, 0, 0, 0, 0, 0, 0, 0};

    /** The same in the words of pcap-filter(7). */
    private static final String EXPRESSION = "(ip host 169.254.169.254 and (tcp port 80 or ip[6:2] & 0x1fff != 0"
            + " or (ip proto 1 and icmp[0] = 11)))"
            + " or (ip6 host fd00:ec2::254 and (tcp port 80 or ip6[6] = 0 or ip6[6] = 43"
            + " or ip6[6] = 44 or ip6[6] = 51 or ip6[6] = 60 or (ip6[6] = 58 and ip6[40] = 3)))";

    private static final FilterInterpreter FILTER = new FilterInterpreter(CaptureFilter.of(0, Integer.MAX_VALUE, SNAP));

    private static boolean passes(byte[] packet) {
        int kept = FILTER.run(packet, FilterInterpreter.INCOMING, FilterInterpreter.ETHERNET);
        assertThat(kept).isIn(0, packet.length);
        return kept > 0;
    }

    private static void assertPasses(boolean expected, byte[]... packets) {
        for (int i = 0; i < packets.length; i++) {
            assertThat(passes(packets[i])).as("packet %d", i).isEqualTo(expected);
        }
    }

    @Test
    void letsSegmentsOfImdsPassBothWays() {
        assertPasses(
                true,
                ipv4Request("GET"),
                ipv4Response("HTTP"),
                ipv6Request("GET"),
                ipv6(IMDS6, CLIENT6, 6, tcp(80, CLIENT_PORT, 1, 0, new byte[0])));
    }

    @Test
    void letsTheInnerOfTwoTagsPass() {
        for (int tag : new int[] {7, 0x4007, 0x6007, 0xE007}) {
            assertPasses(
                    true,
                    tagged(tag, 0x0800, ipv4Request("GET")),
                    tagged(tag, 0x0800, ipv4Response("HTTP")),
                    tagged(tag, 0x86DD, ipv6Request("GET")),
                    tagged(tag, 0x86DD, ipv6(IMDS6, CLIENT6, 6, new byte[20])));
            assertPasses(
                    false,
                    tagged(tag, 0x0800, ipv4(CLIENT, 0x08080808, 6, request("GET"))),
                    tagged(tag, 0x86DD, ipv6(CLIENT6, CLIENT6, 6, request("GET"))),
                    tagged(tag, 0x0806, ipv4Request("GET")));
        }
    }

    private static byte[] tagged(int number, int etherType, byte[] packet) {
        byte[] tagged = vlan(0, etherType, packet);
        tagged[0] = (byte) (number >>> 8);
        tagged[1] = (byte) number;
        return tagged;
    }

    @Test
    void letsFragmentsAndExtensionHeadersPass() {
        assertPasses(
                true,
                ipv4(CLIENT, IMDS, 6, 1, 0x2000, new byte[0], request("GET")),
                ipv4(CLIENT, IMDS, 6, 1, 0x2005, new byte[0], new byte[8]),
                ipv4(CLIENT, IMDS, 6, 1, 0x0005, new byte[0], new byte[8]),
                ipv6(CLIENT6, IMDS6, 44, join(fragmentHeader(6, 64, false, 1), new byte[8])),
                ipv6(CLIENT6, IMDS6, 0, join(extension(6, 0), request("GET"))),
                ipv6(CLIENT6, IMDS6, 60, join(extension(6, 0), request("GET"))));
    }

    @Test
    void findsThePortsBehindOptions() {
        assertPasses(true, ipv4(CLIENT, IMDS, 6, 1, 0, new byte[40], request("GET")));
    }

    @Test
    void letsTimeExceededMessagesPass() {
        assertPasses(
                true,
                ipv4(CLIENT, IMDS, 1, join(TIME_EXCEEDED, ipv4Response(""))),
                ipv6(CLIENT6, IMDS6, 58, join(IPV6_TIME_EXCEEDED, new byte[60])));
    }

    @Test
    void keepsEverythingElseInTheKernel() {
        assertPasses(
                false,
                ipv4(CLIENT, 0x08080808, 6, request("GET")),
                ipv4(CLIENT, IMDS, 6, tcp(CLIENT_PORT, 8080, 1, 0, new byte[0])),
                ipv4(CLIENT, IMDS, 17, request("GET")),
                ipv4(CLIENT, IMDS, 1, join(new byte[] {8, 0, 0, 0, 0, 0, 0, 0}, new byte[32])),
                ipv6(CLIENT6, CLIENT6, 6, request("GET")),
                ipv6(CLIENT6, IMDS6, 58, join(new byte[] {(byte) 135, 0, 0, 0}, new byte[60])),
                new byte[28],
                new byte[1]);
    }

    @Test
    void keepsWhatAHostSendsToItselfOnce() {
        byte[] packet = ipv4Request("GET");
        assertThat(FILTER.run(packet, FilterInterpreter.OUTGOING, FilterInterpreter.LOOPBACK))
                .isZero();
        assertThat(FILTER.run(packet, FilterInterpreter.INCOMING, FilterInterpreter.LOOPBACK))
                .isEqualTo(packet.length);
        assertThat(FILTER.run(packet, FilterInterpreter.OUTGOING, FilterInterpreter.ETHERNET))
                .isEqualTo(packet.length);
    }

    @Test
    void everyLengthIsOfOneRingAndCutAsThatSays() {
        List<FilterInterpreter> rings = List.of(
                new FilterInterpreter(CaptureFilter.of(0, 80, 80)),
                new FilterInterpreter(CaptureFilter.of(81, 432, 1968, 432)),
                new FilterInterpreter(CaptureFilter.of(433, 1968, 1968)));
        for (int payload = 0; payload < 3_000; payload += payload < 500 ? 1 : 97) {
            byte[] packet = ipv4Request("x".repeat(payload));
            int[] kept = rings.stream()
                    .mapToInt(ring -> ring.run(packet, FilterInterpreter.INCOMING, FilterInterpreter.ETHERNET))
                    .filter(length -> length > 0)
                    .toArray();
            assertThat(kept).as("%d bytes", packet.length).containsExactly(packet.length > 1968 ? 432 : packet.length);
        }
    }

    @Tag("programs")
    @Test
    void agreesWithLibpcapOnRandomPackets() throws PcapNativeException, NotOpenException {
        assumeTrue(libpcapIsThere(), "libpcap is not installed");
        byte[][] seeds = {
            ipv4Request("GET"),
            ipv4Response("HTTP"),
            ipv6Request("GET"),
            ipv4(CLIENT, IMDS, 1, join(TIME_EXCEEDED, ipv4Response(""))),
            ipv4(CLIENT, IMDS, 6, 1, 0, new byte[8], request("GET")),
            ipv6(IMDS6, CLIENT6, 58, join(IPV6_TIME_EXCEEDED, new byte[60])),
            ipv6(CLIENT6, IMDS6, 0, join(extension(6, 0), request("GET")))
        };
        Random random = new Random(7);
        int passed = 0;
        try (PcapHandle handle = Pcaps.openDead(DataLinkType.RAW, SNAP)) {
            BpfProgram program =
                    handle.compileFilter(EXPRESSION, BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
            for (int i = 0; i < 20_000; i++) {
                byte[] seed = seeds[random.nextInt(seeds.length)];
                byte[] packet = Arrays.copyOf(seed, random.nextInt(8) == 0 ? random.nextInt(seed.length) : seed.length);
                for (int change = random.nextInt(3); change > 0 && packet.length > 0; change--) {
                    packet[random.nextInt(Math.min(packet.length, 60))] = (byte) random.nextInt();
                }
                boolean expected = packet.length > 0 && program.applyFilter(packet);
                assertThat(passes(packet)).as("%s", Arrays.toString(packet)).isEqualTo(expected);
                passed += expected ? 1 : 0;
            }
            program.free();
        }
        assertThat(passed).isBetween(2_000, 19_000);
    }

    private static boolean libpcapIsThere() {
        try {
            return !Pcaps.libVersion().isEmpty();
        } catch (LinkageError e) {
            return false;
        }
    }
}
