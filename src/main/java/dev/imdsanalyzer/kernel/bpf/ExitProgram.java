package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R4;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;
import static dev.imdsanalyzer.kernel.bpf.Register.R8;
import static dev.imdsanalyzer.kernel.bpf.Register.R9;

/**
 * The program on the raw tracepoint {@code sched_process_exit}: keeps what ended processes have executed for so many more
 * ends on that CPU, and then forgets it. So the exec memory is full of the living, and no flood of short-lived processes
 * evicts a script that waits. Those that leave children behind have a list of their own, and the children an {@link
 * OrphanEntry}: the kernel gives them to another parent only after this.
 *
 * <p>Registers: R7 the CPU's list of the ended, see {@link #LIST_BYTES}; R8 the place in it.
 */
final class ExitProgram {
    /** Ended processes that are kept, for each CPU and list; a power of two. */
    private static final int KEPT = 128;
    /** Without living children, and with. */
    static final int LISTS = 2;
    /** So many children are told who their parent was. */
    private static final int CHILDREN = 4;

    private static final int ELEMENT_SHIFT = 4;
    private static final int FIRST = 16;
    /** u64 how many have ended, u64 0, then keys without slots: {u64 start, u32 pid, u32 0}. */
    static final int LIST_BYTES = FIRST + KEPT * ProgramEntry.KEY_BYTES;

    private static final int STACK_KEY = -16;
    private static final int STACK_INDEX = -24;
    private static final int STACK_NUMBERS = -56;
    private static final int STACK_CHILDREN = -64;
    private static final int STACK_NEXT = -72;
    private static final int STACK_CHILD = -88;
    private static final int STACK_ORPHAN = -120;

    private final BpfAssembler code = new BpfAssembler();
    private final ExecMaps maps;
    private final KernelLayout layout;
    private final KernelReads reads;

    private ExitProgram(ExecMaps maps, KernelFeatures features) {
        this.maps = maps;
        this.layout = features.layout();
        this.reads = new KernelReads(code, features);
    }

    static BpfAssembler assemble(ExecMaps maps, KernelFeatures features) {
        ExitProgram program = new ExitProgram(maps, features);
        program.known();
        program.replace();
        program.code.label("out").set(R0, 0).exit();
        return program.code;
    }

    /** Leaves at once for a thread, and for a process that has executed nothing. */
    private void known() {
        code.call(Helper.GET_CURRENT_PID_TGID)
                .store(Size.DOUBLE, FRAME, STACK_NUMBERS, R0)
                .load(Size.WORD, R1, FRAME, STACK_NUMBERS)
                .load(Size.WORD, R2, FRAME, STACK_NUMBERS + 4)
                .jumpIf(NOT_EQUAL, R1, R2, "out")
                .store(Size.DOUBLE, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET, R1);
        reads.currentTask();
        reads.readToStack(STACK_KEY, layout.taskStart());
        orphans();
        code.setMap(R1, maps.programs())
                .move(R2, FRAME)
                .add(R2, STACK_KEY)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jumpIf(EQUAL, R0, 0, "out")
                .move(R7, R0);
        maps.owners().remove(code);
    }

    /** R9 is the struct task that ends, its key on the stack. */
    private void orphans() {
        ExecLayout exec = layout.exec();
        reads.readToStack(STACK_NEXT, exec.taskChildren());
        code.storeConstant(Size.WORD, FRAME, STACK_INDEX, 0)
                .load(Size.DOUBLE, R8, FRAME, STACK_NEXT)
                .move(R1, R9)
                .add(R1, exec.taskChildren())
                .store(Size.DOUBLE, FRAME, STACK_CHILDREN, R1)
                .jumpIf(EQUAL, R8, R1, "no child")
                .storeConstant(Size.WORD, FRAME, STACK_INDEX, 1)
                .copy(FRAME, STACK_ORPHAN, FRAME, STACK_KEY, 8, R1)
                .copy(FRAME, STACK_ORPHAN + 8, FRAME, STACK_KEY + 8, 8, R1);
        reads.follow(layout.taskRealParent());
        reads.follow(layout.taskGroupLeader());
        keyTo(STACK_ORPHAN + OrphanEntry.GRANDPARENT_OFFSET);
        for (int i = 0; i < CHILDREN; i++) {
            code.jumpIf(EQUAL, R8, 0, "no child").move(R9, R8).add(R9, -exec.taskSibling());
            keyTo(STACK_CHILD);
            code.setMap(R1, maps.orphans())
                    .move(R2, FRAME)
                    .add(R2, STACK_CHILD)
                    .move(R3, FRAME)
                    .add(R3, STACK_ORPHAN)
                    .set(R4, 0)
                    .call(Helper.MAP_UPDATE_ELEM);
            reads.readToStack(STACK_NEXT, exec.taskSibling());
            code.load(Size.DOUBLE, R8, FRAME, STACK_NEXT)
                    .load(Size.DOUBLE, R1, FRAME, STACK_CHILDREN)
                    .jumpIf(EQUAL, R8, R1, "no child");
        }
        code.label("no child");
    }

    /** The key of the process that R9 is the leader of. */
    private void keyTo(int stack) {
        reads.readToStack(stack, layout.taskStart());
        reads.readToStack(STACK_NUMBERS, layout.taskTgid());
        code.load(Size.WORD, R1, FRAME, STACK_NUMBERS)
                .store(Size.DOUBLE, FRAME, stack + ProgramEntry.KEY_PID_OFFSET, R1);
    }

    /** Puts the process in the place of the one that has been there for longest, which is forgotten. */
    private void replace() {
        code.setMap(R1, maps.ended())
                .move(R2, FRAME)
                .add(R2, STACK_INDEX)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jumpIf(EQUAL, R0, 0, "out")
                .move(R7, R0)
                .load(Size.DOUBLE, R8, R7, 0)
                .move(R1, R8)
                .add(R1, 1)
                .store(Size.DOUBLE, R7, 0, R1)
                .and(R8, KEPT - 1)
                .shiftLeft(R8, ELEMENT_SHIFT)
                .add(R7, R8)
                .load(Size.DOUBLE, R1, R7, FIRST)
                .load(Size.DOUBLE, R2, FRAME, STACK_KEY)
                .store(Size.DOUBLE, R7, FIRST, R2)
                .store(Size.DOUBLE, FRAME, STACK_KEY, R1)
                .load(Size.DOUBLE, R1, R7, FIRST + ProgramEntry.KEY_PID_OFFSET)
                .load(Size.DOUBLE, R2, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET)
                .store(Size.DOUBLE, R7, FIRST + ProgramEntry.KEY_PID_OFFSET, R2)
                .store(Size.DOUBLE, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET, R1)
                .jumpIf(EQUAL, R1, 0, "out");
        for (int slot = 0; slot < ProgramEntry.SLOTS; slot++) {
            code.storeConstant(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_SLOT_OFFSET, slot)
                    .setMap(R1, maps.programs())
                    .move(R2, FRAME)
                    .add(R2, STACK_KEY)
                    .call(Helper.MAP_DELETE_ELEM)
                    .jumpIf(NOT_EQUAL, R0, 0, "out");
        }
    }
}
