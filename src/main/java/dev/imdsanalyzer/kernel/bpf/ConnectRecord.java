package dev.imdsanalyzer.kernel.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * View of one record of {@link ConnectProgram}: a connect to IMDS has begun, or its local port has become known.
 * Host byte order, but for addresses (network order).
 *
 * <pre>
 *   0 u32 kind            4 u32 flags           8 u64 time of the connect, CLOCK_MONOTONIC ns
 *  16 u64 address of the kernel's struct sock
 *  24 u32 tid            28 u32 pid            32 u32 uid           36 u32 gid
 *  40 u64 cgroup id (0: not known)             48 char comm[16] of the thread
 *  64 u16 family         66 u16 local port     68 u16 remote port   70 u16 new TCP state
 *  72 u8  local address[16] (IPv4: first 4)    88 u64 time of the port, CLOCK_MONOTONIC ns (0: not known yet)
 *  96 u32 inode of the network namespace (0: not known)            100 u32 effective uid (valid with PROCESS)
 * 104 u64 start of the process, CLOCK_BOOTTIME ns (0: not known)
 * 112 u32 login uid     116 u32 bytes of arguments  120 u32 bytes of ancestors  124 u32 bytes of path parts
 * 128 u32 initial sequence number (valid with SEQUENCE)           132 u32 bytes of ancestors and programs (CONNECT)
 * 136 user namespace that owns the network namespace: {u32 inode (0: not known), u32 level, u32 uid of its owner, u32 0}
 * 152 owner: {u32 user, u32 space}, see {@link ConnectOwner}
 * 160 u64 records past their owners' shares so far, where that cannot be read from memory; else 0
 * 168 end of a PORT record; a CONNECT record with PROCESS goes on:
 * 168 char comm[16] of the process
 * 184 user namespace of the caller, as above
 * 200 u32 inode of the mount namespace (0: not known)
 * 204 u32 inode of the mount namespace that the executable's mount is in (0: in none, or not known)
 * 208 u64 inode of the root         216 u64 inode of the executable
 * 224 u32 device of the root        228 u32 device of the executable, both as in struct super_block
 * 232 u64 magic of the executable's file system (valid with PLACE, as are the six before)
 * 240 ancestors, 32 bytes each, parent first: {u32 pid, u32 0, u64 start, char comm[16]}
 *   . programs of the caller, then of its ancestors, see ProgramEntry
 *   . path of the executable from its last part up, each part ended by a zero byte
 *   . arguments as in /proc/PID/cmdline
 * </pre>
 *
 * Bytes: those of the ring's record; valid as long as they are.
 */
public final class ConnectRecord {
    /** {@link #kind}: a process has called connect. */
    public static final int KIND_CONNECT = 1;
    /** {@link #kind}: the connection has its local port, because it is established or has failed. */
    public static final int KIND_PORT = 2;

    /** The parts that come from the kernel's own structs are there. */
    public static final int FLAG_PROCESS = 0x01;
    /** The process has more arguments than were taken. */
    public static final int FLAG_ARGUMENTS_CUT = 0x02;
    /** The arguments lay in memory that was not present. */
    public static final int FLAG_ARGUMENTS_UNREADABLE = 0x04;
    /** No process at all: the kernel itself connects. */
    public static final int FLAG_KERNEL_THREAD = 0x08;
    /** The CONNECT record of this PORT record found no room in the ring. */
    public static final int FLAG_CONNECT_LOST = 0x10;
    /** To fd00:ec2::254; otherwise to 169.254.169.254, be it through an IPv6 socket. */
    public static final int FLAG_IPV6 = 0x20;
    /** The path parts reach up to the root that the process sees. */
    public static final int FLAG_PATH_COMPLETE = 0x40;
    /** The initial sequence number is there; in a PORT record only, as the kernel chooses it after the port. */
    public static final int FLAG_SEQUENCE = 0x80;
    /** Mount namespace, root and executable are there. */
    public static final int FLAG_PLACE = 0x100;
    /** The first process of the initial pid namespace was found, to tell the two that follow; without it they say nothing. */
    public static final int FLAG_HOST_KNOWN = 0x200;
    /** The mount namespace is the first process's. */
    public static final int FLAG_HOST_MOUNTS = 0x400;
    /** The root is the first process's: the same directory on the same mount. */
    public static final int FLAG_HOST_ROOT = 0x800;
    /** The last ancestors have more programs than there was room for. */
    public static final int FLAG_PROGRAMS_CUT = 0x1000;

    /** The caller or one of its ancestors has lost its parent, and the kernel has given it to another one. */
    public static final int FLAG_ORPHAN = 0x2000;

