package dev.imdsanalyzer.capture;

/** Where frames come from: a live device, or capture files. */
public interface FrameSource extends AutoCloseable {
    /**
     * Delivers frames to the handler on the calling thread until the source ends or {@link #stop} is called.
     *
     * @throws CaptureException when the source fails; every frame before the failure has been delivered
     */
    void run(FrameHandler handler) throws CaptureException;

    /** Makes {@link #run} return soon; any thread, any number of times. */
    void stop();

    /** Figures of this source so far; any thread. */
    CaptureStatistics statistics();

    @Override
    void close();
}
