package dev.imdsanalyzer.report;

/** One run of the analyzer on a host: what it captured on, and the time of its summaries. Times: microseconds since the epoch. */
final class Run {
    private static final String LOOPBACK = "lo";
    private static final String EVERY_DEVICE = "any";

    private final IntervalSet covered = IntervalSet.ofProof();
    private final LossTrail trail = new LossTrail();
    private final Losses losses = new Losses();
    private final boolean known;
    private String device;

    /** @param known whether it is one run for sure, rather than all those whose lines do not say which run they are of */
    Run(boolean known) {
        this.known = known;
    }

    void addCoverage(long start, long end) {
        covered.add(start, end);
    }

    /** @param total what was lost since the run began, as the summary of [start, end) says */
    void addLoss(long start, long end, long total) {
        trail.add(start, end, total);
    }

    // A reload may name another device: the one that sees less counts.
    void setDevice(String name) {
        if (device == null || device.equals(EVERY_DEVICE) || LOOPBACK.equals(name)) {
            device = name;
        }
    }

    IntervalSet covered() {
        return covered;
    }

    void addHolesTo(IntervalSet holes) {
        trail.addTo(holes, known);
    }

    Losses losses() {
        return losses;
    }

    /** Spans kept, for whoever keeps account of memory. */
    int weight() {
        return covered.size() + trail.size();
    }

    boolean isKnown() {
        return known;
    }

    /** Whether it captured where no call to IMDS passes. */
    boolean onLoopback() {
        return LOOPBACK.equals(device);
    }

    /** The one device that it captured on; null for all of them, or where the log does not say. */
    String singleDevice() {
        return EVERY_DEVICE.equals(device) ? null : device;
    }
}
