package dev.imdsanalyzer.kernel.bpf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes records as {@link ConnectProgram} does, for tests of those who read them. */
public final class RecordBytes {
    private final ByteBuffer bytes =
            ByteBuffer.allocate(ConnectRecord.MAXIMUM_BYTES).order(ByteOrder.nativeOrder());
    private final ByteArrayOutputStream path = new ByteArrayOutputStream();
    private final ByteArrayOutputStream programs = new ByteArrayOutputStream();
    private byte[] arguments = {};
    private int lastProgram;
    private int ancestors;

    private RecordBytes(int kind, long socket, long connectTime) {
        bytes.putInt(ConnectRecord.KIND_OFFSET, kind)
                .putLong(ConnectRecord.SOCKET_OFFSET, socket)
                .putLong(ConnectRecord.CONNECT_TIME_OFFSET, connectTime)
                .putInt(ConnectRecord.LOGIN_UID_OFFSET, -1)
                .putShort(ConnectRecord.REMOTE_PORT_OFFSET, (short) 80);
    }

    /** @param connectTime CLOCK_MONOTONIC, ns */
    public static RecordBytes connect(long socket, long connectTime) {
        return new RecordBytes(ConnectRecord.KIND_CONNECT, socket, connectTime);
    }

    /** The second record of that connect. */
    public static RecordBytes port(long socket, long connectTime, int localPort) {
        RecordBytes record = new RecordBytes(ConnectRecord.KIND_PORT, socket, connectTime);
        record.bytes.putShort(ConnectRecord.LOCAL_PORT_OFFSET, (short) localPort);
        return record;
    }

    public RecordBytes flag(int flag) {
        bytes.putInt(ConnectRecord.FLAGS_OFFSET, bytes.getInt(ConnectRecord.FLAGS_OFFSET) | flag);
        return this;
    }

    public RecordBytes sequence(int initialSequenceNumber) {
        bytes.putInt(ConnectRecord.SEQUENCE_OFFSET, initialSequenceNumber);
        return flag(ConnectRecord.FLAG_SEQUENCE);
    }

    /** The local address, four octets or sixteen. */
    public RecordBytes address(int... octets) {
        for (int i = 0; i < octets.length; i++) {
            bytes.put(ConnectRecord.LOCAL_ADDRESS_OFFSET + i, (byte) octets[i]);
        }
        return this;
    }

    public RecordBytes caller(int pid, int uid, String comm) {
        bytes.putInt(ConnectRecord.TID_PID_OFFSET, pid).putInt(ConnectRecord.TID_PID_OFFSET + 4, pid);
        bytes.putInt(ConnectRecord.UID_GID_OFFSET, uid).putInt(ConnectRecord.UID_GID_OFFSET + 4, uid);
        put(ConnectRecord.COMM_OFFSET, comm);
        return this;
    }

    public RecordBytes cgroup(long id) {
        bytes.putLong(ConnectRecord.CGROUP_OFFSET, id);
        return this;
    }

    /** @param startNanos CLOCK_BOOTTIME */
    public RecordBytes process(String comm, long startNanos, int effectiveUid, int networkNamespace) {
        bytes.putLong(ConnectRecord.START_OFFSET, startNanos)
                .putInt(ConnectRecord.EFFECTIVE_UID_OFFSET, effectiveUid)
                .putInt(ConnectRecord.NET_INODE_OFFSET, networkNamespace);
        put(ConnectRecord.PROCESS_COMM_OFFSET, comm);
        return flag(ConnectRecord.FLAG_PROCESS);
    }

    /** Mounts and root are the first process's. */
    public RecordBytes hostPlace(int mountNamespace) {
        bytes.putInt(ConnectRecord.MOUNT_NAMESPACE_OFFSET, mountNamespace);
        return executableMounts(mountNamespace)
                .flag(ConnectRecord.FLAG_PLACE)
                .flag(ConnectRecord.FLAG_HOST_KNOWN)
                .flag(ConnectRecord.FLAG_HOST_MOUNTS)
                .flag(ConnectRecord.FLAG_HOST_ROOT);
    }

