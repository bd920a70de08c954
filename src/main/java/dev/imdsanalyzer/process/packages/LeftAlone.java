package dev.imdsanalyzer.process.packages;

import java.util.LinkedHashMap;
import java.util.Map;

/** Parties whose databases used their time up, and are not looked at for a while. Any thread. */
final class LeftAlone {
    private static final int KEPT = 1024;

    private final long nanos;
    /** When each was left alone, the latest last. */
    private final Map<Party, Long> since = new LinkedHashMap<>();

    /** @param nanos for how long */
    LeftAlone(long nanos) {
        this.nanos = nanos;
    }

    /** The host's own databases are never left alone: they are slow where its disks are, and for all of its programs. */
    synchronized void add(Party party, long now) {
        if (party.host()) {
            return;
        }
        since.remove(party);
        since.put(party, now);
        if (since.size() > KEPT) {
            since.remove(since.keySet().iterator().next());
        }
    }

    synchronized boolean has(Party party, long now) {
        Long left = since.get(party);
        if (left != null && now - left >= nanos) {
            since.remove(party);
            return false;
        }
        return left != null;
    }
}
