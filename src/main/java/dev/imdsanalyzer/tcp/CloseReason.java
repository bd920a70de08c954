package dev.imdsanalyzer.tcp;

/** Why a connection will deliver nothing more. */
public enum CloseReason {
    /** Both sides sent FIN. */
    FINISHED,
    /** Either side sent RST. */
    RESET,
    /** A new connection took over the same four-tuple. */
    REPLACED,
    /** Nothing was seen for the idle time. */
    IDLE,
    /** The budget of connections or bytes was used up and this one was the oldest. */
    EVICTED,
    /** The capture ended. */
    CAPTURE_ENDED
}
