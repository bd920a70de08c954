package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.GREATER;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;

/**
 * The part of {@link ConnectProgram} that says in whose share a record falls: something that an ordinary user cannot have
 * many of. He makes thousands of network namespaces, and with his subordinate numbers nested user namespaces of many owners,
 * but all below one that he owns himself.
 *
 * <ul>
 *   <li>The socket's network, else the caller, is in a user namespace below the initial one: the outermost of these counts,
 *       by its owner; one that root made (for a container) by itself.
 *   <li>Else the caller's real user counts, in that network namespace: only root makes one there.
 *   <li>Without BTF the caller's real user alone.
 * </ul>
 *
 * Who may bear any user's number without a user namespace, as root of a container without one, has as many shares.
 */
final class ShareOwner {
    /** User namespaces inside each other that are followed. Those deeper down have one share together. */
    private static final int LEVELS = 6;

    static final int DEEPER = -2;

    private static final int STACK_LEVEL = -200;

    private final BpfAssembler code;
    private final KernelReads reads;
    private final KernelLayout layout;
    private final PlaceLayout place;

    ShareOwner(BpfAssembler code, KernelReads reads, KernelLayout layout) {
        this.code = code;
        this.reads = reads;
        this.layout = layout;
        this.place = layout.place();
    }

    /** To be called once the levels of the namespaces are in the record. */
    void emit() {
        if (!place.hasUserNamespaces() || !layout.socket().hasNetworkNamespace()) {
            return;
        }
        code.load(Size.WORD, R1, R7, ConnectRecord.NET_INODE_OFFSET)
                .store(Size.WORD, R7, ConnectRecord.OWNER_SPACE_OFFSET, R1)
                .load(Size.WORD, R1, R7, level(ConnectRecord.NET_USER_NAMESPACE_OFFSET))
                .jumpIf(EQUAL, R1, 0, "initial network");
        code.load(Size.DOUBLE, Register.R9, FRAME, ConnectProgram.STACK_SOCKET);
        reads.follow(layout.socket().net());
        reads.follow(place.netUserNamespace());
        code.jump("outwards")
                .label("initial network")
                .load(Size.WORD, R1, R7, level(ConnectRecord.USER_NAMESPACE_OFFSET))
                .jumpIf(EQUAL, R1, 0, "owned");
        reads.currentTask();
        reads.follow(layout.taskCred());
        reads.follow(place.credUserNamespace());
        code.label("outwards");
        outermost();
        code.label("owned");
    }

    private static int level(int namespaceOffset) {
        return namespaceOffset + ConnectRecord.NAMESPACE_LEVEL_OFFSET;
    }

    private void outermost() {
        code.storeConstant(Size.WORD, R7, ConnectRecord.OWNER_SPACE_OFFSET, 0);
        for (int i = 0; i < LEVELS; i++) {
            reads.readToStack(STACK_LEVEL, place.userNamespaceLevel());
            code.load(Size.WORD, R1, FRAME, STACK_LEVEL).set(R2, 2).jumpIf(GREATER, R2, R1, "outermost");
            reads.follow(place.userNamespaceParent());
        }
        code.storeConstant(Size.WORD, R7, ConnectRecord.OWNER_USER_OFFSET, DEEPER)
                .jump("owned")
                .label("outermost");
        reads.read(ConnectRecord.OWNER_USER_OFFSET, 4, place.userNamespaceOwner());
        code.load(Size.WORD, R1, R7, ConnectRecord.OWNER_USER_OFFSET).jumpIf(NOT_EQUAL, R1, 0, "owned");
        reads.read(ConnectRecord.OWNER_SPACE_OFFSET, 4, place.userNamespaceInode());
    }
}
