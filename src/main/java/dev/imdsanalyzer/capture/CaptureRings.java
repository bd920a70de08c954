package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.packet.PacketSocket;
import dev.imdsanalyzer.kernel.perf.Poller;
import java.util.ArrayList;
import java.util.List;

/**
 * The rings of one capture, read as one, in the order of capture.
 *
 * <p>The kernel's rings have slots of one size (TPACKET_V2: the kind with blocks of bytes, V3, hands a block over when it
 * is full or when a timer ends, which would be a wake-up each few milliseconds for ever). With slots for whole Ethernet
 * frames a ring of megabytes holds no more than 2 000 packets, most of which have no payload at all. So each size of packet
 * has a ring of its own with slots that fit:
 *
 * <pre>
 * bytes from the IP header   slot   memory   what
 *    0 to    80               160    38 %   SYN, ACK, FIN, RST: eight of ten in a one-shot call
 *   81 to   432               512    30 %   requests, answers to most of them
 *  433 to     …              2048    20 %   credentials, documents; the first 1968 bytes of what is longer
 * 1969 to     …             32768    12 %   the same packets again, whole: {@link LongFrames}
 * </pre>
 *
 * <p>One thread reads; any thread may ask for figures or {@link #wakeUp}.
 */
final class CaptureRings implements AutoCloseable {
    static final int SHORT_BYTES = 80;
    static final int SMALL_BYTES = 432;
    static final int LARGE_BYTES = 1968;

    private final CaptureRing[] rings;
    private final LongFrames longFrames;
    private final Poller poller;

    private CaptureRings(CaptureRing[] rings, LongFrames longFrames, Poller poller) {
        this.rings = rings;
        this.longFrames = longFrames;
        this.poller = poller;
    }

    /** Opens all; from here on the kernel collects packets. */
    static CaptureRings open(CaptureSettings settings) throws KernelException {
        int device = settings.isAny() ? PacketSocket.ALL_DEVICES : PacketSocket.deviceIndex(settings.device());
        int snap = settings.snapLength();
        int memory = settings.ringBytes() / 50;
        List<CaptureRing> opened = new ArrayList<>();
        CaptureRing whole = null;
        try {
            opened.add(CaptureRing.open(device, 0, SHORT_BYTES, SHORT_BYTES, 19 * memory));
            opened.add(CaptureRing.open(
                    device, SHORT_BYTES + 1, SMALL_BYTES, Math.min(SMALL_BYTES, snap), 15 * memory));
            opened.add(CaptureRing.open(
                    device, SMALL_BYTES + 1, Integer.MAX_VALUE, Math.min(LARGE_BYTES, snap), 10 * memory));
            if (snap > LARGE_BYTES) {
                whole = CaptureRing.open(device, LARGE_BYTES + 1, Integer.MAX_VALUE, snap, 6 * memory);
            }
            return of(opened, whole);
        } catch (KernelException | RuntimeException e) {
            opened.forEach(CaptureRing::close);
            if (whole != null) {
                whole.close();
            }
            throw e;
        }
    }

    /** The ring of long packets comes first, so that it can be waited for alone. */
    private static CaptureRings of(List<CaptureRing> rings, CaptureRing whole) throws KernelException {
        int[] descriptors = new int[rings.size() + 1];
        descriptors[0] = whole == null ? -1 : whole.descriptor();
        for (int i = 0; i < rings.size(); i++) {
            descriptors[i + 1] = rings.get(i).descriptor();
        }
        return new CaptureRings(
                rings.toArray(CaptureRing[]::new),
                whole == null ? null : new LongFrames(whole),
                new Poller(descriptors));
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
            for (CaptureRing ring : rings) {
                if (ring.ready()) {
                    ready++;
                    if (first == null || ring.headNanos() < first.headNanos()) {
                        first = ring;
                    }
                }
            }
        } while (ready != readyBefore && ready < rings.length);
        return first;
    }

    /** Takes the packet at the head of {@link #first}, with the rest of it where it is a long one. */
    Frame take(CaptureRing ring, Frame frame) {
        ring.take(frame);
        if (longFrames != null && frame.capturedLength() == CaptureRing.HEADER_LENGTH + LARGE_BYTES) {
            longFrames.complete(frame);
        }
        return frame;
    }

    /** Waits for a packet, or for {@link #wakeUp}. */
    void await(int timeoutMillis) throws KernelException {
        poller.await(timeoutMillis);
        collectLongFrames();
    }

    /** Waits, but not where long packets come: of those the rings hold only some dozens. */
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
                int error = ring.takeError();
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
            received += ring.received();
        }
        return received;
    }

    long dropped() {
        long dropped = 0;
        for (CaptureRing ring : rings) {
            dropped += ring.dropped();
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
        for (CaptureRing ring : rings) {
            ring.close();
        }
        if (longFrames != null) {
            longFrames.close();
        }
    }
}
