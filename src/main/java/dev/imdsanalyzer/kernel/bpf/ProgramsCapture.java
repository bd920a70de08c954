package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.GREATER;
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
 * ExecMemory} into the record, right behind the ancestors.
 */
final class ProgramsCapture {
    private static final int MASK = 1023;
    private static final int STACK_KEY = -216;

    private final BpfAssembler code;
    private final ConnectProgram.Features features;
    private final BpfMap programs;

    ProgramsCapture(BpfAssembler code, ConnectProgram.Features features, BpfMap programs) {
        this.code = code;
        this.features = features;
        this.programs = programs;
    }

    /** The ancestors are in the record. R8 and R9 are overwritten. */
    void emit() {
        copyOf(0, ConnectRecord.START_OFFSET, ConnectRecord.TID_PID_OFFSET + 4);
        for (int i = 0; i < ConnectRecord.MAXIMUM_ANCESTORS; i++) {
            int at = ConnectRecord.VARIABLE_OFFSET + i * ConnectRecord.ANCESTOR_BYTES;
            code.load(Size.WORD, R1, R7, ConnectRecord.ANCESTOR_BYTES_OFFSET)
                    .set(R2, (i + 1) * ConnectRecord.ANCESTOR_BYTES)
                    .jumpIf(GREATER, R2, R1, "programs");
            copyOf(i + 1, at + ConnectRecord.ANCESTOR_START_OFFSET, at);
        }
        code.jump("programs").label("too many programs");
        ConnectProgram.setFlag(code, ConnectRecord.FLAG_PROGRAMS_CUT);
        code.label("programs");
    }

    /** Up to three programs of one process, whose start and pid lie at these offsets in the record. */
    private void copyOf(int link, int startOffset, int pidOffset) {
        String done = "programs of " + link;
        code.load(Size.DOUBLE, R1, R7, startOffset)
                .store(Size.DOUBLE, FRAME, STACK_KEY, R1)
                .load(Size.WORD, R1, R7, pidOffset)
                .store(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_PID_OFFSET, R1);
        for (int slot = 0; slot < ProgramEntry.SLOTS; slot++) {
            code.storeConstant(Size.WORD, FRAME, STACK_KEY + ProgramEntry.KEY_SLOT_OFFSET, slot)
                    .setMap(R1, programs)
                    .move(R2, FRAME)
                    .add(R2, STACK_KEY)
                    .call(Helper.MAP_LOOKUP_ELEM)
                    .jumpIf(EQUAL, R0, 0, done);
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
                .add(R1, R8)
                .storeConstant(Size.WORD, R1, ConnectRecord.VARIABLE_OFFSET + ProgramEntry.LINK_OFFSET, link)
                .add(R8, R9)
                .store(Size.WORD, R7, ConnectRecord.PROGRAMS_END_OFFSET, R8);
    }
}