    /** Of whom a lost parent and its own ones are told. */
    static final int FIRST_LOST_PARENT = 17;

    /** How many: levels of {@link #lostPrograms}. */
    public static final int LOST_PARENTS = 3;

    static final int KIND_OFFSET = 0;
    static final int FLAGS_OFFSET = 4;
    static final int CONNECT_TIME_OFFSET = 8;
    static final int SOCKET_OFFSET = 16;
    static final int TID_PID_OFFSET = 24;
    static final int UID_GID_OFFSET = 32;
    static final int CGROUP_OFFSET = 40;
    static final int COMM_OFFSET = 48;
    static final int FAMILY_OFFSET = 64;
    static final int LOCAL_PORT_OFFSET = 66;
    static final int REMOTE_PORT_OFFSET = 68;
    static final int NEW_STATE_OFFSET = 70;
    static final int LOCAL_ADDRESS_OFFSET = 72;
    static final int PORT_TIME_OFFSET = 88;
    static final int NET_INODE_OFFSET = 96;
    static final int EFFECTIVE_UID_OFFSET = 100;
    static final int START_OFFSET = 104;
    static final int LOGIN_UID_OFFSET = 112;
    static final int ARGUMENT_BYTES_OFFSET = 116;
    static final int ANCESTOR_BYTES_OFFSET = 120;
    static final int PATH_BYTES_OFFSET = 124;
    static final int SEQUENCE_OFFSET = 128;
    static final int PROGRAMS_END_OFFSET = 132;
    static final int NET_USER_NAMESPACE_OFFSET = 136;
    static final int OWNER_OFFSET = 152;
    static final int OWNER_USER_OFFSET = 152;
    static final int OWNER_SPACE_OFFSET = 156;
    static final int PAST_SHARE_OFFSET = 160;
    static final int NAMESPACE_LEVEL_OFFSET = 4;
    static final int NAMESPACE_OWNER_OFFSET = 8;
    /** Size of a PORT record, of a CONNECT record without PROCESS, and of what the two have in common. */
    static final int HEADER_BYTES = 168;

    /** What {@link #identity} takes of the header. */
    static final int IDENTITY_HEADER_BYTES = 88;

    static final int PROCESS_COMM_OFFSET = 168;
    static final int PLACE_OFFSET = 184;
    static final int USER_NAMESPACE_OFFSET = 184;
    static final int MOUNT_NAMESPACE_OFFSET = 200;
    static final int EXECUTABLE_MOUNTS_OFFSET = 204;
    static final int ROOT_INODE_OFFSET = 208;
    static final int EXECUTABLE_INODE_OFFSET = 216;
    static final int ROOT_DEVICE_OFFSET = 224;
    static final int EXECUTABLE_DEVICE_OFFSET = 228;
    static final int EXECUTABLE_MAGIC_OFFSET = 232;
    static final int VARIABLE_OFFSET = 240;
    static final int COMM_BYTES = 16;
    static final int ANCESTOR_BYTES = 32;
    static final int ANCESTOR_START_OFFSET = 8;
    static final int ANCESTOR_COMM_OFFSET = 16;
    static final int MAXIMUM_ANCESTORS = 16;
    static final int MAXIMUM_PATH_BYTES = 1024;
    /** One less than a power of two, so that one AND proves the bound to the verifier. */
    static final int MAXIMUM_ARGUMENT_BYTES = 4095;

    /** Of ancestors and programs. */
    static final int MAXIMUM_PROGRAMS_END = 8192;

    /** Of a record. */
    public static final int MAXIMUM_BYTES =
            VARIABLE_OFFSET + MAXIMUM_PROGRAMS_END + MAXIMUM_PATH_BYTES + MAXIMUM_ARGUMENT_BYTES + 1;

    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /**
     * A connect's record with nothing in it but who made it, for a rehearsal of what reads records.
     *
     * @param startNanos CLOCK_BOOTTIME
     */
    public static ByteBuffer rehearsal(int pid, long startNanos) {
        return ByteBuffer.allocate(VARIABLE_OFFSET)
                .order(ByteOrder.nativeOrder())
                .putInt(KIND_OFFSET, KIND_CONNECT)
                .putInt(FLAGS_OFFSET, FLAG_PROCESS)
                .putInt(TID_PID_OFFSET + 4, pid)
                .putLong(START_OFFSET, startNanos);
    }

