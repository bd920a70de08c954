package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.packet.PacketSocket;
import dev.imdsanalyzer.kernel.perf.Poller;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
 *    0 to    80               160    26 %   SYN, ACK, FIN, RST: eight of ten in a one-shot call
 *   81 to   432               512    22 %   requests, answers to most of them
 *  433 to     …              2048    11 %   credentials, documents; the first 1968 bytes of what is longer
 * 1969 to 16304             16384    15 %   whole, once more: {@link LongFrames}; ten segments that leave as one
 * 16305 to    …             32768    26 %   the same
 * </pre>
 *
 * <p>One thread reads; any thread may ask for figures or {@link #wakeUp}.
 */
final class CaptureRings implements AutoCloseable {
    static final int SHORT_BYTES = 80;
    static final int SMALL_BYTES = 432;
    static final int LARGE_BYTES = 1968;

    private static final int MEDIUM_BYTES = 16_304;

    private final CaptureRing[] rings;
    private final LongFrames longFrames;
    private final int longRings;
    private final Poller poller;

    private CaptureRings(List<CaptureRing> rings, List<CaptureRing> longRings) throws KernelException {
        this.rings = rings.toArray(CaptureRing[]::new);
        this.longFrames = new LongFrames(longRings);
        this.longRings = longRings.size();
        // Long packets come first, so that they can be waited for alone.
        poller = new Poller(Stream.concat(longRings.stream(), rings.stream())
                .mapToInt(CaptureRing::descriptor)
                .toArray());
    }

    /** Opens all; from here on the kernel collects packets. */
    static CaptureRings open(CaptureSettings settings) throws KernelException {
        int device = settings.isAny() ? PacketSocket.ALL_DEVICES : PacketSocket.deviceIndex(settings.device());
        int snap = settings.snapLength();
        int percent = settings.ringBytes() / 100;
        int small = Math.min(SMALL_BYTES, snap);
        int large = Math.min(LARGE_BYTES, snap);
        int medium = Math.min(MEDIUM_BYTES, snap);
        List<CaptureRing> rings = new ArrayList<>();
        List<CaptureRing> longRings = new ArrayList<>();
        try {
            rings.add(CaptureRing.open(device, 0, SHORT_BYTES, SHORT_BYTES, 26 * percent));
            rings.add(CaptureRing.open(device, SHORT_BYTES + 1, SMALL_BYTES, small, 22 * percent));
            rings.add(CaptureRing.open(device, SMALL_BYTES + 1, Integer.MAX_VALUE, large, 11 * percent));
            if (snap > LARGE_BYTES) {
                longRings.add(CaptureRing.open(device, LARGE_BYTES + 1, MEDIUM_BYTES, medium, 15 * percent));
                longRings.add(CaptureRing.open(device, MEDIUM_BYTES + 1, Integer.MAX_VALUE, snap, 26 * percent));
            }
            return new CaptureRings(rings, longRings);
        } catch (KernelException | RuntimeException e) {
            rings.forEach(CaptureRing::close);
            longRings.forEach(CaptureRing::close);
            throw e;
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
        if (longRings > 0 && frame.capturedLength() == CaptureRing.HEADER_LENGTH + LARGE_BYTES) {
            longFrames.complete(frame);
        }
        return frame;
    }

    /** Waits for a packet, or for {@link #wakeUp}. */
    void await(int timeoutMillis) throws KernelException {
        poller.await(timeoutMillis);
        longFrames.collect();
    }

    /** Waits, but not where long packets come: of those the rings hold only some dozens. */
    void pause(int millis) throws KernelException {
        poller.await(millis, longRings);
        longFrames.collect();
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

    /** Packets of which only the start is here, since the rings for long ones were full. */
    long cut() {
        return longFrames.lost();
    }

    @Override
    public void close() {
        poller.close();
        for (CaptureRing ring : rings) {
            ring.close();
        }
        longFrames.close();
    }
}
