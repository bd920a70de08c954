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
 * The part of {@link ConnectProgram} that copies what the caller and its ancestors have executed out of the {@link
 * ExecMemory} into the record, right behind the ancestors; of the nearest that has lost its parent also what that one, its parent
 * and that one's had executed.
 */
final class ProgramsCapture {
    /** The caller and so many less one of its ancestors are asked whether they have lost their parent. */
    private static final int ASKED = 4;

    private static final int MASK = 1023;
    private static final int STACK_KEY = -216;
    private static final int STACK_LINK = -220;
    private static final int STACK_ORPHAN = -264;

    private final BpfAssembler code;
    private final KernelFeatures features;
    private final BpfMap programs;
    private final BpfMap orphans;

    ProgramsCapture(BpfAssembler code, KernelFeatures features, BpfMap programs, BpfMap orphans) {
        this.code = code;
        this.features = features;
        this.programs = programs;
        this.orphans = orphans;
    }

    /** The ancestors are in the record. R8 and R9 are overwritten. */
    void emit() {
        key(ConnectRecord.START_OFFSET, ConnectRecord.TID_PID_OFFSET + 4);
        copy(0, "programs of 0");
        for (int i = 0; i < ConnectRecord.MAXIMUM_ANCESTORS; i++) {
            ancestor(i, "programs");
            copy(i + 1, "programs of " + (i + 1));
        }
        code.jump("programs").label("too many programs");
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_PROGRAMS_CUT);
        code.jump("parents").label("programs");
        orphan();
        code.label("parents");
    }

    /** Goes to {@code none} where the record has not so many. */
    private void ancestor(int index, String none) {
        int at = ConnectRecord.VARIABLE_OFFSET + index * ConnectRecord.ANCESTOR_BYTES;
        code.load(Size.WORD, R1, R7, ConnectRecord.ANCESTOR_BYTES_OFFSET)
                .set(R2, (index + 1) * ConnectRecord.ANCESTOR_BYTES)
                .jumpIf(GREATER, R2, R1, none);
        key(at + ConnectRecord.ANCESTOR_START_OFFSET, at);
    }

    /** Of a process whose start and number lie at these offsets in the record. */
    private void key(int startOffset, int pidOffset) {
        code.load(Size.DOUBLE, R1, R7, startOffset)
                .store(Size.DOUBLE, FRAME, STACK_KEY, R1)
                .load(Size.WORD, R1, R7, pidOffset)
                .store(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET, R1);
    }

    private void orphan() {
        for (int i = 0; i < ASKED; i++) {
            if (i == 0) {
                key(ConnectRecord.START_OFFSET, ConnectRecord.TID_PID_OFFSET + 4);
            } else {
                ancestor(i - 1, "parents");
            }
            code.storeConstant(Size.WORD, FRAME, STACK_LINK, i << ProgramEntry.ORPHAN_SHIFT);
            lookUp(orphans, 0);
            code.jumpIf(NOT_EQUAL, R0, 0, "orphan");
        }
        code.jump("parents").label("orphan");
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_ORPHAN);
        code.copy(FRAME, STACK_ORPHAN, R0, 0, OrphanEntry.BYTES, R1);
        for (int level = 0; level < ConnectRecord.LOST_PARENTS; level++) {
            code.copy(FRAME, STACK_KEY, FRAME, STACK_ORPHAN, ProgramEntry.KEY_BYTES, R1);
            copy(ConnectRecord.FIRST_LOST_PARENT + level, "programs of parent " + level);
            lookUp(orphans, 0);
            code.jumpIf(EQUAL, R0, 0, "parent " + level)
                    .copy(FRAME, STACK_ORPHAN, R0, 0, OrphanEntry.BYTES, R1)
                    .jump("next parent " + level)
                    .label("parent " + level)
                    .copy(FRAME, STACK_ORPHAN, FRAME, STACK_ORPHAN + OrphanEntry.GRANDPARENT_OFFSET, 16, R1)
                    .storeConstant(Size.DOUBLE, FRAME, STACK_ORPHAN + OrphanEntry.GRANDPARENT_OFFSET, 0)
                    .storeConstant(Size.DOUBLE, FRAME, STACK_ORPHAN + OrphanEntry.GRANDPARENT_OFFSET + 8, 0)
                    .label("next parent " + level);
        }
    }

    private void lookUp(BpfMap map, int slot) {
        code.storeConstant(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_SLOT_OFFSET, slot)
                .setMap(R1, map)
                .move(R2, FRAME)
                .add(R2, STACK_KEY)
                .call(Helper.MAP_LOOKUP_ELEM);
    }

    /** Up to three programs of the process whose key is on the stack. */
    private void copy(int link, String done) {
        for (int slot = 0; slot < ProgramEntry.SLOTS; slot++) {
            lookUp(programs, slot);
            code.jumpIf(EQUAL, R0, 0, done);
            append(link);
        }
        code.label(done);
    }

    /** R0 is the entry. */
    private void append(int link) {
        code.move(R3, R0)
                .load(Size.WORD, R9, R0, ProgramEntry.BYTES_OFFSET)
                .and(R9, MASK)
                .load(Size.WORD, R8, R7, ConnectRecord.PROGRAMS_END_OFFSET)
                .jumpIf(GREATER, R8, ConnectRecord.MAXIMUM_PROGRAMS_END - MASK, "too many programs")
                .move(R1, R7)
                .add(R1, R8)
                .add(R1, ConnectRecord.VARIABLE_OFFSET)
                .move(R2, R9)
                .call(features.readKernel())
                .move(R1, R7)
                .add(R1, R8);
        if (link >= ConnectRecord.FIRST_LOST_PARENT) {
            code.load(Size.WORD, R2, FRAME, STACK_LINK)
                    .or(R2, link)
                    .store(Size.WORD, R1, ConnectRecord.VARIABLE_OFFSET + ProgramEntry.LINK_OFFSET, R2);
        } else {
            code.storeConstant(Size.WORD, R1, ConnectRecord.VARIABLE_OFFSET + ProgramEntry.LINK_OFFSET, link);
        }
        code.add(R8, R9).store(Size.WORD, R7, ConnectRecord.PROGRAMS_END_OFFSET, R8);
    }
}
