package dev.imdsanalyzer.capture;

/** Reads one format of capture file, frame by frame. */
interface FrameReader {
    /** Largest frame that is taken for real; libpcap has the same bound (MAXIMUM_SNAPLEN). */
    int MAX_FRAME_LENGTH = 262_144;

    /**
     * Points the frame at the next one of the file; its bytes are valid until the next call.
     *
     * @return false at the end of the file
     * @throws CaptureException where the file is damaged or cut short
     */
    boolean next(Frame frame) throws CaptureException;
}
