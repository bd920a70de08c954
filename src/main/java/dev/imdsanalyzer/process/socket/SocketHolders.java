package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.ControlGroups;
import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.process.ProcessReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Finds the processes that hold a socket: those that were found lately first, then the newest, then those of the cgroup
 * that the socket was made in, then its user's, then all others. For one thread at a time.
 */
final class SocketHolders {
    private static final int WINNERS_KEPT = 16;
    private static final int NEWEST = 48;
    private static final int CHECK_INTERVAL = 64;
    private static final int CHILDREN_LIMIT = 4096;
    private static final int RELATIVES_LIMIT = 16;

    /** Standard input, output and error: where a descriptor is moved for a program that reads and writes them. */
    private static final int STANDARD_DESCRIPTORS = 3;

    /**
     * A process and its descriptor for the socket.
     *
     * @param youngest whether all processes that are younger were looked at and do not hold it, so none of its children
     */
    record Holder(int pid, int descriptor, boolean youngest) {}

    /** Says whether the socket that is looked for still exists. */
    interface Existence {
        boolean check() throws InterruptedException;
    }

    private final ProcFileSystem proc;
    private final NewestProcesses newest;
    private final LongFunction<int[]> groups;
    /** Processes found lately, and the descriptor that each had. */
    private final Map<Integer, Integer> winners = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
            return size() > WINNERS_KEPT;
        }
    };

    SocketHolders(ProcFileSystem proc, NewestProcesses newest) {
        this(proc, newest, ControlGroups::processes);
    }

    /** @param groups from a cgroup's number to the processes in it, the newest first */
    SocketHolders(ProcFileSystem proc, NewestProcesses newest, LongFunction<int[]> groups) {
        this.proc = proc;
        this.newest = newest;
        this.groups = groups;
    }

    /**
     * Finds a holder.
     *
     * @param exists asked now and then; the search ends when it says no
     * @return null when none was found
     */
    Holder find(SocketOwner socket, Existence exists) throws InterruptedException {
        Holder holder = amongWinners(socket.inode());
        if (holder == null) {
            holder = amongNewest(socket.inode());
        }
        if (holder == null) {
            holder = amongGroup(socket);
        }
        return holder != null ? holder : amongAll(socket, exists);
    }

    private Holder amongWinners(long inode) {
        List<Map.Entry<Integer, Integer>> latest = List.copyOf(winners.entrySet());
        // A program that calls again and again mostly gets the same descriptor again.
        for (int i = latest.size() - 1; i >= 0; i--) {
            int pid = latest.get(i).getKey();
            int descriptor = latest.get(i).getValue();
            if (proc.isSocketDescriptor(pid, descriptor, inode)) {
                winners.get(pid);
                return new Holder(pid, descriptor, false);
            }
            if (proc.errno() == Errno.ENOENT && proc.owner(pid) < 0) {
                winners.remove(pid);
            }
        }
        return null;
    }

    private Holder amongNewest(long inode) {
        for (int pid : newest.pids(NEWEST)) {
            Holder holder = proc.isProcess(pid) ? holding(pid, inode) : null;
            if (holder != null) {
                return new Holder(pid, holder.descriptor(), true);
            }
        }
        return null;
    }

    /** A service or a container mostly has few processes, however many the host has. */
    private Holder amongGroup(SocketOwner socket) {
        for (int pid : groups.apply(socket.cgroupId())) {
            Holder holder = holding(pid, socket.inode());
            if (holder != null) {
                return holder;
            }
        }
        return null;
    }

    private Holder amongAll(SocketOwner socket, Existence exists) throws InterruptedException {
        int checked = 0;
        List<Integer> others = new ArrayList<>();
        for (int pid : newest.all()) {
            int owner = proc.owner(pid);
            boolean likely = owner >= 0 && (owner & 0xFFFFFFFFL) == socket.userId();
            Holder holder = likely ? holding(pid, socket.inode()) : null;
            if (holder != null) {
                return holder;
            }
            if (owner >= 0 && !likely) {
                others.add(pid);
            }
            if (++checked % CHECK_INTERVAL == 0 && !exists.check()) {
                return null;
            }
        }
        for (int pid : others) {
            Holder holder = holding(pid, socket.inode());
            if (holder != null) {
                return holder;
            }
            if (++checked % CHECK_INTERVAL == 0 && !exists.check()) {
                return null;
            }
        }
        return null;
    }

    private Holder holding(int pid, long inode) {
        int descriptor = proc.socketDescriptor(pid, inode);
        if (descriptor < 0) {
            return null;
        }
        winners.put(pid, descriptor);
        return new Holder(pid, descriptor, false);
    }

    /** Whether the process holds the socket now. */
    boolean isHolder(int pid, long inode) {
        return proc.socketDescriptor(pid, inode) >= 0;
    }

    /**
     * The holder and those of its relatives that hold the same socket, because one has it from the other: the youngest
     * first, which is the one at work. What is inherited keeps its number, unless it becomes a standard descriptor: so
     * not all descriptors of a relative are looked at.
     *
     * @param parentPid the holder's
     */
    List<Integer> withRelatives(Holder holder, int parentPid, long inode, ProcessReader reader) {
        List<Integer> family = new ArrayList<>(List.of(holder.pid()));
        Holder youngest = holder.youngest() ? null : holder;
        while (youngest != null && family.size() < RELATIVES_LIMIT) {
            youngest = childHolding(youngest, inode);
            if (youngest != null && family.contains(youngest.pid())) {
                youngest = null;
            }
            if (youngest != null) {
                family.add(0, youngest.pid());
            }
        }
        int parent = parentPid;
        // Init has many descriptors, and none from a caller.
        while (parent > 1 && family.size() < RELATIVES_LIMIT && isParentHolding(parent, holder.descriptor(), inode)) {
            family.add(parent);
            parent = parentOf(parent, reader);
        }
        return family;
    }

    private boolean isParentHolding(int pid, int descriptor, long inode) {
        return descriptor < STANDARD_DESCRIPTORS
                ? isHolder(pid, inode)
                : proc.isSocketDescriptor(pid, descriptor, inode);
    }

    private Holder inheriting(int pid, int descriptor, long inode) {
        if (proc.isSocketDescriptor(pid, descriptor, inode)) {
            return new Holder(pid, descriptor, false);
        }
        for (int standard = 0; standard < STANDARD_DESCRIPTORS; standard++) {
            if (proc.isSocketDescriptor(pid, standard, inode)) {
                return new Holder(pid, standard, false);
            }
        }
        return null;
    }

    private static int parentOf(int pid, ProcessReader reader) {
        var stat = reader.stat(pid);
        return stat == null ? -1 : stat.parentPid();
    }

    /** The last child of the process's main thread that holds the socket; null for none. Needs CONFIG_PROC_CHILDREN. */
    private Holder childHolding(Holder parent, long inode) {
        int pid = parent.pid();
        byte[] content = proc.read(pid, "task/" + pid + "/children", CHILDREN_LIMIT);
        if (content == null) {
            return null;
        }
        if (content.length == 0) {
            return null;
        }
        String[] children =
                new String(content, StandardCharsets.US_ASCII).trim().split(" ", -1);
        int checked = 0;
        for (int i = children.length - 1; i >= 0 && checked < RELATIVES_LIMIT; i--) {
            checked++;
            if (!children[i].isEmpty()) {
                Holder child = inheriting(Integer.parseInt(children[i]), parent.descriptor(), inode);
                if (child != null) {
                    return child;
                }
            }
        }
        return null;
    }
}
