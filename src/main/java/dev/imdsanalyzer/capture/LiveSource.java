package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.status.Counters;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.Pcaps;

/**
 * Frames from a live device, through libpcap: all that {@link CaptureFilter} lets pass.
 *
 * <p>{@link #run} can be called once. It delivers frames and idle ticks on its own thread; a small thread beside it
 * wakes it once a second, with or without traffic. What later stages throw is counted, and the capture goes on.
 */
public final class LiveSource implements FrameSource {
    /**
     * Two to a page: what fits an Ethernet frame of 1500 bytes fits. Smaller slots make room for more frames, but then
     * answers of ordinary length take the way over {@link LongFrames}, which costs more than the room is worth.
     */
    private static final int SLOT_BYTES = 2048;

    /** The share of the memory for {@link LongFrames}. */
    private static final int LONG_FRAMES_SHARE = 5;

    /** More than a ring of the default size can hold; bounds the end of a run under traffic that never ceases. */
    private static final int MAX_FRAMES_AFTER_STOP = 65_536;

    private static final long TICK_NANOS = 1_000_000_000L;
    /** At rest each tick is two wake-ups for nothing. */
    private static final long REST_NANOS = 5 * TICK_NANOS;

    /** Longer than requests wait for their responses by default. */
    private static final int QUIET_TICKS = 15;

    private static final long CLOSE_WAIT_SECONDS = 5;

    private final CaptureRing ring;
    private final LongFrames longFrames;
    private final Counters counters;
    private final Frame frame = new Frame();
    private final FramePause pause = new FramePause();
    private final HandledTime handled = new HandledTime();
    private final CountDownLatch ended = new CountDownLatch(1);

    private FrameHandler handler;
    private volatile Thread runner;
    private Thread ticker;
    private volatile boolean tick;
    private volatile boolean framesSeen;
    private volatile boolean resting;
    private volatile boolean stopped;
    private Error fatal;
    private CaptureException failure;

    private PcapStat lastStatistics;
    private long received;
    private long kernelDrops;
    private long interfaceDrops;

    private LiveSource(CaptureRing ring, LongFrames longFrames, Counters counters) {
        this.ring = ring;
        this.longFrames = longFrames;
        this.counters = counters;
    }

    /**
     * Loads libpcap and the classes around it, ahead of {@link #open}; any thread.
     *
     * @throws LinkageError where there is no libpcap
     */
    public static void warmUp() {
        Pcaps.libVersion();
        new PcapHandle.Builder("any").snaplen(SLOT_BYTES);
    }

    /**
     * Opens the device; from here on the kernel collects frames for it.
     *
     * @throws CaptureException UNAVAILABLE where there is no libpcap or no such device, or it is down; NO_PERMISSION
     */
    public static LiveSource open(CaptureSettings settings, Counters counters) throws CaptureException {
        int longBytes = settings.ringBytes() / LONG_FRAMES_SHARE;
        CaptureRing ring = CaptureRing.open(settings, SLOT_BYTES, settings.ringBytes() - longBytes, 0);
        try {
            return new LiveSource(ring, LongFrames.open(settings, SLOT_BYTES, longBytes), counters);
        } catch (CaptureException e) {
            ring.close();
            throw e;
        }
    }

    @Override
    public void run(FrameHandler frameHandler) throws CaptureException {
        handler = new GuardedHandler(frameHandler, counters);
        runner = Thread.currentThread();
        ticker = new Thread(this::tickUntilEnd, "capture-tick");
        ticker.setDaemon(true);
        ticker.start();
        try {
            while (!stopped) {
                handled.loopStarts(System.currentTimeMillis() * 1_000_000L);
                ring.loop(this::onBytes);
                throwFatal();
                if (tick) {
                    tick = false;
                    handler.onIdle(handled.nanos());
                }
            }
            ring.nonBlocking();
            ring.drain(MAX_FRAMES_AFTER_STOP, this::onBytes);
            throwFatal();
        } finally {
            statistics();
            ended.countDown();
        }
    }

    /** Called by libpcap for each frame; pcap4j swallows what is thrown here. */
    private void onBytes(byte[] captured) {
        noteFrame();
        try {
            int originalLength = ring.originalLength();
            byte[] bytes = captured;
            if (captured.length < originalLength && longFrames != null) {
                bytes = longFrames.wholeOf(captured, originalLength);
            }
            long timestampNanos = ring.timestampNanos();
            handled.frame(timestampNanos);
            pause.before(timestampNanos);
            handler.onFrame(frame.wrap(timestampNanos, ring.linkType(), bytes, 0, bytes.length, originalLength));
        } catch (CaptureException e) {
            failure = e;
            ring.breakLoop();
        } catch (Error e) {
            fatal = e;
            ring.breakLoop();
        }
    }

    private void throwFatal() throws CaptureException {
        if (fatal != null) {
            throw fatal;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Breaks the loop for {@link FrameHandler#onIdle} once a second, and at rest, when nothing waits for a response any
     * more, every few seconds; the loop goes on where it was.
     */
    private void tickUntilEnd() {
        int quietTicks = 0;
        while (ended.getCount() > 0) {
            resting = quietTicks >= QUIET_TICKS;
            LockSupport.parkNanos(this, resting ? REST_NANOS : TICK_NANOS);
            boolean frames = framesSeen;
            framesSeen = false;
            quietTicks = frames ? 0 : quietTicks + 1;
            if (ended.getCount() > 0 && !(frames && resting)) {
                tick = true;
                ring.breakLoop();
            }
        }
    }

    /** A rest ends with its first frame. */
    private void noteFrame() {
        if (!framesSeen) {
            framesSeen = true;
            if (resting) {
                LockSupport.unpark(ticker);
            }
        }
    }

    /**
     * Whether frames may be delivered some milliseconds late, several at a time, which costs a third of the CPU. Not
     * where a caller is looked for once its first frame is seen. Any thread.
     */
    public void mayDelay(boolean allowed) {
        pause.allow(allowed);
    }

    @Override
    public void stop() {
        stopped = true;
        ring.breakLoop();
    }

    @Override
    public synchronized CaptureStatistics statistics() {
        PcapStat now = ring.statistics();
        if (now != null) {
            PcapStat before = lastStatistics == null ? now : lastStatistics;
            boolean first = lastStatistics == null;
            received += grown(first ? 0 : before.getNumPacketsReceived(), now.getNumPacketsReceived());
            kernelDrops += grown(first ? 0 : before.getNumPacketsDropped(), now.getNumPacketsDropped());
            interfaceDrops += grown(first ? 0 : before.getNumPacketsDroppedByIf(), now.getNumPacketsDroppedByIf());
            lastStatistics = now;
        }
        return new CaptureStatistics(received, kernelDrops, interfaceDrops);
    }

    /** libpcap counts in 32 bits and starts over at 0. */
    private static long grown(long before, long now) {
        return (now - before) & 0xFFFFFFFFL;
    }

    /** Stops a run that is under way, waits for its end, and gives the rings back. */
    @Override
    public void close() {
        stop();
        if (runner != null && runner != Thread.currentThread()) {
            awaitEnd();
        }
        ring.close();
        if (longFrames != null) {
            longFrames.close();
        }
    }

    private void awaitEnd() {
        try {
            if (!ended.await(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the capture did not end within " + CLOSE_WAIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
