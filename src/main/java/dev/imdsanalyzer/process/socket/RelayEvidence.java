package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.UnseenConnect;
import dev.imdsanalyzer.process.proc.NetTcp;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a process holds that shows it to pass on what others ask: read from /proc. For one thread. */
class RelayEvidence {
    /** The device through which a process takes and gives the packets of a network device: tuntap.rst. */
    private static final String TUNNEL = "/dev/net/tun";

    /** Of a table of sockets; some thousands of them. */
    private static final int TABLE_LIMIT = 512 << 10;

    /** Listening sockets looked for among a process's descriptors. */
    private static final int LISTENERS = 64;

    private final ProcFileSystem proc;

    RelayEvidence(ProcFileSystem proc) {
        this.proc = proc;
    }

    /** The sockets of a process, and of who started it: a proxy may fork for each connection. */
    interface Sockets {
        /** Whether it has the other end of that connection. */
        boolean answers(UnseenConnect connect);

        /** Whether it waits for connections in its network namespace. */
        boolean listens();
    }

    /** Whether all packets of some network device go through it. */
    boolean carriesPackets(Caller caller) {
        return proc.hasDescriptorOf(caller.pid(), TUNNEL);
    }

    Sockets sockets(Caller caller) {
        int pid = inItsNetwork(caller);
        List<NetTcp.Line> table = NetTcp.lines(proc.read(pid, "net/tcp", TABLE_LIMIT), false);
        List<NetTcp.Line> table6 = NetTcp.lines(proc.read(pid, "net/tcp6", TABLE_LIMIT), true);
        return new Sockets() {
            @Override
            public boolean answers(UnseenConnect connect) {
                return isAnswered(table, connect) || isAnswered(table6, connect);
            }

            private boolean isAnswered(List<NetTcp.Line> lines, UnseenConnect connect) {
                boolean ipv6 = connect.ends().client().ipv6();
                return lines.stream()
                        .anyMatch(line -> line.inode() != 0
                                && line.hasRemote(
                                        ipv6,
                                        connect.ends().client().high(),
                                        connect.ends().client().low(),
                                        connect.ends().clientPort())
                                && isHeld(caller, line.inode()));
            }

            @Override
            public boolean listens() {
                Set<Long> inodes = new HashSet<>();
                for (List<NetTcp.Line> lines : List.of(table, table6)) {
                    lines.stream()
                            .filter(NetTcp.Line::listens)
                            .limit(LISTENERS)
                            .forEach(line -> inodes.add(line.inode()));
                }
                return inodes.stream().anyMatch(inode -> isHeld(caller, inode));
            }
        };
    }

    /** The process, or the one that forked it for this connection and is still there. */
    private int inItsNetwork(Caller caller) {
        boolean gone = proc.namespace(caller.pid(), "net") != caller.networkNamespace();
        int parent = parent(caller);
        return gone && parent > 1 && proc.namespace(parent, "net") == caller.networkNamespace() ? parent : caller.pid();
    }

    private static int parent(Caller caller) {
        return caller.ancestors().isEmpty() ? -1 : caller.ancestors().get(0).pid();
    }

    private boolean isHeld(Caller caller, long inode) {
        int parent = parent(caller);
        return proc.socketDescriptor(caller.pid(), inode) >= 0
                || (parent > 1 && proc.socketDescriptor(parent, inode) >= 0);
    }
}