    /** In a mount namespace of its own, or with a root of its own. */
    public RecordBytes ownPlace(int mountNamespace) {
        bytes.putInt(ConnectRecord.MOUNT_NAMESPACE_OFFSET, mountNamespace);
        return executableMounts(mountNamespace).flag(ConnectRecord.FLAG_PLACE).flag(ConnectRecord.FLAG_HOST_KNOWN);
    }

    public RecordBytes executableMounts(int mountNamespace) {
        bytes.putInt(ConnectRecord.EXECUTABLE_MOUNTS_OFFSET, mountNamespace);
        return this;
    }

    /** @param device as in struct super_block: 12 bits of major, 20 of minor number */
    public RecordBytes executable(int device, long inode) {
        bytes.putInt(ConnectRecord.EXECUTABLE_DEVICE_OFFSET, device)
                .putLong(ConnectRecord.EXECUTABLE_INODE_OFFSET, inode);
        return this;
    }

    /** @param device as in struct super_block: 12 bits of major, 20 of minor number */
    public RecordBytes root(int device, long inode) {
        bytes.putInt(ConnectRecord.ROOT_DEVICE_OFFSET, device).putLong(ConnectRecord.ROOT_INODE_OFFSET, inode);
        return this;
    }

    /** In whose share it is. */
    public RecordBytes owner(int user, int space) {
        bytes.putInt(ConnectRecord.OWNER_USER_OFFSET, user).putInt(ConnectRecord.OWNER_SPACE_OFFSET, space);
        return this;
    }

    public RecordBytes callersUsers(int inode, int level, int owner) {
        return userNamespace(ConnectRecord.USER_NAMESPACE_OFFSET, inode, level, owner);
    }

    public RecordBytes networksUsers(int inode, int level, int owner) {
        return userNamespace(ConnectRecord.NET_USER_NAMESPACE_OFFSET, inode, level, owner);
    }

    private RecordBytes userNamespace(int offset, int inode, int level, int owner) {
        bytes.putInt(offset, inode)
                .putInt(offset + ConnectRecord.NAMESPACE_LEVEL_OFFSET, level)
                .putInt(offset + ConnectRecord.NAMESPACE_OWNER_OFFSET, owner);
        return this;
    }

    public RecordBytes login(int uid) {
        bytes.putInt(ConnectRecord.LOGIN_UID_OFFSET, uid);
        return this;
    }

    public RecordBytes ancestor(int pid, long startNanos, String comm) {
        int at = ConnectRecord.VARIABLE_OFFSET + ancestors++ * ConnectRecord.ANCESTOR_BYTES;
        bytes.putInt(at, pid).putLong(at + ConnectRecord.ANCESTOR_START_OFFSET, startNanos);
        put(at + ConnectRecord.ANCESTOR_COMM_OFFSET, comm);
        return this;
    }

    /**
     * Something that was executed.
     *
     * @param link 0 for the caller, n for its ancestor n - 1
     * @param directoryParts the working directory's parts, last part first, each ended by a zero byte; null if unknown
     */
    public RecordBytes program(int link, long timeNanos, String path, String directoryParts, String... values) {
        byte[] text = ((path + "\0") + (directoryParts == null ? "" : directoryParts) + String.join("\0", values)
                        + "\0")
                .getBytes(StandardCharsets.UTF_8);
        int pathBytes = path.getBytes(StandardCharsets.UTF_8).length + 1;
        int directoryBytes = directoryParts == null ? 0 : directoryParts.getBytes(StandardCharsets.UTF_8).length;
        int length = (ProgramEntry.TEXT_OFFSET + text.length + 7) / 8 * 8;
        ByteBuffer entry = ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putLong(ProgramEntry.TIME_OFFSET, timeNanos)
                .putInt(ProgramEntry.FLAGS_OFFSET, directoryParts == null ? 0 : ProgramEntry.FLAG_DIRECTORY_WHOLE)
                .putInt(ProgramEntry.LINK_OFFSET, link)
                .putInt(ProgramEntry.BYTES_OFFSET, length)
                .putInt(ProgramEntry.PATH_BYTES_OFFSET, pathBytes)
                .putInt(ProgramEntry.DIRECTORY_BYTES_OFFSET, directoryBytes)
                .putInt(ProgramEntry.ARGUMENT_BYTES_OFFSET, text.length - pathBytes - directoryBytes)
                .put(ProgramEntry.TEXT_OFFSET, text);
        lastProgram = programs.size();
        programs.writeBytes(entry.array());
        return this;
    }

