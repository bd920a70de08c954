package dev.imdsanalyzer.process.packages;

import java.util.function.LongSupplier;

/**
 * What one look-up may cost: so much time, and so many bytes read or gone through. Databases are written by whoever owns
 * the container, so every loop over what stands in one spends from here, and stops where nothing is left.
 */
final class LookupBudget {
    /** One look-up has so long. */
    static final long LOOKUP_NANOS = 1_000_000_000L;

    /** The databases of the largest systems are gone through with less: 3 000 packages of SUSE have 180 MB of headers. */
    static final long BYTES_LIMIT = 256L << 20;

    /** What a system call costs beside its bytes, in bytes gone through. */
    static final int SYSTEM_CALL = 1024;

    /** The clock is asked after so many bytes: some microseconds of work. */
    private static final int UNASKED_LIMIT = 8192;

    private final LongSupplier nanoTime;
    private final long endNanos;
    private final long bytesLimit;
    private long spent;
    private long unasked = UNASKED_LIMIT;

    LookupBudget(long nanos) {
        this(nanos, System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime} */
    LookupBudget(long nanos, LongSupplier nanoTime) {
        this(nanos, nanoTime, BYTES_LIMIT);
    }

    LookupBudget(long nanos, LongSupplier nanoTime, long bytesLimit) {
        this.nanoTime = nanoTime;
        this.bytesLimit = bytesLimit;
        endNanos = nanoTime.getAsLong() + nanos;
    }

    /**
     * Pays for work before it is done.
     *
     * @param bytes read or gone through, not negative
     * @throws DatabaseGivenUpException where the time or the bytes are used up
     */
    void spend(long bytes) {
        spent += bytes;
        unasked += bytes;
        if (spent > bytesLimit) {
            throw DatabaseGivenUpException.usedUp();
        }
        if (unasked >= UNASKED_LIMIT) {
            unasked = 0;
            if (nanoTime.getAsLong() - endNanos >= 0) {
                throw DatabaseGivenUpException.usedUp();
            }
        }
    }

    /** Bytes that were read or gone through so far. */
    long spent() {
        return spent;
    }
}
