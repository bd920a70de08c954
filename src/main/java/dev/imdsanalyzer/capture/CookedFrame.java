package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.packet.CapturedPacket;

/**
 * Makes a frame of link type {@link LinkType#LINUX_SLL2} from a packet and what the kernel says of it, so that all devices
 * look alike. {@code packet.LinkHeader} shows the header's fields.
 */
final class CookedFrame {
    static final int HEADER_LENGTH = 20;

    private static final int PROTOCOL = 0;
    private static final int INTERFACE_INDEX = 4;
    private static final int HARDWARE_TYPE = 8;
    private static final int PACKET_TYPE = 10;
    private static final int ADDRESS = 11;

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final int TAG_LENGTH = 4;

    private CookedFrame() {}

    /**
     * Writes header and packet to the start of a buffer that is long enough.
     *
     * @return bytes written
     */
    static int copy(CapturedPacket packet, byte[] buffer) {
        int captured = packet.capturedLength();
        packet.copyPacket(buffer, HEADER_LENGTH);
        putInt16(buffer, PROTOCOL, protocol(packet.protocol(), buffer, captured));
        putInt16(buffer, PROTOCOL + 2, 0);
        putInt16(buffer, INTERFACE_INDEX, packet.interfaceIndex() >>> 16);
        putInt16(buffer, INTERFACE_INDEX + 2, packet.interfaceIndex());
        putInt16(buffer, HARDWARE_TYPE, packet.hardwareType());
        buffer[PACKET_TYPE] = (byte) packet.packetType();
        packet.copyLinkAddress(buffer, ADDRESS);
        return HEADER_LENGTH + captured;
    }

    /**
     * What the packet is. Before Linux 6.10 one that leaves with a tag which its device cannot add is said to be of VLAN's
     * protocol, though it begins behind that tag.
     *
     * @param told by the kernel
     * @param buffer has the packet behind the header
     */
    static int protocol(int told, byte[] buffer, int captured) {
        boolean behindTag = captured >= TAG_LENGTH && isIp(uint16(buffer, HEADER_LENGTH + 2));
        if (isIp(told) || captured < TAG_LENGTH || behindTag) {
            return told;
        }
        return switch (buffer[HEADER_LENGTH] >>> 4 & 0xF) {
            case 4 -> IPV4;
            case 6 -> IPV6;
            default -> told;
        };
    }

    private static boolean isIp(int etherType) {
        return etherType == IPV4 || etherType == IPV6;
    }

    private static int uint16(byte[] buffer, int offset) {
        return (buffer[offset] & 0xFF) << 8 | (buffer[offset + 1] & 0xFF);
    }

    private static void putInt16(byte[] buffer, int offset, int value) {
        buffer[offset] = (byte) (value >>> 8);
        buffer[offset + 1] = (byte) value;
    }
}
