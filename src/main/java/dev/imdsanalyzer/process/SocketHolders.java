package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.ProcFileSystem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the processes that hold a socket: those that were found lately first, then the newest, then the socket's user's,
 * then all others. For one thread at a time.
 */
final class SocketHolders {
    private static final int WINNERS_KEPT = 16;
    private static final int NEWEST = 48;
    private static final int CHECK_INTERVAL = 64;
    private static final int CHILDREN_LIMIT = 4096;
    private static final int RELATIVES_LIMIT = 16;

    /** Says whether the socket that is looked for still exists. */
    interface Existence {
        boolean check() throws InterruptedException;
    }

    private final ProcFileSystem proc;
    private final NewestProcesses newest;
    /** Processes found lately, and the descriptor that each had. */
    private final Map<Integer, Integer> winners = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
            return size() > WINNERS_KEPT;
        }
    };

    SocketHolders(ProcFileSystem proc, NewestProcesses newest) {
        this.proc = proc;
        this.newest = newest;
    }

    /**
     * Finds a holder.
     *
     * @param user whose processes are looked at first
     * @param exists asked now and then; the search ends when it says no
     * @return a process, or -1 when none was found
     */
    int find(long inode, long user, Existence exists) throws InterruptedException {
        int holder = amongWinners(inode);
        if (holder < 0) {
            holder = amongNewest(inode);
        }
        return holder >= 0 ? holder : amongAll(inode, user, exists);
    }

    private int amongWinners(long inode) {
        List<Map.Entry<Integer, Integer>> latest = List.copyOf(winners.entrySet());
        // A program that calls again and again mostly gets the same descriptor again.
        for (int i = latest.size() - 1; i >= 0; i--) {
            int pid = latest.get(i).getKey();
            if (proc.isSocketDescriptor(pid, latest.get(i).getValue(), inode)) {
                winners.get(pid);
                return pid;
            }
        }
        return -1;
    }

    private int amongNewest(long inode) {
        for (int pid : newest.pids(NEWEST)) {
            if (proc.isProcess(pid) && holds(pid, inode)) {
                return pid;
            }
        }
        return -1;
    }

    private int amongAll(long inode, long user, Existence exists) throws InterruptedException {
        int[] pids = newest.all();
        int checked = 0;
        List<Integer> others = new ArrayList<>();
        for (int pid : pids) {
            int owner = proc.owner(pid);
            if (owner >= 0 && (owner & 0xFFFFFFFFL) != user) {
                others.add(pid);
            } else if (owner >= 0 && holds(pid, inode)) {
                return pid;
            }
            if (++checked % CHECK_INTERVAL == 0 && !exists.check()) {
                return -1;
            }
        }
        for (int pid : others) {
            if (holds(pid, inode)) {
                return pid;
            }
            if (++checked % CHECK_INTERVAL == 0 && !exists.check()) {
                return -1;
            }
        }
        return -1;
    }

    private boolean holds(int pid, long inode) {
        int descriptor = proc.socketDescriptor(pid, inode);
        if (descriptor >= 0) {
            winners.put(pid, descriptor);
        }
        return descriptor >= 0;
    }

    /** Whether the process holds the socket now. */
    boolean isHolder(int pid, long inode) {
        return proc.socketDescriptor(pid, inode) >= 0;
    }

    /**
     * The holder and those of its relatives that hold the same socket, because one has it from the other: the youngest
     * first, which is the one at work.
     */
    List<Integer> withRelatives(int holder, long inode, ProcessReader reader) {
        List<Integer> family = new ArrayList<>(List.of(holder));
        boolean grown = true;
        while (grown && family.size() < RELATIVES_LIMIT) {
            int child = childHolding(family.get(0), inode);
            grown = child > 0 && !family.contains(child);
            if (grown) {
                family.add(0, child);
            }
        }
        int parent = parentOf(holder, reader);
        // Init has many descriptors, and none from a caller.
        while (parent > 1 && family.size() < RELATIVES_LIMIT && isHolder(parent, inode)) {
            family.add(parent);
            parent = parentOf(parent, reader);
        }
        return family;
    }

    private static int parentOf(int pid, ProcessReader reader) {
        var stat = reader.stat(pid);
        return stat == null ? -1 : stat.parentPid();
    }

    /** The last child of the process's main thread that holds the socket; -1 for none. Needs CONFIG_PROC_CHILDREN. */
    private int childHolding(int pid, long inode) {
        byte[] content = proc.read(pid, "task/" + pid + "/children", CHILDREN_LIMIT);
        if (content == null) {
            return -1;
        }
        String[] children =
                new String(content, StandardCharsets.US_ASCII).trim().split(" ", -1);
        int checked = 0;
        for (int i = children.length - 1; i >= 0 && checked < RELATIVES_LIMIT; i--) {
            checked++;
            if (!children[i].isEmpty()) {
                int child = Integer.parseInt(children[i]);
                if (isHolder(child, inode)) {
                    return child;
                }
            }
        }
        return -1;
    }
}
