package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.RecentlyUsed;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All network namespaces of the host that have processes, and the sockets in them. Our own comes first, then where the
 * client's address was last seen, then all that are known, then those of the newest processes, then all others.
 *
 * <p>Bounded: the longest unused namespace is forgotten first. For one thread at a time.
 */
final class NetworkNamespaces implements AutoCloseable {
    private static final int KEPT = 256;
    private static final int ADDRESSES_KEPT = 1024;

    /** How long an unused namespace is kept from vanishing. */
    private static final long IDLE_NANOS = 2_000_000_000L;

    /** How many of the newest processes are looked at on each miss. */
    private static final int NEWEST = 64;

    /** Going over all processes takes milliseconds; so do it a tenth of the time at most. */
    private static final int REST_FACTOR = 9;

    /** Walking over all sockets of a busy host takes milliseconds too. */
    private static final long SEARCH_INTERVAL_NANOS = 100_000_000L;

    /** How long an address is taken to stay in its namespace. */
    private static final long ADDRESS_NANOS = 5_000_000_000L;

    private record LastSeen(long namespace, long nanos) {}

    private final ProcFileSystem proc;
    private final NewestProcesses newest;
    private final NamespaceSockets own;
    private final boolean enterable;
    private final Map<Long, NamespaceSockets> others = new LinkedHashMap<>(16, 0.75f, true);
    private final RecentlyUsed<IpAddress, LastSeen> byAddress = new RecentlyUsed<>(ADDRESSES_KEPT);
    private long nextRefreshNanos = System.nanoTime();
    private long nextSearchNanos = System.nanoTime();

    /** @param enterable whether namespaces may be entered; else their tables are read */
    NetworkNamespaces(ProcFileSystem proc, NewestProcesses newest, boolean enterable) {
        this.proc = proc;
        this.enterable = enterable;
        this.newest = newest;
        long inode = proc.namespace((int) ProcessHandle.current().pid(), "net");
        this.own = new NamespaceSockets(proc, inode, 0, true);
    }

    /** The connection's socket, wherever it is; null when it is nowhere, or not any more. */
    SocketOwner find(FourTuple ends) throws InterruptedException {
        SocketOwner found = own.find(ends);
        if (found == null) {
            found = findElsewhere(ends);
        }
        if (found == null && System.nanoTime() - nextSearchNanos >= 0) {
            found = own.search(ends);
            nextSearchNanos = System.nanoTime() + SEARCH_INTERVAL_NANOS;
        }
        if (found != null) {
            byAddress.put(ends.client(), new LastSeen(found.namespace(), System.nanoTime()));
        }
        return found;
    }

    private SocketOwner findElsewhere(FourTuple ends) throws InterruptedException {
        LastSeen last = byAddress.get(ends.client());
        boolean fresh = last != null && System.nanoTime() - last.nanos() < ADDRESS_NANOS;
        if (fresh && last.namespace() == own.inode() && !enterable) {
            return null;
        }
        NamespaceSockets likeliest = last == null ? null : others.get(last.namespace());
        SocketOwner found = likeliest == null ? null : likeliest.find(ends);
        // Where namespaces cannot be entered, each of them costs milliseconds: a socket that is gone from where its
        // address was a moment ago is gone.
        if (found != null || (fresh && !enterable && likeliest != null && likeliest.isRepresented())) {
            return found;
        }
        found = findInKnown(ends, likeliest);
        if (found == null) {
            found = findInNew(ends, newest.pids(NEWEST));
        }
        if (found == null && System.nanoTime() - nextRefreshNanos >= 0) {
            found = refresh(ends);
        }
        return found;
    }

    /** The same socket once more: null when it is gone. */
    SocketOwner findAgain(FourTuple ends, SocketOwner before) throws InterruptedException {
        NamespaceSockets sockets = before.namespace() == own.inode() ? own : others.get(before.namespace());
        SocketOwner found = sockets == null ? null : sockets.find(ends);
        if (found == null && sockets != null) {
            found = sockets.search(ends);
        }
        return found;
    }

    private SocketOwner findInKnown(FourTuple ends, NamespaceSockets except) throws InterruptedException {
        for (NamespaceSockets sockets : List.copyOf(others.values())) {
            SocketOwner found = sockets == except ? null : sockets.find(ends);
            if (found != null) {
                others.get(found.namespace());
                return found;
            }
        }
        return null;
    }

    private SocketOwner findInNew(FourTuple ends, int[] pids) throws InterruptedException {
        for (int pid : pids) {
            NamespaceSockets added = add(pid);
            SocketOwner found = added == null ? null : added.find(ends);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The process's namespace where it is a new one; null where it is known. */
    private NamespaceSockets add(int pid) {
        long inode = proc.namespace(pid, "net");
        if (inode < 0 || inode == own.inode()) {
            return null;
        }
        NamespaceSockets known = others.get(inode);
        if (known != null) {
            known.representedBy(pid);
            return null;
        }
        NamespaceSockets added = new NamespaceSockets(proc, inode, pid, enterable);
        others.put(inode, added);
        if (others.size() > KEPT) {
            Iterator<NamespaceSockets> eldest = others.values().iterator();
            eldest.next().closeDiagnostics();
            eldest.remove();
        }
        return added;
    }

    /** Goes over all processes, newest first. */
    private SocketOwner refresh(FourTuple ends) throws InterruptedException {
        long start = System.nanoTime();
        forgetDead();
        int[] pids = newest.all();
        SocketOwner found = findInNew(ends, pids);
        if (found == null) {
            // Those that were known by a process that has ended are represented again by now.
            found = findInKnown(ends, null);
        }
        long end = System.nanoTime();
        nextRefreshNanos = end + REST_FACTOR * (end - start);
        return found;
    }

    private void forgetDead() {
        for (NamespaceSockets sockets : new ArrayList<>(others.values())) {
            if (!sockets.isRepresented()) {
                sockets.closeDiagnostics();
                others.remove(sockets.inode());
            }
        }
    }

    /** Ours, then all others that are known or those of the newest processes. */
    List<NamespaceSockets> likeliest() {
        for (int pid : newest.pids(NEWEST)) {
            add(pid);
        }
        List<NamespaceSockets> all = new ArrayList<>(List.of(own));
        all.addAll(others.values());
        return all;
    }

    /** Lets go of namespaces that nobody asked for lately; true when none is held any more. */
    boolean closeIdle() {
        boolean none = true;
        for (NamespaceSockets sockets : others.values()) {
            none &= sockets.closeIfIdle(IDLE_NANOS);
        }
        return none;
    }

    @Override
    public void close() {
        own.closeDiagnostics();
        others.values().forEach(NamespaceSockets::closeDiagnostics);
        others.clear();
    }
}
