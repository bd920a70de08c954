package dev.imdsanalyzer.kernel;

/** Descendants of this process whose parents have ended: by default those go to pid 1, and nobody knows whose they were. */
public final class Orphans {
    /** linux/prctl.h, since Linux 3.4. */
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    /** linux/wait.h. */
    private static final int WNOHANG = 1;

    private Orphans() {}

    /**
     * Becomes the parent of orphans from now on, for as long as this process lives; prctl(2).
     *
     * @return whether the kernel agreed
     */
    public static boolean adopt() {
        return Libc.prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
    }

    /**
     * Takes note of adopted ones that have ended: until then each keeps its pid, which a control group counts.
     *
     * @param own pid of the child that somebody else waits for
     */
    public static void bury(long own) {
        ProcessHandle.current()
                .children()
                .filter(child -> child.pid() != own)
                .forEach(child -> Libc.wait4((int) child.pid(), WNOHANG));
    }
}
