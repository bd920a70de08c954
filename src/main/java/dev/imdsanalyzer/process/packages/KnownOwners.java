package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.process.RecentlyUsed;

/** The packages of the files that were looked up last. Any thread. */
final class KnownOwners {
    private static final int KEPT = 1024;

    /**
     * A file and its version: by path, too, as that is how databases know it, and by whose database says so, as a
     * container may have a file of the host and a database of its own.
     */
    record FileKey(Party party, String path, long device, long inode, long modifiedNanos) {}

    /**
     * What a look-up found.
     *
     * @param owner null for none
     * @param passing whether it is only good for a while
     * @param nanos when, as {@link System#nanoTime}
     */
    record Answer(OwningPackage owner, boolean passing, long nanos) {}

    private final RecentlyUsed<FileKey, Answer> answers = new RecentlyUsed<>(KEPT);

    private final long retryNanos;

    /** @param retryNanos how long a passing answer holds */
    KnownOwners(long retryNanos) {
        this.retryNanos = retryNanos;
    }

    /** Null where none is known, or what was known is too old. */
    synchronized Answer get(FileKey key, long now) {
        Answer answer = answers.get(key);
        return answer != null && answer.passing() && now - answer.nanos() >= retryNanos ? null : answer;
    }

    synchronized void put(FileKey key, Answer answer) {
        answers.put(key, answer);
    }
}
