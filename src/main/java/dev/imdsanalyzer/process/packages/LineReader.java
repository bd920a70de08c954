package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;

/** The lines of a file of any length, one after another, in the same memory. Longer lines than that are left out. */
final class LineReader {
    private static final int WINDOW = 64 * 1024;

    private final RootedFile file;
    private final byte[] window = new byte[WINDOW];
    private long position;
    private int length;
    private int next;
    private int start;
    private int end;

    LineReader(RootedFile file) {
        this.file = file;
    }

    /** Moves to the next line; false after the last. */
    boolean advance() {
        int from = next;
        while (true) {
            for (int i = from; i < length; i++) {
                if (window[i] == '\n') {
                    start = next;
                    end = i;
                    next = i + 1;
                    return true;
                }
            }
            if (next > 0 || length == WINDOW) {
                // Keeps what has no end yet; a line that fills all is given up.
                length = next > 0 ? length - next : 0;
                System.arraycopy(window, next, window, 0, length);
                next = 0;
            }
            from = length;
            int count = file.read(position, window, length, WINDOW - length);
            if (count <= 0) {
                start = next;
                end = length;
                next = length;
                boolean rest = end > start;
                length = rest ? length : 0;
                return rest;
            }
            position += count;
            length += count;
        }
    }

    /** Whether the line is this text. */
    boolean is(byte[] text) {
        return end - start == text.length && startsWith(text);
    }

    boolean isEmpty() {
        return end == start;
    }

    private boolean startsWith(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (start + i >= end || window[start + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** What follows the text at the start of the line; null where the line does not begin with it. */
    String after(byte[] text) {
        return startsWith(text)
                ? new String(
                        window, start + text.length, end - start - text.length, java.nio.charset.StandardCharsets.UTF_8)
                : null;
    }
}
