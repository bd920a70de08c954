package dev.imdsanalyzer.output.line.field;

/** What kind of line it is. */
public enum EventAction {
    IMDS_REQUEST("imds-request"),
    IMDS_SUMMARY("imds-summary"),
    ANALYZER_STARTED("analyzer-started"),
    ANALYZER_STOPPED("analyzer-stopped"),
    CAPTURE_GAP("capture-gap");

    private final String label;

    EventAction(String label) {
        this.label = label;
    }

    /** As it stands in {@code event.action}. */
    public String label() {
        return label;
    }
}
