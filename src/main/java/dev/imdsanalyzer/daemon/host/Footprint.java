package dev.imdsanalyzer.daemon.host;

import dev.imdsanalyzer.kernel.CleanPages;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the resident set at what is in use: after the start, in bursts and after them. One thread at a time. */
public final class Footprint {
    private static final Logger LOG = LoggerFactory.getLogger(Footprint.class);

    /** What holds memory: this process, but for tests. */
    interface Memory {
        /** Resident set, bytes; {@link Long#MAX_VALUE} where it cannot be known. */
        long residentBytes();

        /** Size of the heap, bytes, in use or not. */
        long heapBytes();

        /** Collects the heap and gives back what is free then: about 40 ms. */
        void collect();

        /** Gives back clean pages of program files. */
        void releasePages();
    }

    /** What a burst keeps for some seconds makes the heap grow, and the JVM itself would collect it only at its limit. */
    static final long LARGE_HEAP_BYTES = 10L << 20;

    /** Pages are given back at once from here on: a burst brings up to 5 MiB a second. */
    static final long LARGE_RESIDENT_BYTES = 54L << 20;

    /** Less is not worth the work. From here on pages are given back ever more seldom, as far as they are wanted again. */
    static final long SOME_RESIDENT_BYTES = 47L << 20;

    static final long SHORTEST_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
    /** After it a burst may be over, and with it what made the limit of the heap higher. */
    static final long BURST_NANOS = Duration.ofSeconds(15).toNanos();

    /** Between two looks at the resident set, of 30 us each; to give pages back costs some 3 ms with what is faulted in again. */
    static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    static final long LONGEST_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Memory memory;
    private boolean begun;
    private long collectedNanos;
    /** Above what was alive, lest a burst that keeps much alive is collected over and over. */
    private long heapLimitBytes = LARGE_HEAP_BYTES;

    private long nextLookNanos;
    private long releasedNanos;
    private long releasePauseNanos;

    /** Of this process. */
    public Footprint() {
        this(new OwnMemory());
    }

    Footprint(Memory memory) {
        this.memory = memory;
    }

    /**
     * Gives back what is not in use, where much is held and it was not done just before.
     *
     * @param now by {@link System#nanoTime}
     */
    public void trim(long now) {
        if (!begun) {
            begun = true;
            collectedNanos = now - LONGEST_PAUSE_NANOS;
            nextLookNanos = now;
            releasedNanos = now;
        }
        trimHeap(now);
        trimPages(now);
    }

    private void trimHeap(long now) {
        long since = now - collectedNanos;
        if (since < SHORTEST_PAUSE_NANOS) {
            return;
        }
        long limit = since < BURST_NANOS ? heapLimitBytes : LARGE_HEAP_BYTES;
        if (memory.heapBytes() <= limit) {
            return;
        }
        // A collection touches what is known of the class of all that is alive: 8 MiB for a moment.
        memory.releasePages();
        memory.collect();
        collectedNanos = now;
        heapLimitBytes = Math.max(LARGE_HEAP_BYTES, memory.heapBytes() / 4 * 5);
    }

    /** Pages that are wanted again at once were given back for nothing: after each time the pause is twice as long. */
    private void trimPages(long now) {
        if (now - nextLookNanos < 0) {
            return;
        }
        nextLookNanos = now + LOOK_NANOS;
        long resident = memory.residentBytes();
        if (resident < SOME_RESIDENT_BYTES) {
            releasePauseNanos = 0;
        } else if (resident >= LARGE_RESIDENT_BYTES || now - releasedNanos >= releasePauseNanos) {
            memory.releasePages();
            releasedNanos = now;
            releasePauseNanos = Math.max(LOOK_NANOS, Math.min(2 * releasePauseNanos, LONGEST_PAUSE_NANOS));
            if (memory.residentBytes() >= LARGE_RESIDENT_BYTES) {
                // It is not these pages.
                releasePauseNanos = Math.max(SHORTEST_PAUSE_NANOS, releasePauseNanos);
                nextLookNanos = now + releasePauseNanos;
            }
        }
    }

    /**
     * Has a page of the JVM's files that is touched bring few others into memory from now on, and gives back what is there:
     * early in the start, as most of it nobody needs.
     *
     * @throws IOException if the kernel does not tell the mappings
     */
    public static void warmUp() throws IOException {
        CleanPages.ofThisProcess().release();
    }

    private static final class OwnMemory implements Memory {
        @Override
        public long residentBytes() {
            try {
                return CleanPages.residentBytes();
            } catch (IOException e) {
                return Long.MAX_VALUE;
            }
        }

        @Override
        public long heapBytes() {
            return Runtime.getRuntime().totalMemory();
        }

        @Override
        public void collect() {
            System.gc();
        }

        @Override
        public void releasePages() {
            try {
                CleanPages.ofThisProcess().release();
            } catch (IOException e) {
                LOG.debug("memory is kept", e);
            }
        }
    }
}
