package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;

/** What the pieces of the {@link ConnectProgram} share: places on its stack, and the record in R7. */
final class ConnectFrame {
    static final int STACK_SOCKET = -8;
    static final int STACK_INDEX = -16;
    static final int STACK_ADDRESS = -32;

    private ConnectFrame() {}

    static void setFlag(BpfAssembler code, int flag) {
        code.load(Size.WORD, R1, R7, ConnectRecord.FLAGS_OFFSET)
                .or(R1, flag)
                .store(Size.WORD, R7, ConnectRecord.FLAGS_OFFSET, R1);
    }
}
