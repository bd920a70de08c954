package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.GREATER;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;

/**
 * The part of a program that says in whose share a record falls: something that an ordinary user cannot have
 * many of. He makes thousands of network namespaces, and with his subordinate numbers nested user namespaces of many owners,
 * but all below one that he owns himself.
 *
 * <ul>
 *   <li>The socket's network, else the caller, is in a user namespace below the initial one: the outermost of these counts,
 *       by its owner; one that root made (for a container) by itself.
 *   <li>Else, outside the host's mount namespace, that namespace: root of a container may bear any user's number, but makes
 *       no mount namespace without {@code CAP_SYS_ADMIN}.
 *   <li>Else the caller's real user counts, in that network namespace: only root makes one there.
 *   <li>Without BTF the caller's real user alone.
 * </ul>
 */
final class ShareOwner {
    /** User namespaces inside each other that are followed. Those deeper down have one share together. */
    private static final int LEVELS = 6;

    static final int DEEPER = -2;
    /** No user, but all in the mount namespace that the space is. */
    static final int MOUNTS = -3;

    private static final int STACK_LEVEL = -200;

    private final BpfAssembler code;
    private final KernelReads reads;
    private final KernelLayout layout;
    private final PlaceLayout place;
    private final int userOffset;
    private final int spaceOffset;

    /** @param offset of the owner in what R7 points to: {u32 user, u32 space} */
    ShareOwner(BpfAssembler code, KernelReads reads, KernelLayout layout, int offset) {
        this.code = code;
        this.reads = reads;
        this.layout = layout;
        this.place = layout.place();
        this.userOffset = offset;
        this.spaceOffset = offset + 4;
    }

    /** Of a process that makes no connection: by its own user namespace, else by its real user alone. */
    void ofProcess() {
        code.call(Helper.GET_CURRENT_UID_GID)
                .storeConstant(Size.WORD, R7, spaceOffset, 0)
                .store(Size.WORD, R7, userOffset, R0);
        if (!place.hasUserNamespaces()) {
            return;
        }
        reads.currentTask();
        reads.follow(layout.taskCred());
        reads.follow(place.credUserNamespace());
        reads.readToStack(STACK_LEVEL, place.userNamespaceLevel());
        code.load(Size.WORD, R1, FRAME, STACK_LEVEL).jumpIf(EQUAL, R1, 0, "owned");
        outermost();
        code.label("owned");
    }

    /** Of a connect: to be called once the levels of the namespaces and the real user are in the record. */
    void ofConnect() {
        if (!place.hasUserNamespaces() || !layout.socket().hasNetworkNamespace()) {
            return;
        }
        code.load(Size.WORD, R1, R7, ConnectRecord.NET_INODE_OFFSET)
                .store(Size.WORD, R7, spaceOffset, R1)
                .load(Size.WORD, R1, R7, level(ConnectRecord.NET_USER_NAMESPACE_OFFSET))
                .jumpIf(EQUAL, R1, 0, "initial network");
        code.load(Size.DOUBLE, Register.R9, FRAME, ConnectFrame.STACK_SOCKET);
        reads.follow(layout.socket().net());
        reads.follow(place.netUserNamespace());
        code.jump("outwards")
                .label("initial network")
                .load(Size.WORD, R1, R7, level(ConnectRecord.USER_NAMESPACE_OFFSET))
                .jumpIf(EQUAL, R1, 0, "initial users");
        reads.currentTask();
        reads.follow(layout.taskCred());
        reads.follow(place.credUserNamespace());
        code.jump("outwards").label("initial users");
        byMounts();
        code.label("outwards");
        outermost();
        code.label("owned");
    }

    /** Where the host's mount namespace is known, and this is another one. Goes to "owned". */
    private void byMounts() {
        code.load(Size.WORD, R1, R7, ConnectRecord.FLAGS_OFFSET)
                .and(R1, ConnectRecord.FLAG_HOST_KNOWN | ConnectRecord.FLAG_HOST_MOUNTS)
                .jumpIf(NOT_EQUAL, R1, ConnectRecord.FLAG_HOST_KNOWN, "owned")
                .load(Size.WORD, R1, R7, ConnectRecord.MOUNT_NAMESPACE_OFFSET)
                .jumpIf(EQUAL, R1, 0, "owned")
                .store(Size.WORD, R7, spaceOffset, R1)
                .storeConstant(Size.WORD, R7, userOffset, MOUNTS)
                .jump("owned");
    }

    private static int level(int namespaceOffset) {
        return namespaceOffset + ConnectRecord.NAMESPACE_LEVEL_OFFSET;
    }

    private void outermost() {
        code.storeConstant(Size.WORD, R7, spaceOffset, 0);
        for (int i = 0; i < LEVELS; i++) {
            reads.readToStack(STACK_LEVEL, place.userNamespaceLevel());
            code.load(Size.WORD, R1, FRAME, STACK_LEVEL).set(R2, 2).jumpIf(GREATER, R2, R1, "outermost");
            reads.follow(place.userNamespaceParent());
        }
        code.storeConstant(Size.WORD, R7, userOffset, DEEPER).jump("owned").label("outermost");
        reads.read(userOffset, 4, place.userNamespaceOwner());
        code.load(Size.WORD, R1, R7, userOffset).jumpIf(NOT_EQUAL, R1, 0, "owned");
        reads.read(spaceOffset, 4, place.userNamespaceInode());
    }
}