    /**
     * Points this view at a record.
     *
     * @return false if the record is too short for what it says of itself; it must not be read then
     */
    public boolean wrap(ByteBuffer record) {
        bytes = record.order(ByteOrder.nativeOrder());
        if (record.limit() < HEADER_BYTES) {
            return false;
        }
        return !has(FLAG_PROCESS)
                || kind() == KIND_PORT
                || (lengthsInRange() && record.limit() >= argumentsOffset() + argumentBytes());
    }

    private boolean lengthsInRange() {
        return bytes.getInt(ANCESTOR_BYTES_OFFSET) >>> 5 <= MAXIMUM_ANCESTORS
                && bytes.getInt(PROGRAMS_END_OFFSET) >= bytes.getInt(ANCESTOR_BYTES_OFFSET)
                && bytes.getInt(PROGRAMS_END_OFFSET) <= MAXIMUM_PROGRAMS_END
                && bytes.getInt(PATH_BYTES_OFFSET) >>> 1 <= MAXIMUM_PATH_BYTES / 2
                && bytes.getInt(ARGUMENT_BYTES_OFFSET) >>> 12 == 0;
    }

    public int kind() {
        return bytes.getInt(KIND_OFFSET);
    }

    public boolean has(int flag) {
        return (bytes.getInt(FLAGS_OFFSET) & flag) != 0;
    }

    /** Together with {@link #connectTime} unique to one connection. */
    public long socket() {
        return bytes.getLong(SOCKET_OFFSET);
    }

    /** CLOCK_MONOTONIC, ns. */
    public long connectTime() {
        return bytes.getLong(CONNECT_TIME_OFFSET);
    }

    /** CLOCK_MONOTONIC, ns, of a PORT record; 0 where it is not known. */
    public long portTime() {
        return bytes.getLong(PORT_TIME_OFFSET);
    }

    public int pid() {
        return bytes.getInt(TID_PID_OFFSET + 4);
    }

    public int tid() {
        return bytes.getInt(TID_PID_OFFSET);
    }

    /** The real user's number. */
    public long uid() {
        return bytes.getInt(UID_GID_OFFSET) & 0xFFFFFFFFL;
    }

    /** The real group's number. */
    public long gid() {
        return bytes.getInt(UID_GID_OFFSET + 4) & 0xFFFFFFFFL;
    }

    /** The effective user's number, or the real one's where only that is known. */
    public long effectiveUid() {
        return has(FLAG_PROCESS) ? bytes.getInt(EFFECTIVE_UID_OFFSET) & 0xFFFFFFFFL : uid();
    }

    /** The number of who logged in; -1 when nobody did or it is not known. */
    public long loginUid() {
        int login = bytes.getInt(LOGIN_UID_OFFSET);
        return login == -1 ? -1 : login & 0xFFFFFFFFL;
    }

    /** Inode of the cgroup v2 folder; 0 where it is not known. */
    public long cgroupId() {
        return bytes.getLong(CGROUP_OFFSET);
    }

    /** 0 where it is not known. */
    public long networkNamespace() {
        return bytes.getInt(NET_INODE_OFFSET) & 0xFFFFFFFFL;
    }

    /** CLOCK_BOOTTIME, ns; 0 where it is not known. */
    public long processStart() {
        return bytes.getLong(START_OFFSET);
    }

    /** Host order. */
    public int localPort() {
        return bytes.getShort(LOCAL_PORT_OFFSET) & 0xFFFF;
    }

    public int remotePort() {
        return bytes.getShort(REMOTE_PORT_OFFSET) & 0xFFFF;
    }

    /** The state that the socket had just gone to: of include/net/tcp_states.h. */
    public int newState() {
        return bytes.getShort(NEW_STATE_OFFSET) & 0xFFFF;
    }

    /** The sequence number of the SYN, 0 to 2^32 - 1, as it is on the wire; -1 where it is not known. */
    public long initialSequenceNumber() {
        return has(FLAG_SEQUENCE) ? bytes.getInt(SEQUENCE_OFFSET) & 0xFFFFFFFFL : -1;
    }

    /** First half of the IPv6 address that the socket is bound to; 0 for IPv4. */
    public long localAddressHigh() {
        return has(FLAG_IPV6) ? network().getLong(LOCAL_ADDRESS_OFFSET) : 0;
    }

    /** Second half of the IPv6 address, or the IPv4 address; 0 while the kernel has not chosen. */
    public long localAddressLow() {
        return has(FLAG_IPV6)
                ? network().getLong(LOCAL_ADDRESS_OFFSET + 8)
                : network().getInt(LOCAL_ADDRESS_OFFSET) & 0xFFFFFFFFL;
    }

    private ByteBuffer network() {
        return bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
    }

