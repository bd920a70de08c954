package dev.imdsanalyzer.kernel;

import java.util.Arrays;

/** Finds a line in a file of any length in the same memory, as the tables below /proc/PID/net are. */
final class LineSearch {
    /** More is not gone through: a table of two hundred thousand sockets. */
    private static final long BYTES_LIMIT = 32L << 20;

    private LineSearch() {}

    /**
     * The rest of the first line that has the wanted text, from after that text on.
     *
     * @param file a descriptor, read from where it stands
     * @param buffer takes what is read; a line as long as it is given up
     * @return without the newline; null when no line has it, or the file cannot be read
     */
    static byte[] first(int file, NativeBuffer buffer, byte[] wanted) {
        byte[] window = new byte[buffer.capacity()];
        int kept = 0;
        long read = 0;
        while (read < BYTES_LIMIT) {
            int count = Libc.read(file, buffer, window.length - kept);
            if (count < 0 && Libc.errno() == Errno.EINTR) {
                continue;
            }
            if (count <= 0) {
                return null;
            }
            buffer.bytes().get(0, window, kept, count);
            read += count;
            int length = kept + count;
            int start = 0;
            for (int end = 0; end < length; end++) {
                if (window[end] == '\n') {
                    int found = indexOf(window, start, end, wanted);
                    if (found >= 0) {
                        return Arrays.copyOfRange(window, found + wanted.length, end);
                    }
                    start = end + 1;
                }
            }
            // No line of such tables is near the window's length; one that is would be given up.
            kept = start == 0 && length == window.length ? 0 : length - start;
            System.arraycopy(window, start, window, 0, kept);
        }
        return null;
    }

    private static int indexOf(byte[] window, int start, int end, byte[] wanted) {
        for (int i = start; i <= end - wanted.length; i++) {
            if (window[i] == wanted[0] && Arrays.equals(window, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
