package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.GREATER;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R4;
import static dev.imdsanalyzer.kernel.bpf.Register.R6;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;
import static dev.imdsanalyzer.kernel.bpf.Register.R8;
import static dev.imdsanalyzer.kernel.bpf.Register.R9;

/**
 * The program on the raw tracepoint {@code sched_process_exec} (include/trace/events/sched.h; arguments: the task, its old
 * pid, the struct linux_binprm): remembers what was executed, as a {@link ProgramEntry}, in place of the oldest of the
 * process's last three. A process of an owner who has too many already is left out: {@link ProcessOwners}. Looks its parent's
 * entries up, so that they stay for longest. Nothing is sent to user space.
 *
 * <p>Registers: R6 the context, R7 the entry that is being written, larger by what the verifier cannot rule out.
 */
final class ExecProgram {
    /** One AND proves it: more than an entry holds, less than the room behind one. */
    private static final int MASK = 1023;

    /** Behind the entry: u64 the struct task whose entries were looked up last, u64 when, CLOCK_MONOTONIC ns. */
    private static final int REFRESHED = ProgramEntry.TEXT_OFFSET
            + ProgramEntry.MAXIMUM_PATH_BYTES
            + ProgramEntry.MAXIMUM_DIRECTORY_BYTES
            + MASK
            + 1;

    private static final int REFRESHED_AT = REFRESHED + 8;
    static final int SCRATCH_BYTES = REFRESHED_AT + 8;
    /** So long a look-up counts as one of this moment: a make starts some thirty programs meanwhile. */
    private static final int REFRESHED_NANOS = 10_000_000;

    private static final int TEXT_BYTES = ProgramEntry.MAXIMUM_BYTES - ProgramEntry.TEXT_OFFSET;
    private static final int BINPRM = 16;
    /** Of bpf_map_update_elem: only where there is none. */
    private static final int BPF_NOEXIST = 1;

    private static final PathCapture.Target DIRECTORY = new PathCapture.Target(
            ProgramEntry.TEXT_OFFSET,
            ProgramEntry.PATH_BYTES_OFFSET,
            ProgramEntry.MAXIMUM_PATH_BYTES,
            ProgramEntry.DIRECTORY_BYTES_OFFSET,
            ProgramEntry.MAXIMUM_DIRECTORY_BYTES,
            48,
            12,
            ProgramEntry.FLAGS_OFFSET,
            ProgramEntry.FLAG_DIRECTORY_WHOLE);

    private static final int STACK_KEY = -16;
    private static final int STACK_INDEX = -24;
    private static final int STACK_ARGUMENTS = -56;
    private static final int STACK_ARGUMENTS_END = -48;
    private static final int STACK_OLDEST = -96;
    private static final int STACK_OLDEST_SLOT = -104;

    private final BpfAssembler code = new BpfAssembler();
    private final ExecMaps maps;
    private final KernelLayout layout;
    private final KernelReads reads;

    private ExecProgram(ExecMaps maps, KernelFeatures features) {
        this.maps = maps;
        this.layout = features.layout();
        this.reads = new KernelReads(code, features);
    }

    static BpfAssembler assemble(ExecMaps maps, KernelFeatures features) {
        ExecProgram program = new ExecProgram(maps, features);
        program.head();
        new ShareOwner(program.code, program.reads, program.layout, ProgramEntry.OWNER_OFFSET).ofProcess();
        program.path();
        program.workingDirectory();
        program.arguments();
        program.store();
        program.refreshParent();
        program.code.label("out").set(R0, 0).exit();
        return program.code;
    }

    private void head() {
        code.move(R6, R1)
                .storeConstant(Size.WORD, FRAME, STACK_INDEX, 0)
                .setMap(R1, maps.scratch())
                .move(R2, FRAME)
                .add(R2, STACK_INDEX)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jumpIf(EQUAL, R0, 0, "out")
                .move(R7, R0)
                .call(Helper.KTIME_GET_NS)
                .store(Size.DOUBLE, R7, ProgramEntry.TIME_OFFSET, R0);
        for (int at = ProgramEntry.FLAGS_OFFSET; at < ProgramEntry.TEXT_OFFSET; at += 8) {
            code.storeConstant(Size.DOUBLE, R7, at, 0);
        }
    }

