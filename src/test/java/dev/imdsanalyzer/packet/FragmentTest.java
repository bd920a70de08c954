package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
import static dev.imdsanalyzer.packet.PacketBytes.cookedV2;
import static dev.imdsanalyzer.packet.PacketBytes.extension;
import static dev.imdsanalyzer.packet.PacketBytes.fragmentHeader;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6;
import static dev.imdsanalyzer.packet.PacketBytes.join;
import static dev.imdsanalyzer.packet.PacketBytes.request;
import static dev.imdsanalyzer.packet.PacketBytes.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import org.junit.jupiter.api.Test;

class FragmentTest {
    private static final String TEXT = "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1";
    private static final byte[] WHOLE = request(TEXT);
    private static final int MORE_FRAGMENTS = 0x2000;

    private final DecoderFixture fixture = new DecoderFixture();

    private static byte[] fragment(int identification, int from, int to) {
        int flags = (to < WHOLE.length ? MORE_FRAGMENTS : 0) | (from / 8);
        return ipv4(CLIENT, IMDS, 6, identification, flags, new byte[0], slice(WHOLE, from, to));
    }

    private static byte[] fragment6(int identification, int from, int to) {
        byte[] header = fragmentHeader(6, from, to < WHOLE.length, identification);
        return ipv6(CLIENT6, IMDS6, 44, join(header, slice(WHOLE, from, to)));
    }

    private void feed(byte[]... packets) {
        for (byte[] packet : packets) {
            fixture.feed(LinkType.RAW, packet);
        }
    }

    @Test
    void putsIpv4FragmentsTogetherInAnyOrder() {
        feed(fragment(1, 0, 16), fragment(1, 16, 40), fragment(1, 40, WHOLE.length));
        feed(fragment(2, 40, WHOLE.length), fragment(2, 16, 40), fragment(2, 0, 16));
        feed(fragment(3, 16, 40), fragment(3, 40, WHOLE.length), fragment(3, 0, 16));

        assertThat(fixture.payloads()).containsExactly(TEXT, TEXT, TEXT);
        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isZero();
    }

    @Test
    void putsIpv6FragmentsTogetherWithOptionsInThem() {
        byte[] whole = join(extension(6, 0), WHOLE);
        feed(
                ipv6(CLIENT6, IMDS6, 44, join(fragmentHeader(60, 0, true, 9), slice(whole, 0, 32))),
                ipv6(CLIENT6, IMDS6, 44, join(fragmentHeader(60, 32, false, 9), slice(whole, 32, whole.length))));
        feed(fragment6(10, 24, WHOLE.length), fragment6(10, 0, 24));

        assertThat(fixture.payloads()).containsExactly(TEXT, TEXT);
    }

    @Test
    void takesAnAtomicIpv6FragmentAsAWholePacket() {
        feed(fragment6(4, 0, 24), fragment6(4, 0, WHOLE.length));

        assertThat(fixture.payloads()).containsExactly(TEXT);
    }

    @Test
    void keepsPacketsWithDifferentIdentificationsApart() {
        feed(fragment(1, 0, 16), fragment(2, 0, 16), fragment(2, 16, WHOLE.length), fragment(1, 16, WHOLE.length));

        assertThat(fixture.payloads()).containsExactly(TEXT, TEXT);
    }

    @Test
    void keepsInterfacesApart() {
        for (byte[] packet : new byte[][] {fragment(1, 0, 16), fragment(1, 16, WHOLE.length)}) {
            fixture.feed(LinkType.LINUX_SLL2, cookedV2(0x0800, 1, packet));
            fixture.feed(LinkType.LINUX_SLL2, cookedV2(0x0800, 2, packet));
        }

        assertThat(fixture.payloads()).containsExactly(TEXT, TEXT);
        assertThat(fixture.handler.segments.get(1).interfaceIndex()).isEqualTo(2);
    }

