package dev.imdsanalyzer.kernel.packet;

import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.Libc;
import dev.imdsanalyzer.kernel.NativeBuffer;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A packet socket with a ring: packet(7). Packets come without their link's header (SOCK_DGRAM), from one device or, with
 * index 0, from all. It needs CAP_NET_RAW in the user namespace of its network namespace.
 *
 * <p>Constants: include/uapi/linux/if_packet.h and asm-generic/socket.h, the same on x86-64 and arm64.
 */
public final class PacketSocket implements AutoCloseable {
    /** Index that stands for all devices, present and future. */
    public static final int ALL_DEVICES = 0;

    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int ETH_P_ALL = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;

    /** struct sockaddr_ll: {u16 family, be16 protocol, s32 index, u16 hardware type, u8 type, u8 length, u8[8]}. */
    static final int ADDRESS_BYTES = 20;

    private final int descriptor;
    private final ByteBuffer memory;
    private final NativeBuffer statistics = new NativeBuffer(8);
    private long received;
    private long dropped;
    private boolean closed;

    private PacketSocket(int descriptor, ByteBuffer memory) {
        this.descriptor = descriptor;
        this.memory = memory;
    }

    /**
     * The number of a device.
     *
     * @throws KernelException ENODEV where there is none of that name
     */
    public static int deviceIndex(String name) throws KernelException {
        // IFNAMSIZ is 16 with the final NUL; a longer name is of no device.
        int longest = 15;
        if (name.isEmpty() || name.length() > longest || !name.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new KernelException("if_nametoindex", Errno.ENODEV);
        }
        int index = Libc.ifNameToIndex(new NativeBuffer(longest + 1).putString(name));
        if (index == 0) {
            throw new KernelException("if_nametoindex", Libc.errno());
        }
        return index;
    }

    /**
     * Opens one; from here on the kernel fills its ring.
     *
     * @param deviceIndex of {@link #deviceIndex}, or {@link #ALL_DEVICES}
     * @param filter decides for each packet, from the first one on, how many of its bytes are kept
     * @throws KernelException EPERM or EACCES without the capability, ENETDOWN where the device is down, ENODEV where it
     *     is gone, ENOMEM where there is no memory for the ring
     */
    public static PacketSocket open(int deviceIndex, SocketFilter filter, RingMemory shape) throws KernelException {
        // No protocol, so that nothing comes before the filter is there.
        int descriptor = Libc.socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        check("socket(AF_PACKET)", descriptor);
        ByteBuffer memory = null;
        try {
            check("setsockopt(SO_ATTACH_FILTER)", Libc.attachFilter(descriptor, filter.assemble()));
            NativeBuffer version = new NativeBuffer(Integer.BYTES);
            version.bytes().putInt(0, shape.version());
            check("setsockopt(PACKET_VERSION)", Libc.setsockopt(descriptor, SOL_PACKET, PACKET_VERSION, version));
            check(
                    "setsockopt(PACKET_RX_RING)",
                    Libc.setsockopt(descriptor, SOL_PACKET, PACKET_RX_RING, shape.request()));
            memory = SystemCalls.map(descriptor, 0, shape.bytes(), true);
            check("bind(AF_PACKET)", Libc.bind(descriptor, address(deviceIndex)));
            PacketSocket socket = new PacketSocket(descriptor, memory);
            int error = socket.takeError();
            if (error != 0) {
                throw new KernelException("bind(AF_PACKET)", error);
            }
            return socket;
        } catch (KernelException | RuntimeException e) {
            if (memory != null) {
                SystemCalls.unmap(memory);
            }
            Libc.close(descriptor);
            throw e;
        }
    }

    private static NativeBuffer address(int deviceIndex) {
        NativeBuffer address = new NativeBuffer(ADDRESS_BYTES);
        address.bytes().putShort(0, (short) AF_PACKET).putInt(4, deviceIndex);
        address.bytes().order(ByteOrder.BIG_ENDIAN).putShort(2, (short) ETH_P_ALL);
        return address;
    }

    private static void check(String what, int result) throws KernelException {
        if (result < 0) {
            throw new KernelException(what, Libc.errno());
        }
    }

    /** To be polled; readable where the ring holds a packet. */
    public int descriptor() {
        return descriptor;
    }

    /** The ring; valid until {@link #close}. */
    public ByteBuffer memory() {
        return memory;
    }

    /**
     * What happened to the socket, as ENETDOWN when its device went down or away; 0 for nothing. Told once.
     *
     * @throws KernelException never, but for a fault of this program
     */
    public int takeError() throws KernelException {
        NativeBuffer error = new NativeBuffer(Integer.BYTES);
        check("getsockopt(SO_ERROR)", Libc.getsockopt(descriptor, SOL_SOCKET, SO_ERROR, error));
        return error.bytes().getInt(0);
    }

    /** Packets that passed the filter, with those that were dropped. Any thread. */
    public synchronized long received() {
        readStatistics();
        return received;
    }

    /** Packets that passed the filter and found the ring full. Any thread. */
    public synchronized long dropped() {
        readStatistics();
        return dropped;
    }

    /** struct tpacket_stats: {u32 packets, dropped ones among them; u32 drops}. Each reading sets both to 0. */
    private void readStatistics() {
        if (!closed && Libc.getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, statistics) == 0) {
            received += Integer.toUnsignedLong(statistics.bytes().getInt(0));
            dropped += Integer.toUnsignedLong(statistics.bytes().getInt(4));
        }
    }

    /** Once; the ring must not be read any more. */
    @Override
    public synchronized void close() {
        if (!closed) {
            readStatistics();
            closed = true;
            SystemCalls.unmap(memory);
            Libc.close(descriptor);
        }
    }
}
