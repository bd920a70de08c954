package dev.imdsanalyzer.process;

/** The answer to "who made this connection", which may still be on its way. Any thread. */
public interface Attribution {
    /** Whether {@link #caller} would answer at once. */
    boolean settled();

    /**
     * The caller, waited for if need be.
     *
     * @param timeoutNanos how long to wait at most; after it the answer says that nobody was found in time
     * @return never null
     */
    Caller caller(long timeoutNanos) throws InterruptedException;

    /** One more keeps this answer; whoever asked for it keeps it from the start. */
    default void retain() {}

    /** One less keeps it: after the last one, what it holds does not count any more. */
    default void release() {}
}
