package dev.imdsanalyzer.packet;

/** Which way a packet went through the interface that showed it. */
public enum Travel {
    /** The link type does not tell. */
    UNKNOWN,
    /** It came in by that interface. */
    IN,
    /** This host sent it out there. */
    OUT
}
