package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.perf.Poller;
import dev.imdsanalyzer.status.Counters;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Frames from a live device: all that {@link CaptureFilter} lets pass.
 *
 * <p>{@link #run} can be called once. It delivers frames and idle ticks on its own thread. What later stages throw is
 * counted, and the capture goes on.
 */
public final class LiveSource implements FrameSource {
    /** Bounds the time between two looks at the clock, and at whether to stop. */
    private static final int FRAMES_AT_A_TIME = 1024;

    /** More than rings of the default size can hold; bounds the end of a run under traffic that does not cease. */
    private static final int MAX_FRAMES_AT_END = 65_536;

    /** So long frames are handled, which may take a while each, before the rings are emptied. */
    private static final long COLLECT_NANOS = 5_000_000;

    /** The heap has 64 MiB by default, for all. */
    private static final int MAX_BACKLOG_BYTES = 8 << 20;

    private static final long CLOSE_WAIT_SECONDS = 5;
    private static final long MILLI_NANOS = 1_000_000;

    private final CaptureRings rings;
    private final String device;
    private final InterfaceDrops interfaceDrops;
    private final Counters counters;
    private final Frame frame = new Frame();
    private final Frame collected = new Frame();
    private final FrameBacklog backlog;
    private final FramePause pause = new FramePause(this::pause);
    private final HandledTime handled = new HandledTime();
    private final CountDownLatch ended = new CountDownLatch(1);

    private FrameHandler handler;
    private IdleTicks ticks;
    private long collectedNanos;
    private volatile Thread runner;
    private volatile boolean stopped;

    private LiveSource(CaptureRings rings, CaptureSettings settings, Counters counters) {
        this.rings = rings;
        this.device = settings.device();
        this.backlog = new FrameBacklog(Math.min(settings.ringBytes(), MAX_BACKLOG_BYTES));
        this.interfaceDrops = new InterfaceDrops(settings);
        this.counters = counters;
    }

    /**
     * Loads the classes that {@link #open} needs, ahead of it; any thread.
     *
     * @throws LinkageError where JNA has nothing for this machine
     */
    public static void warmUp() throws KernelException {
        new Poller().close();
        CaptureFilter.of(0, CaptureRings.SHORT_BYTES, CaptureRings.SHORT_BYTES).assemble();
    }

    /**
     * Opens the device; from here on the kernel collects frames for it.
     *
     * @throws CaptureException UNAVAILABLE where there is no such device, or it is down; NO_PERMISSION
     */
    public static LiveSource open(CaptureSettings settings, Counters counters) throws CaptureException {
        try {
            return new LiveSource(new CaptureRings(settings), settings, counters);
        } catch (KernelException e) {
            throw CaptureFailure.onOpen(settings.device(), e);
        } catch (LinkageError e) {
            throw CaptureFailure.noLibrary(e);
        }
    }

    @Override
    public void run(FrameHandler frameHandler) throws CaptureException {
        handler = new GuardedHandler(frameHandler, counters);
        runner = Thread.currentThread();
        ticks = new IdleTicks(System.nanoTime());
        try {
            while (!stopped) {
                handled.loopStarts(System.currentTimeMillis() * MILLI_NANOS);
                boolean all = deliver(FRAMES_AT_A_TIME) < FRAMES_AT_A_TIME;
                tickWhereDue();
                if (all) {
                    await();
                }
            }
            deliver(MAX_FRAMES_AT_END);
        } catch (KernelException e) {
            throw new IllegalStateException("the rings cannot be waited for", e);
        } finally {
            ended.countDown();
        }
    }

    private int deliver(int maxFrames) {
        int count = 0;
        collectedNanos = System.nanoTime();
        while (count < maxFrames && nextFrame()) {
            ticks.frame();
            handler.onFrame(frame);
            handled.frame(frame.timestampNanos());
            count++;
            long now = System.nanoTime();
            if (now - collectedNanos > COLLECT_NANOS) {
                collect();
                collectedNanos = now;
            }
        }
        return count;
    }

    private boolean nextFrame() {
        if (backlog.next(frame)) {
            return true;
        }
        CaptureRing ring = rings.first();
        if (ring == null) {
            return false;
        }
        if (pause.before(ring.headNanos())) {
            collectedNanos = System.nanoTime();
        }
        rings.take(ring, frame);
        return true;
    }

    /** Empties the rings before they are full. */
    private void collect() {
        CaptureRing ring = rings.first();
        while (ring != null && backlog.hasRoom()) {
            backlog.add(rings.take(ring, collected));
            ring = rings.first();
        }
    }

    private void tickWhereDue() {
        long now = System.nanoTime();
        if (ticks.untilNext(now) <= 0) {
            ticks.tick(now);
            handler.onIdle(handled.nanos());
        }
    }

    private void await() throws CaptureException, KernelException {
        long nanos = ticks.untilNext(System.nanoTime());
        rings.await((int) Math.max(0, (nanos + MILLI_NANOS - 1) / MILLI_NANOS));
        int error = rings.takeError();
        if (error != 0) {
            deliver(MAX_FRAMES_AT_END);
            throw CaptureFailure.onRead(device, error);
        }
    }

    private void pause(long nanos) {
        try {
            rings.pause((int) (nanos / MILLI_NANOS));
        } catch (KernelException e) {
            throw new IllegalStateException("the rings cannot be waited for", e);
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
        rings.wakeUp();
    }

    @Override
    public CaptureStatistics statistics() {
        return new CaptureStatistics(rings.received(), rings.dropped(), rings.cut(), interfaceDrops.sinceStart());
    }

    /** Stops a run that is under way, waits for its end, and gives the rings back. */
    @Override
    public void close() {
        stop();
        if (runner != null && runner != Thread.currentThread()) {
            awaitEnd();
        }
        rings.close();
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
