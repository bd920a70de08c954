package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.packet.SocketFilter;
import java.nio.ByteBuffer;

/** Runs a filter's program as the kernel does: the reference of Documentation/networking/filter.rst, in loops. */
final class FilterInterpreter {
    static final int INCOMING = 0;
    static final int OUTGOING = 4;
    static final int ETHERNET = 1;
    static final int LOOPBACK = 772;

    private static final int PACKET_TYPE = -0x1000 + 4;
    private static final int HARDWARE_TYPE = -0x1000 + 28;

    private final ByteBuffer program;

    FilterInterpreter(SocketFilter filter) {
        program = filter.assemble().bytes();
    }

    /** How many bytes of the packet are kept; 0 for a packet that is dropped. */
    int run(byte[] packet, int packetType, int hardwareType) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        int accumulator = 0;
        int index = 0;
        int next = 0;
        try {
            while (true) {
                int code = program.getShort(8 * next);
                int ifTrue = Byte.toUnsignedInt(program.get(8 * next + 2));
                int ifFalse = Byte.toUnsignedInt(program.get(8 * next + 3));
                int k = program.getInt(8 * next + 4);
                next++;
                switch (code) {
                    case 0x80 -> accumulator = packet.length;
                    case 0x20 ->
                        accumulator = switch (k) {
                            case PACKET_TYPE -> packetType;
                            case HARDWARE_TYPE -> hardwareType;
                            default -> bytes.getInt(k);
                        };
                    case 0x28 -> accumulator = Short.toUnsignedInt(bytes.getShort(k));
                    case 0x30 -> accumulator = Byte.toUnsignedInt(bytes.get(k));
                    case 0x48 -> accumulator = Short.toUnsignedInt(bytes.getShort(index + k));
                    case 0x50 -> accumulator = Byte.toUnsignedInt(bytes.get(index + k));
                    case 0xB1 -> index = 4 * (bytes.get(k) & 0xF);
                    case 0x54 -> accumulator &= k;
                    case 0x05 -> next += k;
                    case 0x15 -> next += accumulator == k ? ifTrue : ifFalse;
                    case 0x25 -> next += Integer.compareUnsigned(accumulator, k) > 0 ? ifTrue : ifFalse;
                    case 0x45 -> next += (accumulator & k) != 0 ? ifTrue : ifFalse;
                    case 0x06 -> {
                        return Math.min(packet.length, k);
                    }
                    default -> throw new AssertionError("the kernel refuses an instruction of code " + code);
                }
            }
        } catch (IndexOutOfBoundsException behindTheEnd) {
            return 0;
        }
    }
}
