package dev.imdsanalyzer.capture;

/** Takes frames from a {@link FrameSource}, on the source's thread. */
public interface FrameHandler {
    /** One frame; valid only during the call. */
    void onFrame(Frame frame);

    /**
     * Time passes, with or without frames: called about once a second by live sources, never by files.
     *
     * @param nowNanos up to when all frames have been given, nanoseconds since 1970-01-01T00:00:00Z; some time ago, so
     *     that a frame that waits to be given is not taken for one that never came
     */
    void onIdle(long nowNanos);
}