    /** The kernel's comm: of the process if it is known, else of the thread. At most 15 bytes. */
    public byte[] name() {
        boolean whole = has(FLAG_PROCESS) && kind() == KIND_CONNECT;
        return text(whole ? PROCESS_COMM_OFFSET : COMM_OFFSET, COMM_BYTES);
    }

    /** Where the caller was; all unknown in a PORT record but the owner of the network. */
    public CallerPlace place() {
        boolean whole = has(FLAG_PROCESS) && kind() == KIND_CONNECT;
        boolean known = whole && has(FLAG_PLACE);
        return new CallerPlace(
                known,
                known && has(FLAG_HOST_KNOWN),
                known && has(FLAG_HOST_MOUNTS),
                known && has(FLAG_HOST_ROOT),
                known ? bytes.getInt(MOUNT_NAMESPACE_OFFSET) & 0xFFFFFFFFL : 0,
                known ? bytes.getInt(EXECUTABLE_MOUNTS_OFFSET) & 0xFFFFFFFFL : 0,
                known ? CallerPlace.deviceAsInStat(bytes.getInt(ROOT_DEVICE_OFFSET)) : 0,
                known ? bytes.getLong(ROOT_INODE_OFFSET) : 0,
                known ? CallerPlace.deviceAsInStat(bytes.getInt(EXECUTABLE_DEVICE_OFFSET)) : 0,
                known ? bytes.getLong(EXECUTABLE_INODE_OFFSET) : 0,
                known ? bytes.getLong(EXECUTABLE_MAGIC_OFFSET) : 0,
                whole ? userNamespace(USER_NAMESPACE_OFFSET) : CallerPlace.UserNamespace.UNKNOWN,
                userNamespace(NET_USER_NAMESPACE_OFFSET));
    }

    /** In whose share of the ring this record is. */
    public ConnectOwner owner() {
        return ConnectOwner.of(bytes.getLong(OWNER_OFFSET));
    }

    /** Records past their owners' shares so far; 0 where that is to be had otherwise. */
    long pastShare() {
        return bytes.getLong(PAST_SHARE_OFFSET);
    }

    private CallerPlace.UserNamespace userNamespace(int offset) {
        long inode = bytes.getInt(offset) & 0xFFFFFFFFL;
        return inode == 0
                ? CallerPlace.UserNamespace.UNKNOWN
                : new CallerPlace.UserNamespace(
                        inode,
                        bytes.getInt(offset + NAMESPACE_LEVEL_OFFSET),
                        bytes.getInt(offset + NAMESPACE_OWNER_OFFSET) & 0xFFFFFFFFL);
    }

    /** Number of ancestors, parent first. */
    public int ancestorCount() {
        return bytes.getInt(ANCESTOR_BYTES_OFFSET) / ANCESTOR_BYTES;
    }

    public int ancestorPid(int index) {
        return bytes.getInt(VARIABLE_OFFSET + index * ANCESTOR_BYTES);
    }

    /** CLOCK_BOOTTIME, ns. */
    public long ancestorStart(int index) {
        return bytes.getLong(VARIABLE_OFFSET + index * ANCESTOR_BYTES + ANCESTOR_START_OFFSET);
    }

    public byte[] ancestorName(int index) {
        return text(VARIABLE_OFFSET + index * ANCESTOR_BYTES + ANCESTOR_COMM_OFFSET, COMM_BYTES);
    }

    /**
     * What a process has executed, as far as the exec memory has it: its last three programs, the oldest first.
     *
     * @param link 0 for the caller itself, n for its ancestor n - 1
     */
    public List<ExecutedProgram> programs(int link) {
        List<ExecutedProgram> programs = new ArrayList<>(1);
        int end = pathOffset();
        int at = VARIABLE_OFFSET + bytes.getInt(ANCESTOR_BYTES_OFFSET);
        while (at + ProgramEntry.TEXT_OFFSET <= end) {
            int length = bytes.getInt(at + ProgramEntry.BYTES_OFFSET);
            if (length < ProgramEntry.TEXT_OFFSET || length > end - at) {
                break;
            }
            ExecutedProgram program = (bytes.getInt(at + ProgramEntry.LINK_OFFSET) & ProgramEntry.LINK_MASK) == link
                    ? ProgramEntry.read(bytes, at)
                    : null;
            if (program != null) {
                programs.add(program);
            }
            at += length;
        }
        programs.sort(Comparator.comparingLong(ExecutedProgram::timeNanos));
        return programs;
    }

    /**
     * What a parent that had ended by the connect had executed, or its own parent: as {@link #programs(int)}.
     *
     * @param level 0 for the lost parent of {@link #orphan}, 1 and 2 for those above it, ended or not
     */
    public List<ExecutedProgram> lostPrograms(int level) {
        return level < LOST_PARENTS ? programs(FIRST_LOST_PARENT + level) : List.of();
    }

