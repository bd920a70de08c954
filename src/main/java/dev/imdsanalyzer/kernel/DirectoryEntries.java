package dev.imdsanalyzer.kernel;

import java.nio.charset.StandardCharsets;

/**
 * The entries of an open folder one after another, without an object for any: getdents64(2).
 *
 * <pre>
 * struct linux_dirent64, include/linux/dirent.h: 0 u64 d_ino   8 s64 d_off   16 u16 d_reclen   18 u8 d_type   19 char d_name[]
 * </pre>
 *
 * Bytes: those of the buffer, valid until the next entry. For one folder at a time.
 */
final class DirectoryEntries {
    private static final int LENGTH_OFFSET = 16;
    private static final int NAME_OFFSET = 19;

    private final NativeBuffer buffer;
    private int folder;
    private int length;
    private int entry;
    private int nextEntry;
    private int errno;

    /** @param buffer takes the entries of whichever folder is gone through */
    DirectoryEntries(NativeBuffer buffer) {
        this.buffer = buffer;
    }

    /** Begins with a folder that was opened just now; it stays its owner's to close. */
    void start(int descriptor) {
        folder = descriptor;
        length = 0;
        nextEntry = 0;
        errno = 0;
    }

    /** Goes to the next entry, to the first one at first; false at the end or when the folder cannot be read. */
    boolean next() {
        if (nextEntry >= length) {
            length = Libc.getdents64(folder, buffer);
            nextEntry = 0;
            if (length <= 0) {
                errno = length < 0 ? Libc.errno() : 0;
                return false;
            }
        }
        entry = nextEntry;
        nextEntry += buffer.bytes().getShort(entry + LENGTH_OFFSET) & 0xFFFF;
        return true;
    }

    /** Why the folder could not be read to its end; 0 when it could. */
    int errno() {
        return errno;
    }

    boolean isHidden() {
        return buffer.bytes().get(entry + NAME_OFFSET) == '.';
    }

    /** The entry's name, of at most 255 bytes. */
    String name() {
        int start = entry + NAME_OFFSET;
        int end = start;
        while (buffer.bytes().get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - start];
        buffer.bytes().get(start, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Where the link points that the entry is: {@code readlinkat} of its name. */
    int readLink(NativeBuffer link) {
        return Libc.readlinkat(folder, buffer, entry + NAME_OFFSET, link);
    }

    /** The name as a decimal number; -1 for another name. */
    int number() {
        int number = 0;
        int start = entry + NAME_OFFSET;
        for (int i = start; ; i++) {
            byte character = buffer.bytes().get(i);
            if (character == 0) {
                return i == start ? -1 : number;
            }
            if (character < '0' || character > '9') {
                return -1;
            }
            number = number * 10 + character - '0';
        }
    }
}
