package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.packet.BlockRing;
import dev.imdsanalyzer.kernel.packet.BlockShape;
import dev.imdsanalyzer.kernel.packet.PacketSocket;
import dev.imdsanalyzer.kernel.packet.SocketFilter;
import dev.imdsanalyzer.kernel.perf.Poller;
import java.util.ArrayList;
import java.util.List;

/**
 * The rings of one capture, read as one, in the order of capture.
 *
 * <p>The kernel's ring of the kind that wakes its reader at each packet, TPACKET_V2, has slots of one size. With slots for
 * whole Ethernet frames a ring of megabytes holds no more than 2 000 packets, most of which have no payload at all. So each
 * size of packet has a ring of its own with slots that fit. (TPACKET_V3 has packets in a row, but hands them over only when
 * a block is full or a timer ends: it would be a wake-up each few milliseconds for ever.)
 *
 * <pre>
 * bytes from the IP header   slot   memory   what
 *    0 to    80               160    27 %   SYN, ACK, FIN, RST: eight of ten in a one-shot call
 *   81 to   432               512    24 %   requests, answers to most of them; the first 432 bytes of what is long
 *  433 to  1968              2048    11 %   credentials, documents
 * 1969 to     …            in a row   38 %   the long ones once more, whole: {@link LongFrames}
 * </pre>
 *
 * <p>One thread reads; any thread may ask for figures or {@link #wakeUp}.
 */
final class CaptureRings implements AutoCloseable {
    static final int SHORT_BYTES = 80;
    static final int SMALL_BYTES = 432;
    static final int LARGE_BYTES = 1968;

    private final List<CaptureRing> rings = new ArrayList<>();
    private PacketSocket longSocket;
    private LongFrames longFrames;
    private final Poller poller;

    /** Opens all; from here on the kernel collects packets. */
    CaptureRings(CaptureSettings settings) throws KernelException {
        int device = settings.isAny() ? PacketSocket.ALL_DEVICES : PacketSocket.deviceIndex(settings.device());
        try {
            openRings(device, settings.snapLength(), settings.ringBytes() / 100);
            int[] descriptors = new int[1 + rings.size()];
            // Long packets come first, so that they can be waited for alone. There is no waiting for -1.
            descriptors[0] = longSocket == null ? -1 : longSocket.descriptor();
            for (int i = 0; i < rings.size(); i++) {
                descriptors[i + 1] = rings.get(i).socket().descriptor();
            }
            poller = new Poller(descriptors);
        } catch (KernelException | RuntimeException e) {
            closeSockets();
            throw e;
        }
    }

    private void openRings(int device, int snap, int percent) throws KernelException {
        int small = Math.min(SMALL_BYTES, snap);
        int large = Math.min(LARGE_BYTES, snap);
        boolean longOnes = snap > LARGE_BYTES;
        int cutFrom = longOnes ? LARGE_BYTES : Integer.MAX_VALUE;
        SocketFilter smallOrStart = CaptureFilter.of(SHORT_BYTES + 1, SMALL_BYTES, cutFrom, small);
        rings.add(CaptureRing.open(device, CaptureFilter.of(0, SHORT_BYTES, SHORT_BYTES), SHORT_BYTES, 27 * percent));
        rings.add(CaptureRing.open(device, smallOrStart, small, 24 * percent));
        rings.add(CaptureRing.open(device, CaptureFilter.of(SMALL_BYTES + 1, cutFrom, large), large, 11 * percent));
        if (longOnes) {
            BlockShape shape = BlockShape.of(snap, 38 * percent);
            longSocket = PacketSocket.open(device, CaptureFilter.of(LARGE_BYTES + 1, Integer.MAX_VALUE, snap), shape);
            longFrames = new LongFrames(new BlockRing(longSocket.memory(), shape));
        }
    }

    /**
     * The ring whose head was captured first; null where nothing is there.
     *
     * <p>A packet that answers another one is never taken before it: where a head is there, a ring that was found empty
     * before is looked at once more, and what came before that head is there by then.
     */
    CaptureRing first() {
        int readyBefore;
        int ready = 0;
        CaptureRing first;
        do {
            readyBefore = ready;
            ready = 0;
            first = null;
            // Without an iterator for each packet.
            for (int i = 0; i < rings.size(); i++) {
                CaptureRing ring = rings.get(i);
                if (ring.ready()) {
                    ready++;
                    if (first == null || ring.headNanos() < first.headNanos()) {
                        first = ring;
                    }
                }
            }
        } while (ready != readyBefore && ready < rings.size());
        return first;
    }

    /** Takes the packet at the head of {@link #first}, with the rest of it where it is a long one. */
    Frame take(CaptureRing ring, Frame frame) {
        ring.take(frame);
        if (longFrames != null && frame.originalLength() > CookedFrame.HEADER_LENGTH + LARGE_BYTES) {
            longFrames.complete(frame);
        }
        return frame;
    }

    /** Waits for a packet, or for {@link #wakeUp}. */
    void await(int timeoutMillis) throws KernelException {
        poller.await(timeoutMillis);
        collectLongFrames();
    }

    /** Waits, but no longer than until a block of long packets is full. */
    void pause(int millis) throws KernelException {
        poller.await(millis, 1);
        collectLongFrames();
    }

    private void collectLongFrames() {
        if (longFrames != null) {
            longFrames.collect();
        }
    }

    /** What happened to the device, an errno, as far as the last {@link #await} found out; 0 for nothing. */
    int takeError() throws KernelException {
        if (poller.failed()) {
            for (CaptureRing ring : rings) {
                int error = ring.socket().takeError();
                if (error != 0) {
                    return error;
                }
            }
        }
        return 0;
    }

    void wakeUp() {
        poller.wakeUp();
    }

    long received() {
        long received = 0;
        for (CaptureRing ring : rings) {
            received += ring.socket().received();
        }
        return received;
    }

    long dropped() {
        long dropped = 0;
        for (CaptureRing ring : rings) {
            dropped += ring.socket().dropped();
        }
        return dropped;
    }

    /** Packets of which only the start is here, since the ring for long ones was full. */
    long cut() {
        return longFrames == null ? 0 : longFrames.lost();
    }

    @Override
    public void close() {
        poller.close();
        closeSockets();
    }

    private void closeSockets() {
        rings.forEach(CaptureRing::close);
        if (longSocket != null) {
            longSocket.close();
        }
    }
}
