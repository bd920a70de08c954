package dev.imdsanalyzer.report.input;

/** Remembers the last lines, at least {@value #GENERATION} of them, in a fixed amount of memory. */
final class RecentLines {
    private static final int GENERATION = 32_768;

    private Identities current = new Identities(GENERATION);
    private Identities previous = new Identities(GENERATION);

    /** Remembers a line; true if it was there already. */
    boolean seenBefore(long identity) {
        if (current.contains(identity) || previous.contains(identity)) {
            return true;
        }
        if (current.isFull()) {
            Identities oldest = previous;
            previous = current;
            current = oldest;
            current.clear();
        }
        current.add(identity);
        return false;
    }

    void clear() {
        current.clear();
        previous.clear();
    }
}
