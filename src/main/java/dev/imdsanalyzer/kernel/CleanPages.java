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
 *
 * <p>The kernel maps with a page that is touched all others of the same 64 KiB that it has in memory, and from Linux 6.18 on
 * a whole large folio: most of what was given back would be back within a second, of which little is in use. It does so only
 * within one mapping (do_fault_around of mm/memory.c, filemap_map_pages of mm/filemap.c). So the large mappings are cut into
 * small ones: every second piece has a flag that the one before has not, MADV_DONTDUMP, which means nothing else for pages
 * of files, as core dumps leave those out by default (core(5)). A piece takes some 250 bytes of the kernel's memory.
 */
public final class CleanPages {
    /** include/uapi/asm-generic/mman-common.h. */
    private static final int MADV_DONTNEED = 4;

    private static final int MADV_DONTDUMP = 16;

    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final String MODULES = "/modules";
    private static final Path STATM = Path.of("/proc/self/statm");
    /** A smaller mapping is not worth the call. By its length: early in the start little of it may be in memory yet. */
    private static final long MIN_BYTES = 256L << 10;
    /** Cutting is worth it from here on: the JVM's code and constants, and the archived classes. */
    private static final long MIN_CUT_BYTES = 1536L << 10;

    /** Of the pieces, unless a page is larger. */
    static final long PIECE_BYTES = 8L << 10;
    /** Of mm/memory.c; kernels with pages of that size map one at a time. */
    private static final long FAULT_AROUND_BYTES = 64L << 10;

    /** How many mappings a process may have, 65 530 unless changed: a quarter at most is for pieces, as the JVM wants its own. */
    private static final Path MAX_MAPPINGS = Path.of("/proc/sys/vm/max_map_count");

    /** Addresses of a mapping: the first byte, and the number of bytes; and whether it is to be cut. */
    record Mapping(long start, long length, boolean large) {}

    private static CleanPages own;

    private final List<Mapping> mappings;

    private CleanPages(List<Mapping> mappings) {
        this.mappings = mappings;
    }

    /**
     * Those of this process; any thread. Found and cut by the first who asks, best before most of what the start needs is mapped.
     *
     * @throws IOException if the kernel does not tell the mappings
     */
    public static synchronized CleanPages ofThisProcess() throws IOException {
        if (own == null) {
            own = find();
        }
        return own;
    }

    static CleanPages find() throws IOException {
        try (BufferedReader smaps = Files.newBufferedReader(SMAPS)) {
            List<Mapping> mappings = parse(smaps);
            cut(mappings);
            return new CleanPages(mappings);
        }
    }

    private static void cut(List<Mapping> mappings) {
        long piece = Math.max(PIECE_BYTES, SystemCalls.pageSize());
        if (piece >= FAULT_AROUND_BYTES) {
            return;
        }
        long left = maxMappings() / 4;
        for (Mapping mapping : mappings) {
            long pieces = mapping.length() / piece;
            if (mapping.large() && pieces <= left) {
                cut(mapping, piece);
                left -= pieces;
            }
        }
    }

    /** 0 where it is not told. Read at once, as the kernel gives a number that is read in parts only in part. */
    static long maxMappings() {
        try (BufferedReader file = Files.newBufferedReader(MAX_MAPPINGS)) {
            return Long.parseLong(file.readLine().strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static void cut(Mapping mapping, long piece) {
        long end = mapping.start() + mapping.length();
        for (long start = mapping.start() + piece; start < end; start += 2 * piece) {
            Libc.madvise(start, Math.min(piece, end - start), MADV_DONTDUMP);
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
        String head = null;
        for (String line = smaps.readLine(); line != null; line = smaps.readLine()) {
            if (isHead(line)) {
                head = isReadOnly(line) && stays(line) ? line : null;
            } else if (head != null && line.startsWith("Anonymous:")) {
                Mapping mapping = mapping(head);
                if (kib(line) == 0 && mapping.length() >= MIN_BYTES) {
                    clean.add(mapping);
                }
                head = null;
            }
        }
        return clean;
    }

    /** {@code 7f1e5b400000-7f1e5b600000 r-xp 00000000 fe:00 1234  /path}; fields are {@code Name: number kB}. */
    private static boolean isHead(String line) {
        return !line.isEmpty() && (line.charAt(0) < 'A' || line.charAt(0) > 'Z');
    }

    private static boolean isReadOnly(String head) {
        int permissions = head.indexOf(' ') + 1;
        return head.charAt(permissions) == 'r' && head.charAt(permissions + 1) == '-';
    }

    private static boolean stays(String head) {
        return head.endsWith("/libjvm.so") || head.endsWith(".jsa") || head.endsWith(MODULES);
    }

    private static Mapping mapping(String head) {
        int dash = head.indexOf('-');
        long start = Long.parseUnsignedLong(head, 0, dash, 16);
        long length = Long.parseUnsignedLong(head, dash + 1, head.indexOf(' '), 16) - start;
        // Of the modules, the start alone reads much.
        return new Mapping(start, length, length >= MIN_CUT_BYTES && !head.endsWith(MODULES));
    }

    private static long kib(String line) {
        return Long.parseLong(
                line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')).strip());
    }
}
