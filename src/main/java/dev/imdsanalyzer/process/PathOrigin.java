package dev.imdsanalyzer.process;

/** Whose the path of a caller's program is: a path means something only where it was read. */
public enum PathOrigin {
    /**
     * The host's: the caller saw the host's mounts from the host's root, or device and inode of the executable and of the
     * script are those of the host's files of the same paths.
     */
    HOST,
    /** A container's, whose control group a runtime of root's has made. */
    CONTAINER,
    /** The caller's own: it, or its user, has put the file there where nobody else sees it. */
    OWN,
    /** Nobody could tell: the process had ended or hides, and the kernel has not told. */
    UNKNOWN
}
