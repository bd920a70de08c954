package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.kernel.FolderWatch;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.kernel.RootedFolder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The host's folders that runtimes keep, as far as whoever should have made them has made them. */
class HostFolders {
    /** A node has some hundred pods; of more names than that none is looked at. */
    private static final int NAMES_LIMIT = 20_000;

    private static final int PID_DIGITS = 10;
    private static final Pattern DIGITS = Pattern.compile("[1-9][0-9]{0,8}");

    /**
     * The number of a process as it was written down.
     *
     * @param nanos when, ns since the epoch
     */
    record WrittenPid(int pid, long nanos) {}

    private final String root;
    private final LongSupplier nanoTime;

    /**
     * Looks below a root.
     *
     * @param root of the host, as this program sees it
     * @param nanoTime as {@link System#nanoTime}
     */
    HostFolders(String root, LongSupplier nanoTime) {
        this.root = root;
        this.nanoTime = nanoTime;
    }

    /**
     * Reads a file.
     *
     * @param owner whose the folder is; what another user has put there says nothing
     * @param folder absolute
     * @param file relative to it; no link is followed on the way
     * @param reader takes the file as a bounded stream
     * @return what the reader made of it; null where there is no such file
     */
    <T> T read(long owner, String folder, String file, Function<InputStream, T> reader) {
        try (RootedFolder opened = open(owner, folder);
                RootedFile content = opened == null ? null : opened.file(file)) {
            return content == null ? null : reader.apply(new ReadLimit(content, nanoTime));
        }
    }

    /** Names in the folder that pass; none where there is no such folder of that owner. */
    List<String> names(long owner, String folder, Predicate<String> wanted) {
        List<String> names = new ArrayList<>();
        try (RootedFolder opened = open(owner, folder)) {
            if (opened != null) {
                opened.list(NAMES_LIMIT, name -> !wanted.test(name) || names.add(name));
            }
        }
        return names;
    }

    /**
     * Watches a folder.
     *
     * @param owner whose it is
     * @param files whether whole files in it are told, or new folders
     * @return see {@link FolderWatch#add}; -1 also where there is no such folder of that owner
     */
    int watch(long owner, String folder, FolderWatch watch, boolean files) {
        try (RootedFolder opened = open(owner, folder)) {
            return opened == null ? -1 : watch.add(opened, files);
        }
    }

    /** Whether there is such a folder of that owner. */
    boolean has(long owner, String folder) {
        try (RootedFolder opened = open(owner, folder)) {
            return opened != null;
        }
    }

    /**
     * Reads the number of a process.
     *
     * @param owner whose the folder is
     * @return null where there is no such file, or it has none
     */
    WrittenPid pid(long owner, String folder, String file) {
        try (RootedFolder opened = open(owner, folder);
                RootedFile content = opened == null ? null : opened.file(file)) {
            byte[] start = content == null ? null : content.readStart(PID_DIGITS);
            String text = start == null ? "" : new String(start, StandardCharsets.US_ASCII).strip();
            return DIGITS.matcher(text).matches()
                    ? new WrittenPid(Integer.parseInt(text), content.status().modifiedNanos())
                    : null;
        }
    }

    private RootedFolder open(long owner, String folder) {
        RootedFolder opened = folder.startsWith("/") ? RootedFolder.open(root, folder) : null;
        if (opened != null && (opened.status().owner() & 0xFFFFFFFFL) != owner) {
            opened.close();
            return null;
        }
        return opened;
    }
}