    @Test
    void takesAFragmentSeenTwiceOnce() {
        feed(fragment(1, 0, 16), fragment(1, 0, 16), fragment(1, 16, WHOLE.length));

        assertThat(fixture.payloads()).containsExactly(TEXT);
    }

    @Test
    void ignoresAFragmentAllOfWhoseBytesAreThereWhateverIsInIt() {
        byte[] liar = fragment(1, 0, 16);
        liar[20 + 9]++;

        feed(fragment(1, 0, 16), liar, fragment(1, 16, WHOLE.length));

        assertThat(fixture.payloads()).containsExactly(TEXT);
        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isZero();
    }

    @Test
    void dropsAPacketWhoseFragmentsOverlapInPart() {
        feed(fragment(1, 0, 24), fragment(1, 16, 40), fragment(1, 40, WHOLE.length));

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isEqualTo(2);
    }

    @Test
    void dropsAPacketWithTwoEnds() {
        byte[] otherEnd = ipv4(CLIENT, IMDS, 6, 1, 5, new byte[0], new byte[8]);

        feed(fragment(1, 40, WHOLE.length), otherEnd, fragment(1, 0, 40));

        assertThat(fixture.handler.segments).isEmpty();
    }

    @Test
    void dropsAPacketThatGoesOnBehindItsEnd() {
        byte[] behind = ipv4(CLIENT, IMDS, 6, 1, MORE_FRAGMENTS | 100, new byte[0], new byte[8]);

        feed(fragment(1, 40, WHOLE.length), behind);
        feed(behind, fragment(1, 40, WHOLE.length));

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isEqualTo(4);
    }

    @Test
    void countsFragmentsThatCannotBe() {
        feed(
                ipv4(CLIENT, IMDS, 6, 1, MORE_FRAGMENTS, new byte[0], new byte[9]),
                ipv4(CLIENT, IMDS, 6, 1, MORE_FRAGMENTS, new byte[0], new byte[0]),
                ipv4(CLIENT, IMDS, 6, 1, 0x1FFF, new byte[0], new byte[64]));

        assertThat(fixture.count(Counter.FRAMES_UNDECODABLE)).isEqualTo(3);
    }

    @Test
    void doesNotUseAFragmentThatTheCaptureCutShort() {
        byte[] first = fragment(1, 0, 40);

        fixture.feed(LinkType.RAW, slice(first, 0, first.length - 1), first.length);
        feed(fragment(1, 40, WHOLE.length));

        assertThat(fixture.handler.segments).isEmpty();
        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isEqualTo(1);
    }

    @Test
    void forgetsAPacketThatStaysIncompleteForThirtySeconds() {
        feed(fragment(1, 0, 16));
        fixture.decoder.onIdle(fixture.nowNanos + 30_000_000_000L);
        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isZero();

        fixture.decoder.onIdle(fixture.nowNanos + 30_000_000_001L);
        feed(fragment(1, 16, WHOLE.length));

        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isEqualTo(1);
        assertThat(fixture.handler.segments).isEmpty();
    }

    @Test
    void evictsTheOldestPacketPastSixtyFour() {
        for (int identification = 0; identification < 65; identification++) {
            feed(fragment(identification, 0, 16));
        }
        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isEqualTo(1);

        for (int identification = 64; identification >= 1; identification--) {
            feed(fragment(identification, 16, WHOLE.length));
        }

        assertThat(fixture.payloads()).hasSize(64);
    }

    @Test
    void staysWithinTheBudgetOfBytes() {
        FragmentTable table = new FragmentTable(FragmentTable.Budget.DEFAULT, fixture.counters);
        FragmentTable.Key key = new FragmentTable.Key();
        for (int identification = 0; identification < 1000; identification++) {
            key.identification = identification;
            key.timestampNanos = identification;
            table.add(key, 65_528, false, 6, new byte[7], 0, 7, 7);
            assertThat(table.bytes()).isLessThanOrEqualTo(1 << 20);
        }

        assertThat(fixture.count(Counter.FRAGMENTS_EXPIRED)).isEqualTo(1000 - 16);
    }
}