    private void path() {
        code.load(Size.DOUBLE, R9, R6, BINPRM);
        reads.readToStack(STACK_OLDEST, layout.exec().binprmInterpreter());
        reads.follow(layout.exec().binprmFilename());
        code.load(Size.DOUBLE, R1, FRAME, STACK_OLDEST).jumpIf(EQUAL, R1, R9, "no script");
        setFlag(ProgramEntry.FLAG_SCRIPT);
        code.label("no script");
        code.move(R1, R7)
                .add(R1, ProgramEntry.TEXT_OFFSET)
                .set(R2, ProgramEntry.MAXIMUM_PATH_BYTES)
                .move(R3, R9);
        reads.string();
        code.jumpIf(GREATER, R0, ProgramEntry.MAXIMUM_PATH_BYTES, "path known")
                .store(Size.WORD, R7, ProgramEntry.PATH_BYTES_OFFSET, R0)
                .jumpIf(NOT_EQUAL, R0, ProgramEntry.MAXIMUM_PATH_BYTES, "path known");
        setFlag(ProgramEntry.FLAG_PATH_CUT);
        code.label("path known");
    }

    private void workingDirectory() {
        PlaceLayout place = layout.place();
        reads.currentTask();
        reads.follow(layout.taskFs());
        int directory = layout.exec().workingDirectory();
        PathCapture capture = new PathCapture(code, reads, layout, DIRECTORY);
        if (directory + place.pathMount() == layout.fsRootDentry() + 8 && place.pathDentry() == place.pathMount() + 8) {
            // The root's directory entry and the two of the directory lie likewise on the stack: one read.
            reads.readToStack(PathCapture.STACK_ROOT, layout.fsRootDentry(), 24);
        } else {
            reads.readToStack(PathCapture.STACK_ROOT, layout.fsRootDentry());
            reads.readToStack(PathCapture.STACK_MOUNT, directory + place.pathMount());
            reads.readToStack(PathCapture.STACK_DENTRY, directory + place.pathDentry());
        }
        capture.walk();
    }

    private void arguments() {
        reads.currentTask();
        reads.follow(layout.taskMm());
        if (layout.mmArgEnd() == layout.mmArgStart() + 8) {
            reads.readToStack(STACK_ARGUMENTS, layout.mmArgStart(), 16);
        } else {
            reads.readToStack(STACK_ARGUMENTS, layout.mmArgStart());
            reads.readToStack(STACK_ARGUMENTS_END, layout.mmArgEnd());
        }
        textBytes();
        code.load(Size.DOUBLE, R9, FRAME, STACK_ARGUMENTS)
                .load(Size.DOUBLE, R2, FRAME, STACK_ARGUMENTS_END)
                .jumpIf(GREATER, R9, R2, "arguments read")
                .subtract(R2, R9)
                .set(R3, TEXT_BYTES)
                .subtract(R3, R8)
                .jumpIf(GREATER, R2, R3, "arguments cut")
                .jump("arguments fit")
                .label("arguments cut")
                .move(R2, R3);
        setFlag(ProgramEntry.FLAG_ARGUMENTS_CUT);
        code.label("arguments fit")
                .and(R2, MASK)
                .store(Size.WORD, R7, ProgramEntry.ARGUMENT_BYTES_OFFSET, R2)
                .move(R1, R7)
                .add(R1, R8)
                .add(R1, ProgramEntry.TEXT_OFFSET)
                .move(R3, R9);
        reads.user();
        code.jumpIf(EQUAL, R0, 0, "arguments read").storeConstant(Size.WORD, R7, ProgramEntry.ARGUMENT_BYTES_OFFSET, 0);
        setFlag(ProgramEntry.FLAG_ARGUMENTS_CUT);
        code.label("arguments read");
        textBytes();
        code.load(Size.WORD, R1, R7, ProgramEntry.ARGUMENT_BYTES_OFFSET)
                .add(R8, R1)
                .add(R8, ProgramEntry.TEXT_OFFSET + 7)
                .and(R8, -8)
                .store(Size.WORD, R7, ProgramEntry.BYTES_OFFSET, R8);
    }

    /** R8 = bytes of path and working directory, within bounds that the verifier can see. */
    private void textBytes() {
        code.load(Size.WORD, R8, R7, ProgramEntry.PATH_BYTES_OFFSET)
                .jumpIf(GREATER, R8, ProgramEntry.MAXIMUM_PATH_BYTES, "out")
                .load(Size.WORD, R1, R7, ProgramEntry.DIRECTORY_BYTES_OFFSET)
                .jumpIf(GREATER, R1, ProgramEntry.MAXIMUM_DIRECTORY_BYTES, "out")
                .add(R8, R1);
    }

