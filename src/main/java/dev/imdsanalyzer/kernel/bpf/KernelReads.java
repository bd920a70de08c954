package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;
import static dev.imdsanalyzer.kernel.bpf.Register.R9;

/**
 * How a program reads the kernel's own structs: R9 points to the one at hand, R7 to the record that is being written. The
 * helper fills with zeroes what it cannot read, so that a pointer that leads nowhere gives zeroes all the way.
 */
final class KernelReads {
    private static final int STACK_POINTER = -40;

    private final BpfAssembler code;
    private final KernelFeatures features;

    KernelReads(BpfAssembler code, KernelFeatures features) {
        this.code = code;
        this.features = features;
    }

    /** R9 = the struct task at work. */
    void currentTask() {
        code.call(Helper.GET_CURRENT_TASK).move(R9, R0);
    }

    /** R9 = the pointer that lies {@code offset} bytes into what R9 points to; 0 if it cannot be read. */
    void follow(int offset) {
        readToStack(STACK_POINTER, offset);
        code.load(Size.DOUBLE, R9, FRAME, STACK_POINTER);
    }

    /** Eight bytes. */
    void readToStack(int stackOffset, int offset) {
        readToStack(stackOffset, offset, 8);
    }

    void readToStack(int stackOffset, int offset, int bytes) {
        code.move(R1, FRAME)
                .add(R1, stackOffset)
                .set(R2, bytes)
                .move(R3, R9)
                .add(R3, offset)
                .call(features.readKernel());
    }

    /** Reads from what R9 points to into the record. */
    void read(int recordOffset, int bytes, int offset) {
        code.move(R1, R7)
                .add(R1, recordOffset)
                .set(R2, bytes)
                .move(R3, R9)
                .add(R3, offset)
                .call(features.readKernel());
    }

    /** Reads a text with its final zero byte from R3 to R1, R2 bytes at most; R0 = its length, or a negative error. */
    void string() {
        code.call(features.readKernelString());
    }

    /** Reads R2 bytes of the process's own memory from R3 to R1; R0 = 0, or a negative error. */
    void user() {
        code.call(features.readUser());
    }
}
