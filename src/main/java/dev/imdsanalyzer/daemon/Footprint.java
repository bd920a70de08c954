package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.kernel.CleanPages;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the resident set at what is in use, after the start and after bursts. One thread. */
final class Footprint {
    private static final Logger LOG = LoggerFactory.getLogger(Footprint.class);
    /** A heap that a burst made larger than this is collected, and so shrunk: about 20 ms. It grows by itself only. */
    private static final long LARGE_HEAP_BYTES = 10L << 20;

    /** Less is not worth the work: what is in use is faulted in again. */
    private static final long LARGE_RESIDENT_BYTES = 56L << 20;

    /** Gives back what is not in use, where much is held. */
    void trim() {
        if (residentBytes() < LARGE_RESIDENT_BYTES) {
            return;
        }
        if (Runtime.getRuntime().totalMemory() > LARGE_HEAP_BYTES) {
            System.gc();
        }
        try {
            CleanPages.release();
        } catch (IOException e) {
            LOG.debug("memory of the start is kept", e);
        }
    }

    private static long residentBytes() {
        try {
            return CleanPages.residentBytes();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
