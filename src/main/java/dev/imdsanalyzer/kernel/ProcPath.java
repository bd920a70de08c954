package dev.imdsanalyzer.kernel;

import java.nio.ByteBuffer;

/**
 * A path below /proc, written into the same native memory again and again, digit by digit: a search for a socket's holder
 * does it thousands of times. For one thread at a time.
 */
final class ProcPath {
    private static final int CAPACITY = 256;

    private final NativeBuffer path = new NativeBuffer(CAPACITY);

    /** {@code PID/name}, relative to /proc. */
    NativeBuffer of(int pid, String name) {
        ByteBuffer bytes = path.bytes();
        int digits = 1;
        for (int rest = pid / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = pid;
        for (int i = digits - 1; i >= 0; i--) {
            bytes.put(i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        int position = digits;
        bytes.put(position++, (byte) '/');
        for (int i = 0; i < name.length(); i++) {
            bytes.put(position++, (byte) name.charAt(i));
        }
        bytes.put(position, (byte) 0);
        return path;
    }

    /** Any other path, a plain C string. */
    NativeBuffer of(String name) {
        return path.putString(name);
    }
}
