package dev.imdsanalyzer.kernel.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes the numbers out of what a {@link ConnectRecord} says of its caller. Those of an ancestor stay where the kernel does not
 * remember its programs whole: what is told of it is then its own.
 */
final class KindOfRecord {
    private static final int PID = 0;
    private static final int START = ConnectRecord.START_OFFSET - ConnectRecord.NET_INODE_OFFSET + 40;
    /** From an offset in the record to that in the identity, of what lies behind the header. */
    private static final int SHIFT = ConnectRecord.HEADER_BYTES - ConnectRecord.IDENTITY_HEADER_BYTES;

    private static final int CUT = ProgramEntry.FLAG_ARGUMENTS_CUT | ProgramEntry.FLAG_PATH_CUT;

    private final ByteBuffer record;
    private final ByteBuffer kind;
    private final int ancestorBytes;
    private final int end;
    /** A bit for each link: of the caller the lowest. */
    private int remembered;

    private int cut;

    /** @param identity of that record, to be changed */
    KindOfRecord(ByteBuffer record, byte[] identity) {
        this.record = record;
        this.kind = ByteBuffer.wrap(identity).order(ByteOrder.nativeOrder());
        this.ancestorBytes = record.getInt(ConnectRecord.ANCESTOR_BYTES_OFFSET);
        this.end = ConnectRecord.VARIABLE_OFFSET + record.getInt(ConnectRecord.PROGRAMS_END_OFFSET);
    }

    /** False where the caller's own programs are not remembered. */
    boolean isWithoutNumbers(long rememberedSince) {
        notePrograms();
        if ((remembered & 1) == 0) {
            return false;
        }
        kind.putInt(PID, 0).putLong(START, 0);
        int numbered = 0;
        for (int link = ancestorBytes / ConnectRecord.ANCESTOR_BYTES; link > 0; link--) {
            if (isWhole(link) || isFork(link, rememberedSince)) {
                int at = ancestor(link) - SHIFT;
                kind.putInt(at, 0).putLong(at + ConnectRecord.ANCESTOR_START_OFFSET, 0);
            } else {
                numbered |= 1 << link;
            }
        }
        replaceTimes(numbered);
        return true;
    }

    private void notePrograms() {
        for (int at = first(); at >= 0; at = next(at)) {
            int bit = 1 << link(at);
            remembered |= bit;
            if ((record.getInt(at + ProgramEntry.FLAGS_OFFSET) & CUT) != 0) {
                cut |= bit;
            }
            clearPadding(at);
        }
    }

    /** Up to a multiple of eight bytes lies what another program left there, and is nobody's. */
    private void clearPadding(int program) {
        long text = (long) ProgramEntry.TEXT_OFFSET
                + record.getInt(program + ProgramEntry.PATH_BYTES_OFFSET)
                + record.getInt(program + ProgramEntry.DIRECTORY_BYTES_OFFSET)
                + record.getInt(program + ProgramEntry.ARGUMENT_BYTES_OFFSET);
        int length = record.getInt(program + ProgramEntry.BYTES_OFFSET);
        for (long i = Math.max(text, length - 7); i < length; i++) {
            kind.put((int) (program - SHIFT + i), (byte) 0);
        }
    }

    private boolean isWhole(int link) {
        return (remembered & ~cut & 1 << link) != 0;
    }

    /** Whether it was forked and has executed nothing: it runs what its parent runs. */
    private boolean isFork(int link, long rememberedSince) {
        boolean last = link * ConnectRecord.ANCESTOR_BYTES == ancestorBytes;
        if (last
                || (remembered & 1 << link) != 0
                || record.getLong(ancestor(link) + ConnectRecord.ANCESTOR_START_OFFSET) <= rememberedSince) {
            return false;
        }
        int name = ancestor(link) + ConnectRecord.ANCESTOR_COMM_OFFSET;
        int parents = ancestor(link + 1) + ConnectRecord.ANCESTOR_COMM_OFFSET;
        return record.getLong(name) == record.getLong(parents)
                && record.getLong(name + 8) == record.getLong(parents + 8);
    }

    /** The order of a process's programs says what it runs, and their times say nothing else. */
    private void replaceTimes(int numbered) {
        for (int at = first(); at >= 0; at = next(at)) {
            int link = link(at);
            if ((numbered & 1 << link) == 0) {
                kind.putLong(at - SHIFT + ProgramEntry.TIME_OFFSET, before(at, link));
            }
        }
    }

    /** How many programs of that process are older than the one there. */
    private int before(int program, int link) {
        int count = 0;
        for (int at = first(); at >= 0; at = next(at)) {
            if (link(at) == link
                    && record.getLong(at + ProgramEntry.TIME_OFFSET)
                            < record.getLong(program + ProgramEntry.TIME_OFFSET)) {
                count++;
            }
        }
        return count;
    }

    private int link(int program) {
        return record.getInt(program + ProgramEntry.LINK_OFFSET) & ProgramEntry.LINK_MASK;
    }

    private static int ancestor(int link) {
        return ConnectRecord.VARIABLE_OFFSET + (link - 1) * ConnectRecord.ANCESTOR_BYTES;
    }

    private int first() {
        return checked(ConnectRecord.VARIABLE_OFFSET + ancestorBytes);
    }

    private int next(int at) {
        return checked(at + record.getInt(at + ProgramEntry.BYTES_OFFSET));
    }

    /** The place of a program that is all there; else -1. */
    private int checked(int at) {
        if (at + ProgramEntry.TEXT_OFFSET > end) {
            return -1;
        }
        int length = record.getInt(at + ProgramEntry.BYTES_OFFSET);
        return length < ProgramEntry.TEXT_OFFSET || length > end - at ? -1 : at;
    }
}
