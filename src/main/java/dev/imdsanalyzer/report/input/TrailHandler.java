package dev.imdsanalyzer.report.input;

/** Takes the records of all trails, on the reader's thread. */
@FunctionalInterface
public interface TrailHandler {
    /** A record whose call an instance's role signed. The view is valid until this returns. */
    void onRecord(TrailRecord entry);
}