    /**
     * Who has lost its parent: 0 for the caller itself, n for its ancestor n - 1; -1 where nobody has, or nothing is known of that
     * parent.
     */
    public int orphan() {
        int end = pathOffset();
        int at = VARIABLE_OFFSET + bytes.getInt(ANCESTOR_BYTES_OFFSET);
        while (has(FLAG_ORPHAN) && at + ProgramEntry.TEXT_OFFSET <= end) {
            int length = bytes.getInt(at + ProgramEntry.BYTES_OFFSET);
            if (length < ProgramEntry.TEXT_OFFSET || length > end - at) {
                break;
            }
            int link = bytes.getInt(at + ProgramEntry.LINK_OFFSET);
            if ((link & ProgramEntry.LINK_MASK) >= FIRST_LOST_PARENT) {
                return link >>> ProgramEntry.ORPHAN_SHIFT;
            }
            at += length;
        }
        return -1;
    }

    /** The executable's path parts, last part first, each ended by a zero byte; empty if unknown. */
    public byte[] pathParts() {
        return copy(pathOffset(), bytes.getInt(PATH_BYTES_OFFSET));
    }

    /** As in /proc/PID/cmdline: each argument ended by a zero byte, the last one possibly cut. */
    public byte[] arguments() {
        return copy(argumentsOffset(), argumentBytes());
    }

    /**
     * All that says who connects and nothing that says which connection it is: two records with equal bytes here come
     * from the same process in the same state.
     *
     * @param identity takes it, from index 0; of {@link #MAXIMUM_BYTES}
     * @return its length
     */
    public int identity(byte[] identity) {
        boolean whole = has(FLAG_PROCESS) && kind() == KIND_CONNECT;
        int variable = whole ? argumentsOffset() + argumentBytes() - HEADER_BYTES : 0;
        bytes.get(TID_PID_OFFSET + 4, identity, 0, 4);
        bytes.get(FLAGS_OFFSET, identity, 4, 4);
        bytes.get(UID_GID_OFFSET, identity, 8, 8);
        bytes.get(CGROUP_OFFSET, identity, 16, 8);
        // Threads bear names of their own; they count only where nothing better is known.
        if (variable == 0) {
            bytes.get(COMM_OFFSET, identity, 24, 16);
        } else {
            Arrays.fill(identity, 24, 40, (byte) 0);
        }
        bytes.get(NET_INODE_OFFSET, identity, 40, 32);
        bytes.get(NET_USER_NAMESPACE_OFFSET, identity, 72, 16);
        bytes.get(HEADER_BYTES, identity, IDENTITY_HEADER_BYTES, variable);
        return IDENTITY_HEADER_BYTES + variable;
    }

    /**
     * What is equal in the records of processes that differ in nothing but their numbers and start times, and those of their
     * ancestors: as {@link #identity}, without the numbers of whomever the kernel remembers the programs.
     *
     * @param kind takes it, from index 0; of {@link #MAXIMUM_BYTES}
     * @param rememberedSince CLOCK_BOOTTIME, ns: since when the kernel remembers programs
     * @return its length; -1 where the record does not tell all that there is to be told of the caller
     */
    public int kind(byte[] kind, long rememberedSince) {
        int required = FLAG_PROCESS | FLAG_PATH_COMPLETE;
        int unwanted = FLAG_ARGUMENTS_CUT | FLAG_ARGUMENTS_UNREADABLE | FLAG_PROGRAMS_CUT;
        if (kind() != KIND_CONNECT || (bytes.getInt(FLAGS_OFFSET) & (required | unwanted)) != required) {
            return -1;
        }
        int length = identity(kind);
        return new KindOfRecord(bytes, kind).isWithoutNumbers(rememberedSince) ? length : -1;
    }

    private int argumentBytes() {
        return bytes.getInt(ARGUMENT_BYTES_OFFSET);
    }

    private int pathOffset() {
        return VARIABLE_OFFSET + bytes.getInt(PROGRAMS_END_OFFSET);
    }

    private int argumentsOffset() {
        return pathOffset() + bytes.getInt(PATH_BYTES_OFFSET);
    }

    private byte[] text(int offset, int maximum) {
        int length = 0;
        while (length < maximum && bytes.get(offset + length) != 0) {
            length++;
        }
        return copy(offset, length);
    }

    private byte[] copy(int offset, int length) {
        byte[] copy = new byte[length];
        bytes.get(offset, copy);
        return copy;
    }
}
