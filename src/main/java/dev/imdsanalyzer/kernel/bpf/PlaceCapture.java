package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R9;

/**
 * The part of {@link ConnectProgram} that notes where the caller is: its mount namespace, its root and the file that it
 * executes, compared with those of the first process, and who owns the user namespaces. What a process may choose for
 * itself (a path in a mount namespace of its own) is told from the host's by these.
 */
final class PlaceCapture {
    private static final int STACK_ROOT_MOUNT = -96;
    private static final int STACK_ROOT_DENTRY = -104;
    private static final int STACK_MOUNTS = -112;
    private static final int STACK_OTHER = -120;
    private static final int STACK_FILE = -128;

    private final BpfAssembler code;
    private final KernelReads reads;
    private final KernelLayout layout;
    private final PlaceLayout place;

    PlaceCapture(BpfAssembler code, KernelReads reads, KernelLayout layout) {
        this.code = code;
        this.reads = reads;
        this.layout = layout;
        this.place = layout.place();
    }

    /** Fills the fixed part of the record; R9 is overwritten. */
    void emit() {
        if (place.hasUserNamespaces()) {
            reads.currentTask();
            reads.follow(layout.taskCred());
            userNamespace(place.credUserNamespace(), ConnectRecord.USER_NAMESPACE_OFFSET);
        }
        if (!place.hasFiles()) {
            return;
        }
        mounts();
        root();
        executable();
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_PLACE);
        if (place.hasFirstProcess()) {
            compareWithFirstProcess();
        }
    }

    /** Inode, level and owner of the user namespace that a member of what R9 points to leads to. */
    void userNamespace(int member, int recordOffset) {
        reads.follow(member);
        reads.read(recordOffset, 4, place.userNamespaceInode());
        reads.read(recordOffset + ConnectRecord.NAMESPACE_LEVEL_OFFSET, 4, place.userNamespaceLevel());
        reads.read(recordOffset + ConnectRecord.NAMESPACE_OWNER_OFFSET, 4, place.userNamespaceOwner());
    }

    private void mounts() {
        reads.currentTask();
        reads.follow(place.taskNsproxy());
        reads.follow(place.nsproxyMounts());
        code.store(Size.DOUBLE, FRAME, STACK_MOUNTS, R9);
        reads.read(ConnectRecord.MOUNT_NAMESPACE_OFFSET, 4, place.mountNamespaceInode());
    }

    private void root() {
        reads.currentTask();
        reads.follow(layout.taskFs());
        reads.readToStack(STACK_ROOT_MOUNT, place.fsRoot() + place.pathMount());
        reads.readToStack(STACK_ROOT_DENTRY, place.fsRoot() + place.pathDentry());
        code.load(Size.DOUBLE, R9, FRAME, STACK_ROOT_DENTRY);
        reads.follow(place.dentryInode());
        file(ConnectRecord.ROOT_INODE_OFFSET, ConnectRecord.ROOT_DEVICE_OFFSET);
    }

    private void executable() {
        reads.currentTask();
        reads.follow(layout.taskMm());
        reads.follow(layout.mmExeFile());
        code.store(Size.DOUBLE, FRAME, STACK_FILE, R9);
        reads.follow(layout.fileMount());
        code.add(R9, -layout.mountInner());
        reads.follow(place.mountNamespace());
        reads.read(ConnectRecord.EXECUTABLE_MOUNTS_OFFSET, 4, place.mountNamespaceInode());
        code.load(Size.DOUBLE, R9, FRAME, STACK_FILE);
        reads.follow(place.fileInode());
        file(ConnectRecord.EXECUTABLE_INODE_OFFSET, ConnectRecord.EXECUTABLE_DEVICE_OFFSET);
        reads.read(ConnectRecord.EXECUTABLE_MAGIC_OFFSET, 8, place.superBlockMagic());
    }

    /** Number and device of the struct inode at R9, which then is its super block. */
    private void file(int inodeOffset, int deviceOffset) {
        reads.read(inodeOffset, 8, place.inodeNumber());
        reads.follow(place.inodeSuperBlock());
        reads.read(deviceOffset, 4, place.superBlockDevice());
    }

    /** The first process of the initial pid namespace has the host's mounts and root. */
    private void compareWithFirstProcess() {
        firstProcess();
        code.jumpIf(EQUAL, R9, 0, "place").store(Size.DOUBLE, FRAME, STACK_FILE, R9);
        reads.follow(place.taskNsproxy());
        reads.follow(place.nsproxyMounts());
        code.jumpIf(EQUAL, R9, 0, "place");
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_HOST_KNOWN);
        code.load(Size.DOUBLE, R1, FRAME, STACK_MOUNTS).jumpIf(NOT_EQUAL, R1, R9, "mounts");
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_HOST_MOUNTS);
        code.label("mounts").load(Size.DOUBLE, R9, FRAME, STACK_FILE);
        reads.follow(layout.taskFs());
        sameOnStack(STACK_ROOT_MOUNT, place.fsRoot() + place.pathMount());
        sameOnStack(STACK_ROOT_DENTRY, place.fsRoot() + place.pathDentry());
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_HOST_ROOT);
        code.label("place");
    }

    /** R9 = the first process of the initial pid namespace; 0 if it cannot be read. */
    private void firstProcess() {
        reads.currentTask();
        reads.follow(place.taskPid());
        reads.follow(place.firstUpidNamespace());
        reads.follow(place.pidNamespaceReaper());
    }

    private void sameOnStack(int stackOffset, int member) {
        reads.readToStack(STACK_OTHER, member);
        code.load(Size.DOUBLE, Register.R2, FRAME, STACK_OTHER)
                .load(Size.DOUBLE, R1, FRAME, stackOffset)
                .jumpIf(NOT_EQUAL, R1, Register.R2, "place");
    }
}
