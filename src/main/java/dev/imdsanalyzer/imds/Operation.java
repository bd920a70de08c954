package dev.imdsanalyzer.imds;

/** What a request does. */
public enum Operation {
    /** A PUT for a session token. */
    TOKEN("token"),
    /** A GET or HEAD. */
    GET("get"),
    OTHER("other");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
