package dev.imdsanalyzer.process.packages;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An installed package as rpm keeps it: a count of index entries and a size of data (big-endian words), then entries of
 * 16 bytes {tag, type, offset, count}, then the data; lib/rpmtag.h, "Header" of rpm's format manual.
 *
 * <p>Its bytes are the database's, valid until that is asked for the next package.
 */
final class RpmHeader {
    private static final int PREAMBLE = 8;
    private static final int ENTRY = 16;

    /** rpm itself takes no more: header.c, hdrchkTags. */
    private static final int ENTRIES_LIMIT = 65_535;

    private static final int NAME = 1000;
    private static final int VERSION = 1001;
    private static final int RELEASE = 1002;
    private static final int EPOCH = 1003;
    private static final int DIRINDEXES = 1116;
    private static final int BASENAMES = 1117;
    private static final int DIRNAMES = 1118;

    private final ByteBuffer bytes;
    private final LookupBudget budget;
    private final int entries;
    private final int data;

    private RpmHeader(ByteBuffer bytes, int entries, LookupBudget budget) {
        this.bytes = bytes;
        this.budget = budget;
        this.entries = entries;
        this.data = PREAMBLE + ENTRY * entries;
    }

    /** Reads the blob; null when it is none. */
    static RpmHeader of(ByteBuffer blob, LookupBudget budget) {
        if (blob == null || blob.limit() < PREAMBLE) {
            return null;
        }
        // Big-endian, whatever machine wrote it and whatever the database around it is.
        ByteBuffer bytes = blob.duplicate();
        int entries = bytes.getInt(0);
        boolean sound = entries > 0 && entries <= ENTRIES_LIMIT && PREAMBLE + ENTRY * (long) entries <= bytes.limit();
        return sound ? new RpmHeader(bytes, entries, budget) : null;
    }

    /** The package, if it owns a file of that name in one of the folders; null when not, or when the header is malformed. */
    OwningPackage ifOwns(WantedFile file) {
        try {
            return owns(file) ? owner() : null;
        } catch (IndexOutOfBoundsException | BufferUnderflowException | ArithmeticException e) {
            return null;
        }
    }

    /** One pass over the folders' names and one over the files': of equal names there may be as many as fit. */
    private boolean owns(WantedFile file) {
        int baseNames = entry(BASENAMES);
        int directories = entry(DIRNAMES);
        int indexes = entry(DIRINDEXES);
        if (baseNames < 0 || directories < 0 || indexes < 0) {
            return false;
        }
        byte[][] folders = file.folders();
        int[] folderIndexes = new int[folders.length];
        boolean any = false;
        for (int i = 0; i < folders.length; i++) {
            folderIndexes[i] = indexOf(directories, folders[i]);
            any |= folderIndexes[i] >= 0;
        }
        return any && hasFile(baseNames, file.baseName(), indexes, folderIndexes);
    }

    private boolean hasFile(int baseNames, byte[] wanted, int indexes, int[] folderIndexes) {
        int count = Math.min(count(baseNames), count(indexes));
        int at = offset(baseNames);
        for (int i = 0; i < count; i++) {
            int start = at;
            at = end(start);
            if (at - start == wanted.length && matches(start, wanted)) {
                int folder = bytes.getInt(Math.addExact(offset(indexes), Math.multiplyExact(Integer.BYTES, i)));
                for (int wantedFolder : folderIndexes) {
                    if (folder >= 0 && folder == wantedFolder) {
                        return true;
                    }
                }
            }
            at++;
        }
        return false;
    }

    private OwningPackage owner() {
        String name = word(NAME);
        String version = word(VERSION);
        String release = word(RELEASE);
        if (name == null || version == null) {
            return null;
        }
        int epoch = entry(EPOCH);
        String prefix = epoch < 0 || bytes.getInt(offset(epoch)) == 0 ? "" : bytes.getInt(offset(epoch)) + ":";
        return new OwningPackage(name, prefix + version + (release == null ? "" : "-" + release), "rpm");
    }

    /** The place of the tag's entry, or -1. */
    private int entry(int tag) {
        for (int i = 0; i < entries; i++) {
            budget.spend(ENTRY);
            if (bytes.getInt(PREAMBLE + ENTRY * i) == tag) {
                return PREAMBLE + ENTRY * i;
            }
        }
        return -1;
    }

    private int offset(int entry) {
        return Math.addExact(data, bytes.getInt(entry + 8) & 0x7FFFFFFF);
    }

    private int count(int entry) {
        return bytes.getInt(entry + 12);
    }

    /** The tag's text; null where it has none that could be a name or version. */
    private String word(int tag) {
        int entry = entry(tag);
        if (entry < 0) {
            return null;
        }
        int start = offset(entry);
        int length = end(start) - start;
        if (length > OwningPackage.WORD_LIMIT) {
            throw DatabaseGivenUpException.tooLong("a name or version");
        }
        byte[] text = new byte[length];
        bytes.get(start, text);
        String word = new String(text, StandardCharsets.UTF_8);
        return OwningPackage.isWord(word) ? word : null;
    }

    /** Which of the entry's texts, each ended by a NUL, is the wanted one; -1 for none. */
    private int indexOf(int entry, byte[] wanted) {
        int at = offset(entry);
        int count = count(entry);
        for (int i = 0; i < count; i++) {
            int start = at;
            at = end(start);
            if (at - start == wanted.length && matches(start, wanted)) {
                return i;
            }
            at++;
        }
        return -1;
    }

    /** The place of the NUL that ends the text. */
    private int end(int start) {
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
        }
        budget.spend(end - start + 1L);
        return end;
    }

    private boolean matches(int start, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes.get(start + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