    /**
     * Something that a lost parent had executed, or who stands above it.
     *
     * @param orphan whose parent it was, as the link of {@link #program}
     * @param level 0 for that parent
     */
    public RecordBytes lostProgram(int orphan, int level, String path, String... values) {
        int link = orphan << ProgramEntry.ORPHAN_SHIFT | (ConnectRecord.FIRST_LOST_PARENT + level);
        program(link, 3, path, "srv\0", values);
        return values[0].equals("/bin/sh") ? script() : this;
    }

    /** The program that was put in last was a script of its own. */
    public RecordBytes script() {
        byte[] all = programs.toByteArray();
        all[lastProgram + ProgramEntry.FLAGS_OFFSET] |= ProgramEntry.FLAG_SCRIPT;
        programs.reset();
        programs.writeBytes(all);
        return this;
    }

    /** What an earlier program has left behind the text of the one that was put in last, up to its end. */
    public RecordBytes leftOver(int value) {
        byte[] all = programs.toByteArray();
        ByteBuffer entry = ByteBuffer.wrap(all).order(ByteOrder.nativeOrder());
        int text = ProgramEntry.TEXT_OFFSET
                + entry.getInt(lastProgram + ProgramEntry.PATH_BYTES_OFFSET)
                + entry.getInt(lastProgram + ProgramEntry.DIRECTORY_BYTES_OFFSET)
                + entry.getInt(lastProgram + ProgramEntry.ARGUMENT_BYTES_OFFSET);
        Arrays.fill(all, lastProgram + text, all.length, (byte) value);
        programs.reset();
        programs.writeBytes(all);
        return this;
    }

    /** The executable's path parts, last part first. */
    public RecordBytes path(String... parts) {
        for (String part : parts) {
            path.writeBytes((part + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    public RecordBytes arguments(String... values) {
        arguments = (String.join("\0", values) + "\0").getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** The bytes as they come out of the ring. */
    public ByteBuffer bytes() {
        int ancestorBytes = ancestors * ConnectRecord.ANCESTOR_BYTES;
        bytes.put(ConnectRecord.VARIABLE_OFFSET + ancestorBytes, programs.toByteArray());
        int at = ConnectRecord.VARIABLE_OFFSET + ancestorBytes + programs.size();
        boolean whole = bytes.getInt(ConnectRecord.KIND_OFFSET) == ConnectRecord.KIND_CONNECT
                && (bytes.getInt(ConnectRecord.FLAGS_OFFSET) & ConnectRecord.FLAG_PROCESS) != 0;
        if (whole) {
            bytes.putInt(ConnectRecord.PROGRAMS_END_OFFSET, ancestorBytes + programs.size());
        }
        bytes.putInt(ConnectRecord.ANCESTOR_BYTES_OFFSET, ancestorBytes)
                .putInt(ConnectRecord.PATH_BYTES_OFFSET, path.size())
                .putInt(ConnectRecord.ARGUMENT_BYTES_OFFSET, arguments.length)
                .put(at, path.toByteArray())
                .put(at + path.size(), arguments);
        return bytes.duplicate()
                .order(ByteOrder.nativeOrder())
                .limit(whole ? at + path.size() + arguments.length : ConnectRecord.HEADER_BYTES);
    }

    /** A view of them. */
    public ConnectRecord record() {
        ConnectRecord record = new ConnectRecord();
        if (!record.wrap(bytes())) {
            throw new IllegalStateException("no record");
        }
        return record;
    }

    private void put(int offset, String text) {
        bytes.put(offset, text.getBytes(StandardCharsets.UTF_8));
    }
}
