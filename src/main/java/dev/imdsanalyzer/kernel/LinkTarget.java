package dev.imdsanalyzer.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where a link of /proc points, in the same native memory again and again: a path, or {@code kind:[inode]} for sockets and
 * namespaces, proc_pid_fd(5). For one thread at a time.
 */
final class LinkTarget {
    private static final int CAPACITY = 4096;
    private static final byte[] SOCKET_PREFIX = "socket:[".getBytes(StandardCharsets.US_ASCII);

    private final NativeBuffer target = new NativeBuffer(CAPACITY);

    /** Takes what readlinkat(2) writes. */
    NativeBuffer buffer() {
        return target;
    }

    /** @param length as readlinkat(2) answered, not negative */
    String text(int length) {
        byte[] bytes = new byte[length];
        target.bytes().get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether it is {@code socket:[inode]}; false for a negative length. */
    boolean isSocket(int length, long inode) {
        if (length <= SOCKET_PREFIX.length) {
            return false;
        }
        ByteBuffer bytes = target.bytes();
        for (int i = 0; i < SOCKET_PREFIX.length; i++) {
            if (bytes.get(i) != SOCKET_PREFIX[i]) {
                return false;
            }
        }
        return inode(length) == inode;
    }

    /** The number in the brackets; -1 where there are none. */
    long inode(int length) {
        ByteBuffer bytes = target.bytes();
        long number = -1;
        for (int i = 0; i < length; i++) {
            byte character = bytes.get(i);
            if (character == '[') {
                number = 0;
            } else if (number >= 0 && character >= '0' && character <= '9') {
                number = number * 10 + character - '0';
            }
        }
        return number;
    }
}
