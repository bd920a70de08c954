package dev.imdsanalyzer.capture;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.EOFException;
import java.util.concurrent.TimeoutException;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.RawPacketListener;
import org.pcap4j.packet.namednumber.DataLinkType;
import org.slf4j.LoggerFactory;

/**
 * One libpcap handle: a ring of equal slots that the kernel fills, packet_mmap in the kernel's documentation.
 *
 * <p>Frames must be seen at once, so the handle is in immediate mode, in which libpcap uses TPACKET_V2. That has slots
 * of a fixed size, large enough for the snap length: {@code snapLength} decides how many frames a ring can hold.
 */
final class CaptureRing implements LongFrames.Ring {
    /** What libpcap and the kernel put before a frame in its slot; the true figure is 68 to 104 bytes. */
    static final int SLOT_OVERHEAD = 128;

    // pcap4j tells each start and end of a loop as information.
    static {
        if (LoggerFactory.getLogger("org.pcap4j") instanceof Logger logger && logger.getLevel() == null) {
            logger.setLevel(Level.WARN);
        }
    }

    /** Longest wait of a read; libpcap before 1.10 notices {@link #breakLoop} only then. */
    private static final int TIMEOUT_MILLIS = 1000;

    private final PcapHandle handle;
    private final String device;
    private final int linkType;

    private CaptureRing(PcapHandle handle, String device, int linkType) {
        this.handle = handle;
        this.device = device;
        this.linkType = linkType;
    }

    /**
     * Opens a device and sets the filter.
     *
     * @param slotBytes size of a slot; frames longer than {@link #SLOT_OVERHEAD} less than that are cut
     * @param minFrameLength shorter frames do not get into this ring
     */
    static CaptureRing open(CaptureSettings settings, int slotBytes, int ringBytes, int minFrameLength)
            throws CaptureException {
        PcapHandle handle = null;
        try {
            handle = new PcapHandle.Builder(settings.device())
                    .snaplen(Math.min(settings.snapLength(), slotBytes - SLOT_OVERHEAD))
                    .bufferSize(ringBytes)
                    .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
                    .timeoutMillis(TIMEOUT_MILLIS)
                    .immediateMode(true)
                    .timestampPrecision(TimestampPrecision.NANO)
                    .build();
            int linkType = preferInterfaceIndex(handle);
            if (!LinkType.isSupported(linkType)) {
                throw LinkType.unsupported(settings.device(), linkType);
            }
            setFilter(handle, linkType, minFrameLength);
            CaptureRing ring = new CaptureRing(handle, settings.device(), linkType);
            handle = null;
            return ring;
        } catch (PcapNativeException e) {
            throw PcapFailure.onOpen(settings.device(), e);
        } catch (NotOpenException e) {
            throw new AssertionError("nobody else can have closed it yet", e);
        } catch (LinkageError e) {
            throw PcapFailure.noLibrary(e);
        } finally {
            if (handle != null) {
                handle.close();
            }
        }
    }

    /** Takes cooked v2 where libpcap has it, since 1.10: cooked v1 does not tell the interface. */
    private static int preferInterfaceIndex(PcapHandle handle) throws NotOpenException {
        int linkType = handle.getDlt().value();
        if (linkType == LinkType.LINUX_SLL) {
            try {
                handle.setDlt(DataLinkType.getInstance(LinkType.LINUX_SLL2));
                return LinkType.LINUX_SLL2;
            } catch (PcapNativeException e) {
                return linkType;
            }
        }
        return linkType;
    }

    private static void setFilter(PcapHandle handle, int linkType, int minFrameLength)
            throws PcapNativeException, NotOpenException {
        String filter = CaptureFilter.of(linkType);
        handle.setFilter(
                minFrameLength > 0 ? CaptureFilter.longerThan(minFrameLength, filter) : filter,
                BpfCompileMode.OPTIMIZE);
    }

    int linkType() {
        return linkType;
    }

    /**
     * Delivers frames until {@link #breakLoop}; a loop that is entered anew goes on where the last one ended.
     *
     * <p>This is pcap4j's cheapest way by far: one callback for the whole time. Its other reads allocate native memory
     * for each frame or each batch.
     */
    void loop(RawPacketListener listener) throws CaptureException {
        try {
            handle.loop(-1, listener);
        } catch (InterruptedException e) {
            // pcap4j's word for a loop that was broken; the thread's interrupt flag has nothing to do with it.
        } catch (PcapNativeException e) {
            throw PcapFailure.onRead(device, e);
        } catch (NotOpenException e) {
            throw new IllegalStateException("the capture is closed", e);
        }
    }

    /** Delivers the frames that are there, without waiting, but no more than that; only in non-blocking mode. */
    void drain(int maxFrames, RawPacketListener listener) throws CaptureException {
        try {
            handle.dispatch(maxFrames, listener);
        } catch (InterruptedException e) {
            // A break that was meant for the loop before: try again, now that it is used up.
            drain(maxFrames, listener);
        } catch (PcapNativeException e) {
            throw PcapFailure.onRead(device, e);
        } catch (NotOpenException e) {
            throw new IllegalStateException("the capture is closed", e);
        }
    }

    /** The next frame if there is one, else null; only in non-blocking mode. */
    @Override
    public byte[] next() throws CaptureException {
        try {
            return handle.getNextRawPacketEx();
        } catch (TimeoutException | EOFException e) {
            return null;
        } catch (PcapNativeException e) {
            throw PcapFailure.onRead(device, e);
        } catch (NotOpenException e) {
            throw new IllegalStateException("the capture is closed", e);
        }
    }

    void nonBlocking() throws CaptureException {
        try {
            handle.setBlockingMode(BlockingMode.NONBLOCKING);
        } catch (PcapNativeException e) {
            throw PcapFailure.onRead(device, e);
        } catch (NotOpenException e) {
            throw new IllegalStateException("the capture is closed", e);
        }
    }

    /** Makes {@link #loop} return; any thread. */
    void breakLoop() {
        try {
            handle.breakLoop();
        } catch (NotOpenException e) {
            // It has ended already.
        }
    }

    /** Capture time of the frame that was just given out, nanoseconds since 1970; on the thread that got it. */
    long timestampNanos() {
        var timestamp = handle.getTimestamp();
        return Math.floorDiv(timestamp.getTime(), 1000L) * 1_000_000_000L + timestamp.getNanos();
    }

    /** Length that this frame had on the wire; on the thread that got it. */
    @Override
    public int originalLength() {
        return handle.getOriginalLength();
    }

    /** libpcap's figures; null where it has none any more. */
    PcapStat statistics() {
        try {
            return handle.getStats();
        } catch (PcapNativeException | NotOpenException e) {
            return null;
        }
    }

    @Override
    public void close() {
        if (handle.isOpen()) {
            handle.close();
        }
    }
}
