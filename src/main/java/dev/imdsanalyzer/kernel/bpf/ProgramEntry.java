package dev.imdsanalyzer.kernel.bpf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One program as the exec memory has it, and as it goes into a {@link ConnectRecord}. Host byte order.
 *
 * <pre>
 * key    0 u64 start of the process, CLOCK_BOOTTIME ns   8 u32 pid   12 u32 slot, 0 to 2
 * value  0 u64 time of the exec, CLOCK_MONOTONIC ns      8 u32 flags
 *       12 u32 whose it is, in a record: lowest byte 0 of the caller, n of its ancestor n - 1, 17 of the ended parent of whom the next
 *          byte tells likewise, 18 of that one's parent, 19 of the next
 *       16 u32 bytes in all, a multiple of 8      20 u32 bytes of the path with its final zero byte
 *       24 u32 bytes of the working directory     28 u32 bytes of the arguments
 *       32 owner, see {@link ConnectOwner}
 *       40 path as executed; working directory from its last part up, each part ended by a zero byte; arguments as in
 *          /proc/PID/cmdline
 * </pre>
 */
final class ProgramEntry {
    static final int KEY_BYTES = 16;
    static final int KEY_PID_OFFSET = 8;
    static final int KEY_SLOT_OFFSET = 12;
    /** The last three programs of a process. */
    static final int SLOTS = 3;

    static final int TIME_OFFSET = 0;
    static final int FLAGS_OFFSET = 8;
    static final int LINK_OFFSET = 12;
    static final int BYTES_OFFSET = 16;
    static final int PATH_BYTES_OFFSET = 20;
    static final int DIRECTORY_BYTES_OFFSET = 24;
    static final int ARGUMENT_BYTES_OFFSET = 28;
    static final int OWNER_OFFSET = 32;
    static final int TEXT_OFFSET = 40;

    /** In the link. */
    static final int ORPHAN_SHIFT = 8;

    static final int LINK_MASK = 0xFF;

    static final int FLAG_PATH_CUT = 1;
    static final int FLAG_ARGUMENTS_CUT = 2;
    static final int FLAG_DIRECTORY_WHOLE = 4;
    static final int FLAG_SCRIPT = 8;

    static final int MAXIMUM_PATH_BYTES = 160;
    static final int MAXIMUM_DIRECTORY_BYTES = 128;
    /** Arguments have what path and directory leave: 184 bytes at least, some 400 mostly. What is copied at each exec costs. */
    static final int MAXIMUM_BYTES = 512;

    private ProgramEntry() {}

    /** Reads one out of a record; null if it is not what it should be. */
    static ExecutedProgram read(ByteBuffer record, int at) {
        int path = record.getInt(at + PATH_BYTES_OFFSET);
        int directory = record.getInt(at + DIRECTORY_BYTES_OFFSET);
        int arguments = record.getInt(at + ARGUMENT_BYTES_OFFSET);
        int flags = record.getInt(at + FLAGS_OFFSET);
        boolean inRange = (path | directory | arguments) >= 0
                && TEXT_OFFSET + (long) path + directory + arguments <= record.getInt(at + BYTES_OFFSET);
        if (!inRange) {
            return null;
        }
        byte[] argumentBytes = new byte[arguments];
        record.get(at + TEXT_OFFSET + path + directory, argumentBytes);
        return new ExecutedProgram(
                record.getLong(at + TIME_OFFSET),
                text(record, at + TEXT_OFFSET, Math.max(0, path - 1)),
                (flags & FLAG_PATH_CUT) != 0,
                (flags & FLAG_SCRIPT) != 0,
                (flags & FLAG_DIRECTORY_WHOLE) == 0
                        ? null
                        : PathParts.join(text(record, at + TEXT_OFFSET + path, directory)),
                argumentBytes,
                (flags & FLAG_ARGUMENTS_CUT) != 0);
    }

    private static String text(ByteBuffer record, int at, int length) {
        byte[] bytes = new byte[length];
        record.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
