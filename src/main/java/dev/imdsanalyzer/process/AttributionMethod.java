package dev.imdsanalyzer.process;

/** Where a caller's name comes from. */
public enum AttributionMethod {
    /** The kernel said at the connect who it was. */
    CONNECT("connect"),
    /** The socket's inode was found among a process's descriptors. */
    SOCKET("socket"),
    /** The capture file says it, packet by packet. */
    CAPTURE("capture"),
    NONE("none");

    private final String label;

    AttributionMethod(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
