package dev.imdsanalyzer.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketDecoderRandomTest {
    private static final int[] LINK_TYPES = {0, 1, 12, 14, 101, 108, 113, 228, 229, 276, 9999};

    private final DecoderFixture fixture = new DecoderFixture();
    private final Random random = new Random(20261122);

    @Test
    void countsEveryFrameOnceWhateverItsBytesAre() {
        for (int round = 0; round < 60_000; round++) {
            byte[] bytes = sample();
            int changes = random.nextInt(4);
            for (int i = 0; i < changes && bytes.length > 0; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] cut = PacketBytes.slice(
                    bytes, 0, random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length);
            int original = random.nextInt(8) == 0 ? random.nextInt() : bytes.length;
            fixture.feed(LINK_TYPES[random.nextInt(LINK_TYPES.length)], cut, original);
            for (RecordingHandler.Seen seen : fixture.handler.segments) {
                assertThat(seen.missing()).isNotNegative();
            }
            fixture.handler.segments.clear();
        }

        assertThat(fixture.count(Counter.FRAMES)).isEqualTo(60_000);
        assertThat(fixture.count(Counter.SEGMENTS)).isGreaterThan(1_000);
        assertThat(fixture.count(Counter.FRAMES_UNDECODABLE)).isGreaterThan(1_000);
        assertThat(fixture.count(Counter.TIME_EXCEEDED)).isGreaterThan(100);
    }

    @Test
    void survivesRandomBytesOfEveryLength() {
        for (int length = 0; length < 300; length++) {
            for (int linkType : LINK_TYPES) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                fixture.feed(linkType, bytes);
            }
        }

        assertThat(fixture.count(Counter.FRAMES)).isEqualTo(300L * LINK_TYPES.length);
        assertThat(LinkType.isSupported(9999)).isFalse();
    }

    private byte[] sample() {
        byte[] quote = PacketBytes.join(new byte[] {11, 0, 0, 0, 0, 0, 0, 0}, PacketBytes.ipv4Response("x"));
        byte[] fragment = PacketBytes.fragmentHeader(6, random.nextInt(6) * 8, random.nextBoolean(), random.nextInt(3));
        byte[] four = random.nextBoolean()
                ? PacketBytes.ipv4Request("GET / HTTP/1.1\r\n\r\n")
                : PacketBytes.ipv4(
                        PacketBytes.CLIENT,
                        PacketBytes.IMDS,
                        6,
                        random.nextInt(4),
                        random.nextInt(8) | (random.nextBoolean() ? 0x2000 : 0),
                        new byte[4 * random.nextInt(3)],
                        PacketBytes.slice(PacketBytes.request("GET / HTTP/1.1\r\n\r\n"), 0, 8 * random.nextInt(5)));
        byte[] six = switch (random.nextInt(3)) {
            case 0 -> PacketBytes.ipv6Request("GET / HTTP/1.1\r\n\r\n");
            case 1 ->
                PacketBytes.ipv6(
                        PacketBytes.CLIENT6,
                        PacketBytes.IMDS6,
                        44,
                        PacketBytes.join(fragment, new byte[random.nextInt(40)]));
            default ->
                PacketBytes.ipv6(
                        PacketBytes.CLIENT6,
                        PacketBytes.IMDS6,
                        0,
                        PacketBytes.join(
                                PacketBytes.extension(random.nextInt(64), random.nextInt(3)),
                                PacketBytes.request("PUT")));
        };
        return switch (random.nextInt(8)) {
            case 0 -> four;
            case 1 -> six;
            case 2 -> PacketBytes.ethernet(0x0800, four);
            case 3 -> PacketBytes.ethernet(0x8100, PacketBytes.vlan(3, 0x86DD, six));
            case 4 -> PacketBytes.cookedV1(0x0800, four);
            case 5 -> PacketBytes.cookedV2(0x86DD, 1, six);
            case 6 -> PacketBytes.loopback(new byte[] {2, 0, 0, 0}, four);
            default -> PacketBytes.ipv4(1, PacketBytes.IMDS, 1, quote);
        };
    }
}
