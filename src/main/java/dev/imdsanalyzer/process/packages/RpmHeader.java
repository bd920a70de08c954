package dev.imdsanalyzer.process.packages;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An installed package as rpm keeps it: a count of index entries and a size of data (big-endian words), then entries of
 * 16 bytes {tag, type, offset, count}, then the data; lib/rpmtag.h, "Header" of rpm's format manual.
 */
final class RpmHeader {
    private static final int PREAMBLE = 8;
    private static final int ENTRY = 16;
    private static final int ENTRIES_LIMIT = 65_536;

    private static final int NAME = 1000;
    private static final int VERSION = 1001;
    private static final int RELEASE = 1002;
    private static final int EPOCH = 1003;
    private static final int DIRINDEXES = 1116;
    private static final int BASENAMES = 1117;
    private static final int DIRNAMES = 1118;

    private final ByteBuffer bytes;
    private final int entries;
    private final int data;

    private RpmHeader(ByteBuffer bytes, int entries) {
        this.bytes = bytes;
        this.entries = entries;
        this.data = PREAMBLE + ENTRY * entries;
    }

    /** Reads the blob; null when it is none. */
    static RpmHeader of(byte[] blob) {
        if (blob == null || blob.length < PREAMBLE) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(blob);
        int entries = bytes.getInt(0);
        boolean sound = entries > 0 && entries <= ENTRIES_LIMIT && PREAMBLE + ENTRY * (long) entries <= blob.length;
        return sound ? new RpmHeader(bytes, entries) : null;
    }

    /** The package, if it owns the file; null when not, or when the header is malformed. */
    OwningPackage ifOwns(String path) {
        int slash = path.lastIndexOf('/') + 1;
        try {
            return owns(path.substring(0, slash), path.substring(slash)) ? owner() : null;
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            return null;
        }
    }

    private boolean owns(String directory, String baseName) {
        int baseNames = entry(BASENAMES);
        int directories = entry(DIRNAMES);
        int indexes = entry(DIRINDEXES);
        if (baseNames < 0 || directories < 0 || indexes < 0) {
            return false;
        }
        int directoryIndex = indexOf(directories, directory.getBytes(StandardCharsets.UTF_8), 0);
        byte[] wanted = baseName.getBytes(StandardCharsets.UTF_8);
        int file = directoryIndex < 0 ? -1 : indexOf(baseNames, wanted, 0);
        while (file >= 0) {
            if (file < count(indexes) && bytes.getInt(offset(indexes) + 4 * file) == directoryIndex) {
                return true;
            }
            file = indexOf(baseNames, wanted, file + 1);
        }
        return false;
    }

    private OwningPackage owner() {
        String name = string(NAME);
        String version = string(VERSION);
        String release = string(RELEASE);
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

    private String string(int tag) {
        int entry = entry(tag);
        if (entry < 0) {
            return null;
        }
        int start = offset(entry);
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        bytes.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Which of the entry's strings, each ended by a NUL, is the wanted one, from the given one on; -1 for none. */
    private int indexOf(int entry, byte[] wanted, int from) {
        int at = offset(entry);
        int count = count(entry);
        for (int i = 0; i < count; i++) {
            int start = at;
            while (bytes.get(at) != 0) {
                at++;
            }
            if (i >= from && at - start == wanted.length && matches(start, wanted)) {
                return i;
            }
            at++;
        }
        return -1;
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
