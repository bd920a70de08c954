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
 * The part of {@link ConnectProgram} that walks from the executable's directory entry up to the root that the process
 * sees, through mounts, as d_path() of fs/d_path.c does, and notes each part's name. Without locks: a rename in that
 * microsecond may give a wrong path, which /proc, read a moment later, corrects if the process still runs.
 */
final class PathCapture {
    /** Parts and mounts on the way; a path that needs more is not complete. */
    private static final int STEPS = 20;

    private static final int NAME_BYTES = 256;
    private static final int STACK_DENTRY = -64;
    private static final int STACK_MOUNT = -72;
    private static final int STACK_ROOT = -80;

    private final BpfAssembler code;
    private final ProcessCapture capture;
    private final KernelLayout layout;

    PathCapture(BpfAssembler code, ProcessCapture capture, KernelLayout layout) {
        this.code = code;
        this.capture = capture;
        this.layout = layout;
    }

    /** R9 is the executable's struct file. */
    void emit() {
        capture.readToStack(STACK_MOUNT, layout.fileMount());
        capture.readToStack(STACK_DENTRY, layout.fileDentry());
        capture.currentTask();
        capture.follow(layout.taskFs());
        capture.readToStack(STACK_ROOT, layout.fsRootDentry());
        for (int step = 0; step < STEPS; step++) {
            step("path step " + (step + 1));
            code.label("path step " + (step + 1));
        }
        code.jump("path end").label("path whole");
        ConnectProgram.setFlag(code, ConnectRecord.FLAG_PATH_COMPLETE);
        code.label("path end");
    }

    private void step(String next) {
        code.load(Size.DOUBLE, R9, FRAME, STACK_DENTRY)
                .load(Size.DOUBLE, R1, FRAME, STACK_ROOT)
                .jumpIf(EQUAL, R9, R1, "path whole")
                .load(Size.DOUBLE, R9, FRAME, STACK_MOUNT);
        capture.follow(layout.mountRoot());
        code.load(Size.DOUBLE, R1, FRAME, STACK_DENTRY).jumpIf(NOT_EQUAL, R9, R1, next + " part");
        mountPoint();
        code.jump(next).label(next + " part");
        part();
    }

    /** The root of a mount stands where it is mounted. The struct vfsmount lies inside the struct mount. */
    private void mountPoint() {
        code.load(Size.DOUBLE, R9, FRAME, STACK_MOUNT).add(R9, -layout.mountInner());
        capture.readToStack(STACK_DENTRY, layout.mountPoint());
        capture.readToStack(STACK_MOUNT, layout.mountParent());
        code.load(Size.DOUBLE, R1, FRAME, STACK_MOUNT)
                .jumpIf(EQUAL, R9, R1, "path whole")
                .add(R1, layout.mountInner())
                .store(Size.DOUBLE, FRAME, STACK_MOUNT, R1);
    }

    private void part() {
        code.load(Size.WORD, R1, R7, ConnectRecord.PATH_BYTES_OFFSET)
                .jumpIf(GREATER, R1, ConnectRecord.MAXIMUM_PATH_BYTES - NAME_BYTES, "path end")
                .load(Size.WORD, R8, R7, ConnectRecord.ANCESTOR_BYTES_OFFSET)
                .jumpIf(GREATER, R8, ConnectRecord.MAXIMUM_ANCESTORS * ConnectRecord.ANCESTOR_BYTES, "path end")
                .add(R8, R1)
                .load(Size.DOUBLE, R9, FRAME, STACK_DENTRY);
        capture.readToStack(STACK_DENTRY, layout.dentryParent());
        capture.follow(layout.dentryName());
        code.move(R1, R7)
                .add(R1, R8)
                .add(R1, ConnectRecord.VARIABLE_OFFSET)
                .set(R2, NAME_BYTES)
                .move(R3, R9)
                .call(capture.readString())
                .jumpIf(GREATER, R0, NAME_BYTES, "path end")
                .load(Size.WORD, R1, R7, ConnectRecord.PATH_BYTES_OFFSET)
                .add(R1, R0)
                .store(Size.WORD, R7, ConnectRecord.PATH_BYTES_OFFSET, R1);
    }
}
