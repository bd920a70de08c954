package dev.imdsanalyzer.process;

/** Says what a caller's container is called. Any thread. */
public interface ContainerNaming {
    /** Knows no names. */
    ContainerNaming NONE = caller -> caller;

    /**
     * The caller with the names of its container, pod and task; itself where it is in none, or none is known. To be asked
     * while the container is there: some leave nothing behind.
     */
    Caller named(Caller caller);
}
