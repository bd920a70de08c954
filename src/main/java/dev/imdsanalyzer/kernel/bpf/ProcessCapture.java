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
 * The part of {@link ConnectProgram} that reads the caller out of the kernel's own structs, so that a process that exits
 * at once is named too: names, start times and numbers of it and its ancestors, its executable and its arguments.
 *
 * <p>Lengths are kept in the record and loaded from there again: the verifier then forgets which way they came about,
 * and does not follow each number of ancestors through all that comes after.
 *
 * <p>Registers: R7 the record, R8 bytes of the variable part so far, R9 the struct at hand.
 */
final class ProcessCapture {
    private static final PathCapture.Target EXECUTABLE = new PathCapture.Target(
            ConnectRecord.VARIABLE_OFFSET,
            ConnectRecord.PROGRAMS_END_OFFSET,
            ConnectRecord.MAXIMUM_PROGRAMS_END,
            ConnectRecord.PATH_BYTES_OFFSET,
            ConnectRecord.MAXIMUM_PATH_BYTES,
            256,
            20,
            ConnectRecord.FLAGS_OFFSET,
            ConnectRecord.FLAG_PATH_COMPLETE);

    private static final int STACK_LENGTH = -40;
    private static final int STACK_MEMORY = -48;
    private static final int STACK_ARGUMENTS_END = -56;

    private final BpfAssembler code;
    private final KernelReads reads;
    private final KernelLayout layout;
    private final PlaceCapture place;
    /** Null where there is no exec memory. */
    private final ProgramsCapture programs;

    ProcessCapture(BpfAssembler code, KernelFeatures features, ConnectMaps maps) {
        this.code = code;
        this.reads = new KernelReads(code, features);
        this.layout = features.layout();
        this.place = new PlaceCapture(code, reads, layout);
        this.programs =
                maps.programs() == null ? null : new ProgramsCapture(code, features, maps.programs(), maps.orphans());
    }

