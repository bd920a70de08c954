package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.packet.PacketBytes;
import dev.imdsanalyzer.packet.TcpSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The frames of one connection with IMDS, Linux cooked v2, as both sides send them. */
final class ConnectionFrames {
    /** One frame: its bytes, and how many of them are payload. */
    static final class Sent {
        private final byte[] bytes;
        private final int payloadLength;

        private Sent(byte[] bytes, int payloadLength) {
            this.bytes = bytes;
            this.payloadLength = payloadLength;
        }

        int payloadLength() {
            return payloadLength;
        }

        /** The same packet as another interface of the host shows it, a bridge's for example. */
        Sent elsewhere() {
            byte[] copy = bytes.clone();
            copy[INTERFACE_INDEX_OFFSET + 3] = INTERFACE + 1;
            return new Sent(copy, payloadLength);
        }
    }

    /** Just before the numbers wrap, as they may in any connection. */
    private static final int CLIENT_START = -100;

    private static final int SERVER_START = 5_000;
    private static final int INTERFACE = 2;
    /** In the header of Linux cooked v2. */
    private static final int INTERFACE_INDEX_OFFSET = 4;

    private static final byte[] NOTHING = new byte[0];

    private final int clientPort;
    private final List<Sent> sent = new ArrayList<>();
    private int clientNext = CLIENT_START;
    private int serverNext = SERVER_START;

    ConnectionFrames(int clientPort) {
        this.clientPort = clientPort;
    }

    /** Three-way handshake. */
    ConnectionFrames open() {
        add(true, TcpSegment.SYN, NOTHING);
        clientNext++;
        add(false, TcpSegment.SYN | TcpSegment.ACK, NOTHING);
        serverNext++;
        return add(true, TcpSegment.ACK, NOTHING);
    }

    /** Bytes of one side in segments of at most that size. */
    ConnectionFrames send(boolean fromClient, byte[] bytes, int segmentBytes) {
        for (int at = 0; at < bytes.length; at += segmentBytes) {
            byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + segmentBytes));
            add(fromClient, TcpSegment.ACK | TcpSegment.PSH, part);
            advance(fromClient, part.length);
        }
        return this;
    }

    /** The client acknowledges what it has received. */
    ConnectionFrames acknowledge() {
        return add(true, TcpSegment.ACK, NOTHING);
    }

    /** Both sides send FIN. */
    ConnectionFrames close() {
        for (boolean fromClient : new boolean[] {true, false}) {
            add(fromClient, TcpSegment.FIN | TcpSegment.ACK, NOTHING);
            advance(fromClient, 1);
        }
        return this;
    }

    List<Sent> frames() {
        return sent;
    }

    private void advance(boolean fromClient, int count) {
        if (fromClient) {
            clientNext += count;
        } else {
            serverNext += count;
        }
    }

    private ConnectionFrames add(boolean fromClient, int flags, byte[] payload) {
        byte[] tcp = fromClient
                ? PacketBytes.tcp(clientPort, 80, clientNext, acknowledged(flags, serverNext), flags, NOTHING, payload)
                : PacketBytes.tcp(80, clientPort, serverNext, acknowledged(flags, clientNext), flags, NOTHING, payload);
        byte[] ip = fromClient
                ? PacketBytes.ipv4(PacketBytes.CLIENT, PacketBytes.IMDS, 6, tcp)
                : PacketBytes.ipv4(PacketBytes.IMDS, PacketBytes.CLIENT, 6, tcp);
        sent.add(new Sent(PacketBytes.cookedV2(0x0800, INTERFACE, ip), payload.length));
        return this;
    }

    private static int acknowledged(int flags, int next) {
        return (flags & TcpSegment.ACK) == 0 ? 0 : next;
    }

    /** Gives the frames to the stages, a microsecond after one another from that time on; the time of the next. */
    static long feed(List<Sent> frames, long fromNanos, LinePipeline pipeline) {
        Frame frame = new Frame();
        long now = fromNanos;
        for (Sent one : frames) {
            byte[] bytes = one.bytes;
            pipeline.onFrame(frame.wrap(now, LinkType.LINUX_SLL2, bytes, 0, bytes.length, bytes.length));
            now += 1_000;
        }
        return now;
    }
}
