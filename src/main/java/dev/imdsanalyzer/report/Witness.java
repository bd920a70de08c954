package dev.imdsanalyzer.report;

/**
 * What another than us saw of an instance, beside what the log has.
 *
 * @param name of the witness and of what it counts
 * @param theirs what it saw
 * @param ours what the log has of the same
 * @param agreed whether nothing that it saw is missing in the log
 */
public record Witness(String name, String theirs, String ours, boolean agreed) {
    /** In one clause. */
    public String sentence() {
        return name + ": theirs " + theirs + ", ours " + ours + ": " + (agreed ? "agreed" : "NOT AGREED");
    }
}
