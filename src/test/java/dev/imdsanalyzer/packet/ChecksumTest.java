package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6;
import static dev.imdsanalyzer.packet.PacketBytes.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of the sums of a segment, against sums made by the rule of RFC 1071, one 16-bit word after the other. */
class ChecksumTest {
    private static final int CHECKSUM_OFFSET = 16;
    private static final int IPV4_CHECKSUM_OFFSET = 10;

    private final List<Checksum> seen = new ArrayList<>();
    private final PacketDecoder decoder = new PacketDecoder(
            new PacketHandler() {
                @Override
                public void onSegment(TcpSegment segment) {
                    seen.add(segment.checksum);
                }

                @Override
                public void onTimeExceeded(TcpSegment quoted) {}

                @Override
                public void onIdle(long nowNanos) {}
            },
            new Counters());

    private static int sum(byte[] bytes, int start) {
        long sum = start;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xFF) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (int) sum;
    }

    private static int pseudoHeader(int length) {
        return sum(new byte[0], 6 + length + (CLIENT >>> 16) + (CLIENT & 0xFFFF) + (IMDS >>> 16) + (IMDS & 0xFFFF));
    }

    private static byte[] withSum(byte[] bytes, int offset, int sum) {
        byte[] copy = bytes.clone();
        copy[offset] = (byte) (sum >> 8);
        copy[offset + 1] = (byte) sum;
        return copy;
    }

    private static byte[] rightTcp(String payload) {
        byte[] tcp = request(payload);
        return withSum(tcp, CHECKSUM_OFFSET, ~sum(tcp, pseudoHeader(tcp.length)));
    }

    private Checksum of(byte[] packet) {
        return of(new Frame().wrap(1, LinkType.RAW, packet, 0, packet.length, packet.length));
    }

    private Checksum of(Frame frame) {
        seen.clear();
        decoder.onFrame(frame);
        assertThat(seen).hasSize(1);
        return seen.get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GE", "GET", "GET /", "GET /latest/meta-data/mac"})
    void aRightSumIsRightAndEveryOtherIsNot(String payload) {
        byte[] tcp = rightTcp(payload);
        assertThat(of(ipv4(CLIENT, IMDS, 6, tcp))).isEqualTo(Checksum.RIGHT);
        for (int bit = 0; bit < 8 * tcp.length; bit++) {
            byte[] other = tcp.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            if (bit / 8 > 3 && bit / 8 != 12) {
                assertThat(of(ipv4(CLIENT, IMDS, 6, other))).as("bit %d", bit).isNotEqualTo(Checksum.RIGHT);
            }
        }
    }

    @Test
    void theSumOfThePseudoHeaderIsLeftToTheDevice() {
        byte[] tcp = request("GET");
        int pseudo = pseudoHeader(tcp.length);
        assertThat(of(ipv4(CLIENT, IMDS, 6, withSum(tcp, CHECKSUM_OFFSET, pseudo))))
                .isEqualTo(Checksum.LEFT_TO_DEVICE);
        assertThat(of(ipv4(CLIENT, IMDS, 6, withSum(tcp, CHECKSUM_OFFSET, pseudoHeader(0)))))
                .isEqualTo(Checksum.LEFT_TO_DEVICE);
        assertThat(of(ipv4(CLIENT, IMDS, 6, withSum(tcp, CHECKSUM_OFFSET, 0)))).isEqualTo(Checksum.LEFT_TO_DEVICE);
        assertThat(of(ipv4(CLIENT, IMDS, 6, withSum(tcp, CHECKSUM_OFFSET, pseudo + 1))))
                .isEqualTo(Checksum.WRONG);
    }

    @Test
    void ipv6HasTheSameSum() {
        byte[] tcp = request("GET");
        int pseudo = sum(PacketBytes.join(CLIENT6, IMDS6), 6 + tcp.length);
        assertThat(of(ipv6(CLIENT6, IMDS6, 6, withSum(tcp, CHECKSUM_OFFSET, ~sum(tcp, pseudo)))))
                .isEqualTo(Checksum.RIGHT);
        assertThat(of(ipv6(CLIENT6, IMDS6, 6, withSum(tcp, CHECKSUM_OFFSET, pseudo))))
                .isEqualTo(Checksum.LEFT_TO_DEVICE);
    }

    @Test
    void aWrongSumOfTheIpHeaderIsWrongToo() {
        byte[] packet = ipv4(CLIENT, IMDS, 6, rightTcp("GET"));
        byte[] header = PacketBytes.slice(packet, 0, 20);
        assertThat(of(withSum(packet, IPV4_CHECKSUM_OFFSET, ~sum(header, 0)))).isEqualTo(Checksum.RIGHT);
        assertThat(of(withSum(packet, IPV4_CHECKSUM_OFFSET, ~sum(header, 1)))).isEqualTo(Checksum.WRONG);
    }

    @Test
    void theSumOfASegmentThatIsCutIsUnknown() {
        byte[] packet = ipv4(CLIENT, IMDS, 6, rightTcp("GET"));
        assertThat(of(new Frame().wrap(1, LinkType.RAW, packet, 0, packet.length - 1, packet.length)))
                .isEqualTo(Checksum.UNKNOWN);
    }

    @Test
    void whatTheKernelSaysOfThePacketDecidesWhereItSaysAnything() {
        byte[] tcp = request("GET");
        byte[] left = ipv4(CLIENT, IMDS, 6, withSum(tcp, CHECKSUM_OFFSET, pseudoHeader(tcp.length)));
        int length = left.length;
        assertThat(of(new Frame().wrap(1, LinkType.RAW, left, 0, length, length)))
                .isEqualTo(Checksum.LEFT_TO_DEVICE);
        assertThat(of(frame(left, true, false))).isEqualTo(Checksum.RIGHT);
        assertThat(of(frame(left, false, true))).isEqualTo(Checksum.RIGHT);
        assertThat(of(frame(left, false, false))).isEqualTo(Checksum.WRONG);
    }

    private static Frame frame(byte[] packet, boolean notReady, boolean valid) {
        return new Frame()
                .wrap(1, LinkType.RAW, packet, 0, packet.length, packet.length)
                .checksum(notReady, valid);
    }
}
