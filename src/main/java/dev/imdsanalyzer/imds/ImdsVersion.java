package dev.imdsanalyzer.imds;

/** The version of IMDS that a request speaks. */
public enum ImdsVersion {
    V1("v1"),
    V2("v2"),
    /** Not enough of the request was seen, or it was no HTTP. Never shown as v1. */
    UNKNOWN("unknown");

    private final String label;

    ImdsVersion(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
