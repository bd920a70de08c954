package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.GREATER;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;
import static dev.imdsanalyzer.kernel.bpf.Register.R8;
import static dev.imdsanalyzer.kernel.bpf.Register.R9;

/**
 * The part of a program that walks from a directory entry up to the root that the process sees, through mounts, as d_path()
 * of fs/d_path.c does, and notes each part's name. Without locks: a rename in that microsecond may give a wrong path, which
 * /proc, read a moment later, corrects if the process still runs.
 */
final class PathCapture {
    static final int STACK_DENTRY = -64;
    static final int STACK_MOUNT = -72;
    /** The directory entry of the root that the process sees. */
    static final int STACK_ROOT = -80;

    private static final int STACK_MOUNT_ROOT = -232;
    /** A part of a struct dentry, with the pointers to its parent and to its name. */
    private static final int STACK_ENTRY = -272;

    private static final int ENTRY_BYTES = 32;

    /**
     * Where the parts go: behind what the record has so far of variable length.
     *
     * @param start where the variable part begins
     * @param before offset of the u32 that says how much of it is used before the path; it is checked against {@code
     *     maximumBefore}, so that the verifier knows
     * @param bytes offset of the u32 that counts the path's own bytes, 0 so far
     * @param maximum of the path's bytes; it needs no room beyond
     * @param part the longest part that is taken whole
     * @param steps parts and mounts on the way; a path that needs more is not complete
     * @param flags offset of the record's flags
     * @param complete the flag for a path that reaches the root
     */
    record Target(
            int start,
            int before,
            int maximumBefore,
            int bytes,
            int maximum,
            int part,
            int steps,
            int flags,
            int complete) {}

    private final BpfAssembler code;
    private final KernelReads reads;
    private final KernelLayout layout;
    private final Target target;

    PathCapture(BpfAssembler code, KernelReads reads, KernelLayout layout, Target target) {
        this.code = code;
        this.reads = reads;
        this.layout = layout;
        this.target = target;
    }

    /** The mount and the directory entry are on the stack. R8 and R9 are overwritten. */
    void emit() {
        reads.currentTask();
        reads.follow(layout.taskFs());
        reads.readToStack(STACK_ROOT, layout.fsRootDentry());
        walk();
    }

    /** The same where the root's directory entry is on the stack, too. */
    void walk() {
        mountRoot();
        for (int step = 0; step < target.steps(); step++) {
            step("path step " + (step + 1));
            code.label("path step " + (step + 1));
        }
        code.jump("path end").label("path whole");
        code.load(Size.WORD, R1, R7, target.flags())
                .or(R1, target.complete())
                .store(Size.WORD, R7, target.flags(), R1)
                .label("path end");
    }

    private void step(String next) {
        code.load(Size.DOUBLE, R9, FRAME, STACK_DENTRY)
                .load(Size.DOUBLE, R1, FRAME, STACK_ROOT)
                .jumpIf(EQUAL, R9, R1, "path whole")
                .load(Size.DOUBLE, R1, FRAME, STACK_MOUNT_ROOT)
                .jumpIf(NOT_EQUAL, R9, R1, next + " part");
        mountPoint();
        code.jump(next).label(next + " part");
        part();
    }

    /** The root of a mount stands where it is mounted. The struct vfsmount lies inside the struct mount. */
    private void mountPoint() {
        code.load(Size.DOUBLE, R9, FRAME, STACK_MOUNT).add(R9, -layout.mountInner());
        reads.readToStack(STACK_DENTRY, layout.mountPoint());
        reads.readToStack(STACK_MOUNT, layout.mountParent());
        code.load(Size.DOUBLE, R1, FRAME, STACK_MOUNT)
                .jumpIf(EQUAL, R9, R1, "path whole")
                .add(R1, layout.mountInner())
                .store(Size.DOUBLE, FRAME, STACK_MOUNT, R1);
        mountRoot();
    }

    /** Of the mount at hand; it stays the same for many parts. */
    private void mountRoot() {
        code.load(Size.DOUBLE, R9, FRAME, STACK_MOUNT);
        reads.readToStack(STACK_MOUNT_ROOT, layout.mountRoot());
    }

    private void part() {
        code.load(Size.WORD, R1, R7, target.bytes())
                .jumpIf(GREATER, R1, target.maximum() - target.part(), "path end")
                .load(Size.WORD, R8, R7, target.before())
                .jumpIf(GREATER, R8, target.maximumBefore(), "path end")
                .add(R8, R1)
                .load(Size.DOUBLE, R9, FRAME, STACK_DENTRY);
        parentAndName();
        code.move(R1, R7).add(R1, R8).add(R1, target.start()).set(R2, target.part());
        reads.string();
        code.jumpIf(GREATER, R0, target.part(), "path end")
                .load(Size.WORD, R1, R7, target.bytes())
                .add(R1, R0)
                .store(Size.WORD, R7, target.bytes(), R1);
    }

    /** Leaves the parent on the stack and the name in R3. The two lie near each other in the kernels that we know: one read. */
    private void parentAndName() {
        int first = Math.min(layout.dentryParent(), layout.dentryName());
        int bytes = Math.max(layout.dentryParent(), layout.dentryName()) + 8 - first;
        if (bytes > ENTRY_BYTES) {
            reads.readToStack(STACK_DENTRY, layout.dentryParent());
            reads.follow(layout.dentryName());
            code.move(R3, R9);
            return;
        }
        reads.readToStack(STACK_ENTRY, first, bytes);
        code.load(Size.DOUBLE, R3, FRAME, STACK_ENTRY + layout.dentryParent() - first)
                .store(Size.DOUBLE, FRAME, STACK_DENTRY, R3)
                .load(Size.DOUBLE, R3, FRAME, STACK_ENTRY + layout.dentryName() - first);
    }
}