    /** Overwrites R1. */
    private void setFlag(int flag) {
        code.load(Size.WORD, R1, R7, ProgramEntry.FLAGS_OFFSET)
                .or(R1, flag)
                .store(Size.WORD, R7, ProgramEntry.FLAGS_OFFSET, R1);
    }

    /**
     * Into the first free of the process's places, else over the oldest. Most processes execute one program: its place is
     * taken without a look.
     */
    private void store() {
        ownKey();
        update(BPF_NOEXIST);
        code.jumpIf(EQUAL, R0, 0, "new process");
        for (int slot = 0; slot < ProgramEntry.SLOTS; slot++) {
            String next = "slot " + (slot + 1);
            lookUp(slot);
            code.jumpIf(EQUAL, R0, 0, slot == 0 ? "refresh" : "store")
                    .load(Size.DOUBLE, R1, R0, ProgramEntry.TIME_OFFSET);
            if (slot > 0) {
                code.load(Size.DOUBLE, R2, FRAME, STACK_OLDEST).jumpIf(GREATER, R1, R2, next);
            }
            code.store(Size.DOUBLE, FRAME, STACK_OLDEST, R1)
                    .storeConstant(Size.WORD, FRAME, STACK_OLDEST_SLOT, slot)
                    .label(next);
        }
        code.load(Size.WORD, R1, FRAME, STACK_OLDEST_SLOT)
                .store(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_SLOT_OFFSET, R1)
                .label("store");
        update(0);
        code.jump("refresh").label("new process");
        maps.owners().add(code, "too many");
        code.jump("refresh")
                .label("too many")
                .setMap(R1, maps.programs())
                .move(R2, FRAME)
                .add(R2, STACK_KEY)
                .call(Helper.MAP_DELETE_ELEM);
    }

    private void update(int flags) {
        code.setMap(R1, maps.programs())
                .move(R2, FRAME)
                .add(R2, STACK_KEY)
                .move(R3, R7)
                .set(R4, flags)
                .call(Helper.MAP_UPDATE_ELEM);
    }

    /** The key of the first program of the process at work, whose leader its only thread is after an exec (de_thread() of fs/exec.c). */
    private void ownKey() {
        code.call(Helper.GET_CURRENT_PID_TGID)
                .store(Size.DOUBLE, FRAME, STACK_OLDEST, R0)
                .load(Size.WORD, R1, FRAME, STACK_OLDEST + 4)
                .store(Size.DOUBLE, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET, R1);
        reads.currentTask();
        reads.readToStack(STACK_KEY, layout.taskStart());
    }

    /** The key of the process that R9, a struct task, belongs to. */
    private void key() {
        reads.follow(layout.taskGroupLeader());
        code.storeConstant(Size.DOUBLE, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET, 0);
        reads.readToStack(STACK_KEY, layout.taskStart());
        reads.readToStack(STACK_OLDEST, layout.taskTgid());
        code.load(Size.WORD, R1, FRAME, STACK_OLDEST)
                .store(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET, R1);
    }

    private void lookUp(int slot) {
        code.storeConstant(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_SLOT_OFFSET, slot)
                .setMap(R1, maps.programs())
                .move(R2, FRAME)
                .add(R2, STACK_KEY)
                .call(Helper.MAP_LOOKUP_ELEM);
    }

    /** One that starts many programs within a moment is looked up for the first of them alone. */
    private void refreshParent() {
        code.label("refresh");
        reads.currentTask();
        reads.follow(layout.taskRealParent());
        code.load(Size.DOUBLE, R8, R7, ProgramEntry.TIME_OFFSET)
                .load(Size.DOUBLE, R1, R7, REFRESHED)
                .jumpIf(NOT_EQUAL, R1, R9, "refresh now")
                .load(Size.DOUBLE, R1, R7, REFRESHED_AT)
                .move(R2, R8)
                .subtract(R2, R1)
                .set(R1, REFRESHED_NANOS)
                .jumpIf(GREATER, R1, R2, "out")
                .label("refresh now")
                .store(Size.DOUBLE, R7, REFRESHED, R9)
                .store(Size.DOUBLE, R7, REFRESHED_AT, R8);
        key();
        for (int slot = 0; slot < ProgramEntry.SLOTS; slot++) {
            lookUp(slot);
            code.jumpIf(EQUAL, R0, 0, "out");
        }
    }
}
