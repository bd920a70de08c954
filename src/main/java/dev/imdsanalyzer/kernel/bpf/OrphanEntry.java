package dev.imdsanalyzer.kernel.bpf;

/**
 * Whom a process has lost that outlives its parent, written when the parent ends: the kernel then gives it to another one, which
 * has nothing to do with it. Host byte order.
 *
 * <pre>
 * key    as of a {@link ProgramEntry}, slot 0
 * value  0 the ended parent: {u64 start, u32 pid, u32 0}      16 likewise whose child that was then
 * </pre>
 */
final class OrphanEntry {
    static final int BYTES = 32;
    static final int GRANDPARENT_OFFSET = 16;

    /** On the whole machine; of those that live for long the ones that were not asked for are forgotten first. */
    static final int ENTRIES = 1024;

    private OrphanEntry() {}
}
