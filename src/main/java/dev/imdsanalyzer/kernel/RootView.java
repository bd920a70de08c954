package dev.imdsanalyzer.kernel;

/** Which files a process sees, compared with this program. */
public enum RootView {
    /** The same. */
    OWN,
    /** Those of another mount namespace or root directory. */
    OTHER,
    /** There is no such process any more, or it may not be asked. */
    UNKNOWN
}
