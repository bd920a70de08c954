package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;
import static dev.imdsanalyzer.kernel.bpf.Register.R8;

/**
 * The program on the raw tracepoint {@code sched_process_exit}: keeps what ended processes have executed for so many more
 * ends on that CPU, and then forgets it. So the exec memory is full of the living, and no flood of short-lived processes
 * evicts a script that waits.
 *
 * <p>Registers: R7 the CPU's list of the ended, see {@link #LIST_BYTES}; R8 the place in it.
 */
final class ExitProgram {
    /** Ended processes that are kept, for each CPU; a power of two. */
    private static final int KEPT = 128;

    private static final int ELEMENT_SHIFT = 4;
    private static final int FIRST = 16;
    /** u64 how many have ended, u64 0, then keys without slots: {u64 start, u32 pid, u32 0}. */
    static final int LIST_BYTES = FIRST + KEPT * ProgramEntry.KEY_BYTES;

    private static final int STACK_KEY = -16;
    private static final int STACK_INDEX = -24;
    private static final int STACK_NUMBERS = -56;

    private final BpfAssembler code = new BpfAssembler();
    private final ExecMemory.Maps maps;
    private final KernelLayout layout;
    private final KernelReads reads;

    private ExitProgram(ExecMemory.Maps maps, ConnectProgram.Features features) {
        this.maps = maps;
        this.layout = features.layout();
        this.reads = new KernelReads(code, features);
    }

    static BpfAssembler assemble(ExecMemory.Maps maps, ConnectProgram.Features features) {
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
        code.setMap(R1, maps.programs())
                .move(R2, FRAME)
                .add(R2, STACK_KEY)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jumpIf(EQUAL, R0, 0, "out")
                .move(R7, R0);
        maps.owners().remove(code);
    }

    /** Puts the process in the place of the one that has been there for longest, which is forgotten. */
    private void replace() {
        code.storeConstant(Size.WORD, FRAME, STACK_INDEX, 0)
                .setMap(R1, maps.ended())
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
