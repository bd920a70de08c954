package dev.imdsanalyzer.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes pages of the JVM's files out of this process's resident set: code, constants and archived classes that only the
 * start needed. They stay in the kernel's page cache as long as it has room; one that is touched again is mapped again
 * without being read, and so the resident set becomes what is in use.
 *
 * <p>Nothing can be lost: only mappings of files are taken that this process cannot write and that hold not a single page
 * of its own (as relocated constants are), by {@code Anonymous:} of proc_pid_smaps(5). For those MADV_DONTNEED of
 * madvise(2) drops mere copies of what the file holds. The mappings are looked for once, as the kernel's list of them is
 * long: those of the JVM's own library, of class archives and of the modules stay as they are until the process ends.
 */
public final class CleanPages {
    /** include/uapi/asm-generic/mman-common.h. */
    private static final int MADV_DONTNEED = 4;

    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final Path STATM = Path.of("/proc/self/statm");
    /** A mapping with less in memory is not worth the call. */
    private static final long MIN_RESIDENT_KIB = 256;

    /** Addresses of a mapping: the first byte, and the number of bytes. */
    record Mapping(long start, long length) {}

    private final List<Mapping> mappings;

    private CleanPages(List<Mapping> mappings) {
        this.mappings = mappings;
    }

    /**
     * Finds those of this process.
     *
     * @throws IOException if the kernel does not tell the mappings
     */
    public static CleanPages find() throws IOException {
        try (BufferedReader smaps = Files.newBufferedReader(SMAPS)) {
            return new CleanPages(parse(smaps));
        }
    }

    /** Releases them; any thread. */
    public void release() {
        for (Mapping mapping : mappings) {
            Libc.madvise(mapping.start(), mapping.length(), MADV_DONTNEED);
        }
    }

    /** Resident set of this process, proc_pid_statm(5). */
    public static long residentBytes() throws IOException {
        String pages = Files.readString(STATM).split(" ", 3)[1];
        return Long.parseLong(pages) * SystemCalls.pageSize();
    }

    /** The mappings whose pages can all be dropped. */
    static List<Mapping> parse(BufferedReader smaps) throws IOException {
        List<Mapping> clean = new ArrayList<>();
        Mapping mapping = null;
        long residentKib = 0;
        for (String line = smaps.readLine(); line != null; line = smaps.readLine()) {
            if (isHead(line)) {
                mapping = isReadOnly(line) && stays(line) ? addresses(line) : null;
            } else if (mapping != null && line.startsWith("Rss:")) {
                residentKib = kib(line);
            } else if (mapping != null && line.startsWith("Anonymous:")) {
                if (kib(line) == 0 && residentKib >= MIN_RESIDENT_KIB) {
                    clean.add(mapping);
                }
                mapping = null;
            }
        }
        return clean;
    }

    /** {@code 7f1e5b400000-7f1e5b600000 r-xp 00000000 fe:00 1234  /path}; fields are {@code Name: number kB}. */
    private static boolean isHead(String line) {
        int colon = line.indexOf(':');
        return line.indexOf('-') > 0 && (colon < 0 || line.indexOf(' ') < colon);
    }

    private static boolean isReadOnly(String head) {
        int permissions = head.indexOf(' ') + 1;
        return head.charAt(permissions) == 'r' && head.charAt(permissions + 1) == '-';
    }

    private static boolean stays(String head) {
        return head.endsWith("/libjvm.so") || head.endsWith(".jsa") || head.endsWith("/modules");
    }

    private static Mapping addresses(String head) {
        int dash = head.indexOf('-');
        long start = Long.parseUnsignedLong(head, 0, dash, 16);
        return new Mapping(start, Long.parseUnsignedLong(head, dash + 1, head.indexOf(' '), 16) - start);
    }

    private static long kib(String line) {
        return Long.parseLong(
                line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')).strip());
    }
}
