package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.kernel.netlink.InetDiagMessage;
import dev.imdsanalyzer.kernel.netlink.LocalSocket;
import dev.imdsanalyzer.kernel.netlink.NamespaceEntry;
import dev.imdsanalyzer.kernel.netlink.SocketDiagnostics;
import dev.imdsanalyzer.kernel.netlink.SocketIdentity;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.proc.NetTcp;

/**
 * The TCP sockets of one network namespace: by sock_diag where we may enter it, else by /proc/PID/net/tcp of a process
 * in it. For one thread at a time.
 *
 * <p>An open sock_diag socket keeps its namespace alive after its last process: it is closed as soon as it idles.
 */
final class NamespaceSockets {
    private final ProcFileSystem proc;
    private final long inode;
    private int pid;
    private SocketDiagnostics diagnostics;
    private boolean enterable;
    private long usedNanos;

    /**
     * @param pid a process in the namespace; 0 for the namespace of this program
     * @param enterable whether sock_diag may be tried
     */
    NamespaceSockets(ProcFileSystem proc, long inode, int pid, boolean enterable) {
        this.proc = proc;
        this.inode = inode;
        this.pid = pid;
        this.enterable = enterable;
    }

    long inode() {
        return inode;
    }

    /** Names another process of the namespace, as the first one may have ended. */
    void representedBy(int otherPid) {
        pid = pid == 0 ? 0 : otherPid;
    }

    /** Whether that process still is in the namespace; others of it may be too. */
    boolean isRepresented() {
        return pid == 0 || proc.namespace(pid, "net") == inode;
    }

    /** The connection's socket; null when it is not here. */
    SocketOwner find(FourTuple ends) throws InterruptedException {
        SocketDiagnostics open = diagnostics();
        if (open == null) {
            return findInTable(ends);
        }
        try {
            return owner(open.find(identity(ends)));
        } catch (KernelException e) {
            // inet_diag may be missing from the kernel; its table is there as long as TCP is.
            closeDiagnostics();
            enterable = false;
            return findInTable(ends);
        }
    }

    /** The same for sockets that are bound to an interface, which sock_diag finds by a walk over all of them only. */
    SocketOwner search(FourTuple ends) throws InterruptedException {
        SocketDiagnostics open = diagnostics();
        try {
            return open == null ? null : owner(open.search(identity(ends)));
        } catch (KernelException e) {
            return null;
        }
    }

    /**
     * The socket of this namespace that answers a connection in IMDS's place.
     *
     * @return null when there is none, and where sock_diag may not be used
     */
    LocalSocket answering(FourTuple ends) throws InterruptedException {
        SocketDiagnostics open = diagnostics();
        try {
            return open == null ? null : open.withPeer(peer(ends));
        } catch (KernelException e) {
            return null;
        }
    }

    /** A socket that listens on the port; null when there is none. */
    LocalSocket listening(int port) throws InterruptedException {
        SocketDiagnostics open = diagnostics();
        try {
            return open == null ? null : open.listening(port);
        } catch (KernelException e) {
            return null;
        }
    }

    /** The socket that listens at IMDS's own address; null when there is none. */
    LocalSocket listeningAsImds(FourTuple ends) throws InterruptedException {
        SocketDiagnostics open = diagnostics();
        try {
            return open == null
                    ? null
                    : open.listening(SocketIdentity.ofListener(
                            ends.server().ipv6(),
                            ends.server().high(),
                            ends.server().low(),
                            ends.serverPort()));
        } catch (KernelException e) {
            return null;
        }
    }

    private static SocketIdentity peer(FourTuple ends) {
        return SocketIdentity.ofPeer(
                ends.client().ipv6(), ends.client().high(), ends.client().low(), ends.clientPort());
    }

    private SocketOwner owner(InetDiagMessage message) {
        return message == null ? null : new SocketOwner(message.inode(), message.userId(), inode, message.cgroupId());
    }

    private SocketOwner findInTable(FourTuple ends) {
        if (!isRepresented()) {
            return null;
        }
        boolean ipv6 = ends.client().ipv6();
        NetTcp found = find(ipv6 ? "net/tcp6" : "net/tcp", ends, ipv6);
        if (found == null && !ipv6) {
            // A socket of IPv6 that speaks IPv4: the usual one of Java.
            found = find("net/tcp6", ends, true);
        }
        return found == null ? null : new SocketOwner(found.inode(), found.userId(), inode, 0);
    }

    private NetTcp find(String table, FourTuple ends, boolean asIpv6) {
        boolean mapped = asIpv6 && !ends.client().ipv6();
        long client = ends.client().low();
        long server = ends.server().low();
        byte[] wanted = NetTcp.ends(
                asIpv6,
                ends.client().high(),
                mapped ? NetTcp.mapped(client) : client,
                ends.clientPort(),
                ends.server().high(),
                mapped ? NetTcp.mapped(server) : server,
                ends.serverPort());
        int process = pid == 0 ? (int) ProcessHandle.current().pid() : pid;
        return NetTcp.parse(proc.lineAfter(process, table, wanted));
    }

    private static SocketIdentity identity(FourTuple ends) {
        return new SocketIdentity(
                ends.client().ipv6(),
                ends.client().high(),
                ends.client().low(),
                ends.clientPort(),
                ends.server().high(),
                ends.server().low(),
                ends.serverPort());
    }

    /** The open socket, opened now if it may be; null for none. */
    private SocketDiagnostics diagnostics() throws InterruptedException {
        usedNanos = System.nanoTime();
        if (diagnostics == null && enterable) {
            try {
                if (pid == 0) {
                    diagnostics = new SocketDiagnostics();
                } else {
                    diagnostics = NamespaceEntry.open(pid);
                    // Its process may have ended meanwhile and left its number to one elsewhere.
                    if (!isRepresented()) {
                        closeDiagnostics();
                    }
                }
            } catch (KernelException e) {
                // Where its process has only just ended, another one of the namespace will do.
                enterable = !isRepresented();
            }
        }
        return diagnostics;
    }

    /** Lets go of the namespace when it was not asked for so long; true when nothing is held any more. */
    boolean closeIfIdle(long idleNanos) {
        if (diagnostics != null && System.nanoTime() - usedNanos >= idleNanos) {
            closeDiagnostics();
        }
        return diagnostics == null;
    }

    void closeDiagnostics() {
        if (diagnostics != null) {
            diagnostics.close();
            diagnostics = null;
        }
    }
}