    void emit() {
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_PROCESS);
        networkNamespace();
        credentials();
        process();
        place.emit();
        new ShareOwner(code, reads, layout, ConnectRecord.OWNER_OFFSET).ofConnect();
        leader();
        ancestors();
        if (programs != null) {
            programs.emit();
        }
        executable();
        arguments();
        code.label("captured");
    }

    /** The size of the whole record, within bounds that the verifier can see. */
    void sizeInto(Register size) {
        variableBytes(ConnectRecord.PROGRAMS_END_OFFSET, ConnectRecord.PATH_BYTES_OFFSET);
        code.load(Size.WORD, R1, R7, ConnectRecord.ARGUMENT_BYTES_OFFSET)
                .jumpIf(GREATER, R1, ConnectRecord.MAXIMUM_ARGUMENT_BYTES, "out")
                .add(R8, R1)
                .move(size, R8)
                .add(size, ConnectRecord.VARIABLE_OFFSET);
    }

    private void networkNamespace() {
        SocketLayout socket = layout.socket();
        if (!socket.hasNetworkNamespace()) {
            return;
        }
        code.load(Size.DOUBLE, R9, FRAME, ConnectFrame.STACK_SOCKET);
        reads.follow(socket.net());
        reads.read(ConnectRecord.NET_INODE_OFFSET, 4, socket.netInode());
        if (layout.place().hasUserNamespaces()) {
            place.userNamespace(layout.place().netUserNamespace(), ConnectRecord.NET_USER_NAMESPACE_OFFSET);
        }
    }

    private void credentials() {
        reads.currentTask();
        if (layout.taskLoginuid() >= 0) {
            reads.read(ConnectRecord.LOGIN_UID_OFFSET, 4, layout.taskLoginuid());
        }
        reads.follow(layout.taskCred());
        reads.read(ConnectRecord.EFFECTIVE_UID_OFFSET, 4, layout.credEuid());
    }

    /** A thread's group leader is what the rest of the world calls the process. */
    private void process() {
        leader();
        reads.read(ConnectRecord.START_OFFSET, 8, layout.taskStart());
        reads.read(ConnectRecord.PROCESS_COMM_OFFSET, ConnectRecord.COMM_BYTES, layout.taskComm());
    }

    private void leader() {
        reads.currentTask();
        reads.follow(layout.taskGroupLeader());
    }

    /** R9 is the leader. Ends at pid 0, the parent of pid 1, or at the record's bound. */
    private void ancestors() {
        for (int i = 0; i < ConnectRecord.MAXIMUM_ANCESTORS; i++) {
            int at = ConnectRecord.VARIABLE_OFFSET + i * ConnectRecord.ANCESTOR_BYTES;
            reads.follow(layout.taskRealParent());
            code.jumpIf(EQUAL, R9, 0, "ancestors");
            // The parent is the thread that forked.
            reads.follow(layout.taskGroupLeader());
            code.jumpIf(EQUAL, R9, 0, "ancestors").storeConstant(Size.DOUBLE, R7, at, 0);
            reads.read(at, 4, layout.taskTgid());
            code.load(Size.WORD, R1, R7, at).jumpIf(EQUAL, R1, 0, "ancestors");
            reads.read(at + ConnectRecord.ANCESTOR_START_OFFSET, 8, layout.taskStart());
            reads.read(at + ConnectRecord.ANCESTOR_COMM_OFFSET, ConnectRecord.COMM_BYTES, layout.taskComm());
            code.storeConstant(
                    Size.WORD, R7, ConnectRecord.ANCESTOR_BYTES_OFFSET, (i + 1) * ConnectRecord.ANCESTOR_BYTES);
        }
        code.label("ancestors")
                .load(Size.WORD, R1, R7, ConnectRecord.ANCESTOR_BYTES_OFFSET)
                .store(Size.WORD, R7, ConnectRecord.PROGRAMS_END_OFFSET, R1);
    }

    /** Leaves the process's struct mm on the stack. */
    private void executable() {
        reads.currentTask();
        reads.follow(layout.taskMm());
        code.store(Size.DOUBLE, FRAME, STACK_MEMORY, R9).jumpIf(GREATER, R9, 0, "memory");
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_KERNEL_THREAD);
        code.jump("captured").label("memory");
        reads.follow(layout.mmExeFile());
        code.jumpIf(EQUAL, R9, 0, "executable");
        reads.readToStack(PathCapture.STACK_MOUNT, layout.fileMount());
        reads.readToStack(PathCapture.STACK_DENTRY, layout.fileDentry());
        new PathCapture(code, reads, layout, EXECUTABLE).emit();
        code.label("executable");
    }

    private void arguments() {
        variableBytes(ConnectRecord.PROGRAMS_END_OFFSET, ConnectRecord.PATH_BYTES_OFFSET);
        code.load(Size.DOUBLE, R9, FRAME, STACK_MEMORY);
        reads.readToStack(STACK_ARGUMENTS_END, layout.mmArgEnd());
        reads.follow(layout.mmArgStart());
        code.load(Size.DOUBLE, R2, FRAME, STACK_ARGUMENTS_END)
                .jumpIf(GREATER, R9, R2, "captured")
                .subtract(R2, R9)
                .move(R1, R2)
                .set(R3, ConnectRecord.MAXIMUM_ARGUMENT_BYTES)
                .jumpIf(GREATER, R3, R2, "arguments fit")
                .set(R2, ConnectRecord.MAXIMUM_ARGUMENT_BYTES)
                .label("arguments fit")
                .and(R2, ConnectRecord.MAXIMUM_ARGUMENT_BYTES)
                .store(Size.WORD, R7, ConnectRecord.ARGUMENT_BYTES_OFFSET, R2)
                .jumpIf(EQUAL, R1, R2, "arguments whole")
                .store(Size.DOUBLE, FRAME, STACK_LENGTH, R2);
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_ARGUMENTS_CUT);
        code.load(Size.DOUBLE, R2, FRAME, STACK_LENGTH)
                .and(R2, ConnectRecord.MAXIMUM_ARGUMENT_BYTES)
                .label("arguments whole")
                .move(R1, R7)
                .add(R1, R8)
                .add(R1, ConnectRecord.VARIABLE_OFFSET)
                .move(R3, R9);
        reads.user();
        code.jumpIf(EQUAL, R0, 0, "captured").storeConstant(Size.WORD, R7, ConnectRecord.ARGUMENT_BYTES_OFFSET, 0);
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_ARGUMENTS_UNREADABLE);
    }

    /** Sums lengths kept in the record into R8, each checked against what there is room for. */
    private void variableBytes(int... lengthOffsets) {
        code.set(R8, 0);
        for (int offset : lengthOffsets) {
            int maximum = offset == ConnectRecord.PROGRAMS_END_OFFSET
                    ? ConnectRecord.MAXIMUM_PROGRAMS_END
                    : ConnectRecord.MAXIMUM_PATH_BYTES;
            code.load(Size.WORD, R1, R7, offset)
                    .jumpIf(GREATER, R1, maximum, "out")
                    .add(R8, R1);
        }
    }
}
