package dev.imdsanalyzer.packet;

import static dev.imdsanalyzer.packet.PacketBytes.CLIENT;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT6;
import static dev.imdsanalyzer.packet.PacketBytes.CLIENT_PORT;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS;
import static dev.imdsanalyzer.packet.PacketBytes.IMDS6;
import static dev.imdsanalyzer.packet.PacketBytes.ascii;
import static dev.imdsanalyzer.packet.PacketBytes.extension;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Request;
import static dev.imdsanalyzer.packet.PacketBytes.ipv4Response;
import static dev.imdsanalyzer.packet.PacketBytes.ipv6;
import static dev.imdsanalyzer.packet.PacketBytes.join;
import static dev.imdsanalyzer.packet.PacketBytes.slice;
import static dev.imdsanalyzer.packet.PacketBytes.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.status.Counter;
import org.junit.jupiter.api.Test;

/** ICMP messages that quote a packet which died on its way. */
class TimeExceededTest {
    private static final int RAW = LinkType.RAW;

    private final DecoderFixture fixture = new DecoderFixture();

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
}
