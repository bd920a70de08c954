package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.ProcessReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ancestors of a caller, as they were at the connect, out of the kernel's record. What each of them runs is what the
 * kernel remembers of its exec, so that it does not matter whether it still runs; of those that are older than that memory
 * /proc tells it. For one thread.
 */
final class AncestorChain {
    /** TASK_COMM_LEN of include/linux/sched.h less the final zero byte. */
    private static final int NAME_LENGTH = 15;

    private final ProcessReader reader;
    private final boolean hostPids;
    private final long nanosPerTick;
    private final long rememberedSince;
    private boolean allRead;

    /**
     * Makes one.
     *
     * @param hostPids whether the kernel's pids are those of our /proc
     * @param rememberedSince CLOCK_BOOTTIME, ns: what was started later the kernel remembers; Long.MAX_VALUE if nothing
     */
    AncestorChain(ProcessReader reader, boolean hostPids, long nanosPerTick, long rememberedSince) {
        this.reader = reader;
        this.hostPids = hostPids;
        this.nanosPerTick = nanosPerTick;
        this.rememberedSince = rememberedSince;
    }

    /**
     * From the parent up to pid 1.
     *
     * @param read what /proc said of the chain a moment later; may be empty, or another one
     */
    List<Ancestor> of(ConnectRecord record, List<Ancestor> read) {
        int count = record.ancestorCount();
        boolean same = isSame(record, read);
        allRead = true;
        Ancestor[] chain = new Ancestor[count];
        for (int i = count - 1; i >= 0; i--) {
            Ancestor parent = i + 1 < count ? chain[i + 1] : null;
            chain[i] = ancestor(record, i, parent, told(same ? read.get(i) : living(record, i)));
        }
        return new ArrayList<>(Arrays.asList(chain));
    }

    /**
     * Whether all those in the last chain whose programs the kernel remembers could be read, too: then it stands for others
     * that run the same.
     */
    boolean wasRead() {
        return allRead;
    }

    private static boolean isSame(ConnectRecord record, List<Ancestor> read) {
        boolean same = read.size() == record.ancestorCount();
        for (int i = 0; same && i < read.size(); i++) {
            same = read.get(i).pid() == record.ancestorPid(i);
        }
        return same;
    }

    /** Null where it has ended and was never read. */
    private Ancestor living(ConnectRecord record, int index) {
        return hostPids ? reader.ancestor(record.ancestorPid(index), record.ancestorStart(index) / nanosPerTick) : null;
    }

    /** Of one that has ended and was not waited for yet, /proc has the name alone: the kernel's memory has more. */
    private static Ancestor told(Ancestor read) {
        return read == null || (read.executable() == null && read.commandLine() == null) ? null : read;
    }

    private Ancestor ancestor(ConnectRecord record, int index, Ancestor parent, Ancestor living) {
        int pid = record.ancestorPid(index);
        String name = new String(record.ancestorName(index), StandardCharsets.UTF_8);
        long start = reader.startNanos(record.ancestorStart(index));
        RememberedProgram program = RememberedProgram.last(record.programs(index + 1));
        if (program != null) {
            return remembered(pid, name, program, living, start);
        }
        if (living != null) {
            return living;
        }
        allRead = false;
        Ancestor lost = record.orphan() == index + 1 ? lostParent(record, name) : null;
        if (lost != null) {
            return new Ancestor(pid, name, lost.executable(), lost.commandLine(), lost.script(), start);
        }
        return isFork(record, index, name, parent)
                ? new Ancestor(pid, name, parent.executable(), parent.commandLine(), parent.script(), start)
                : new Ancestor(pid, name, null, null, null, start);
    }

    /** Whose fork it is: its lost parent's, or where that one has executed nothing, of the one above it of its name. */
    private static Ancestor lostParent(ConnectRecord record, String name) {
        for (int level = 0; level < ConnectRecord.LOST_PARENTS; level++) {
            Ancestor lost = RememberedProgram.asAncestor(record.lostPrograms(level));
            if (lost != null) {
                return level == 0 || isNamed(lost.script(), name) || isNamed(lost.executable(), name) ? lost : null;
            }
        }
        return null;
    }

    /** Whether the kernel gives that name to who executes the file: its first 15 bytes. */
    private static boolean isNamed(String path, String name) {
        String file = path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
        return file.equals(name) || (name.length() == NAME_LENGTH && file.startsWith(name));
    }

    /** What a program has wiped from its arguments is not brought back: as long as it can be read, those of now count. */
    private Ancestor remembered(int pid, String name, RememberedProgram program, Ancestor living, long start) {
        boolean readable = living != null && living.commandLine() != null;
        allRead &= readable;
        String executable = living != null && living.executable() != null ? living.executable() : program.executable();
        return new Ancestor(
                pid,
                name,
                executable,
                readable ? living.commandLine() : program.commandLine(),
                program.script(),
                start);
    }

    /**
     * Whether this is a subshell, which was forked and has never executed anything: then it runs what its parent runs. One
     * whose memory was given up has another name, as an exec gives one.
     */
    private boolean isFork(ConnectRecord record, int index, String name, Ancestor parent) {
        return parent != null && record.ancestorStart(index) > rememberedSince && name.equals(parent.name());
    }
}
