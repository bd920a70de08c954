package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.ContainerNaming;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.proc.PidStat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * From a connection's two ends to the process that holds its socket, and to all that is known of it. For one thread at a
 * time; whoever makes one closes it.
 */
final class SocketLookup implements AutoCloseable {
    /** A process that started while all were gone over is found the next time. */
    private static final int ATTEMPTS = 3;

    private final ProcessReader reader;
    private final ProcFileSystem proc;
    private final NetworkNamespaces namespaces;
    private final SocketHolders holders;
    private final AnsweringProcess answering;
    private final UserSpaceStacks userSpaceStacks;
    private final RelayJudge relays;

    SocketLookup() throws KernelException {
        this(ContainerNaming.NONE);
    }

    /** @param containers says what containers are called; not closed here */
    SocketLookup(ContainerNaming containers) throws KernelException {
        this(Capabilities.has(Capability.CAP_SYS_ADMIN), containers);
    }

    /** @param enterable whether other network namespaces may be entered, which needs CAP_SYS_ADMIN */
    SocketLookup(boolean enterable) throws KernelException {
        this(enterable, ContainerNaming.NONE);
    }

    private SocketLookup(boolean enterable, ContainerNaming containers) throws KernelException {
        this.reader = new ProcessReader(containers);
        this.proc = reader.proc();
        NewestProcesses newest = new NewestProcesses(proc);
        this.namespaces = new NetworkNamespaces(proc, newest, enterable);
        this.holders = new SocketHolders(proc, newest);
        this.answering = new AnsweringProcess(namespaces, this::holder);
        this.userSpaceStacks = new UserSpaceStacks(proc);
        this.relays = new RelayJudge(new RelayEvidence(proc));
    }

    /** The connection's socket; null when it is gone. */
    SocketOwner socket(FourTuple ends) throws InterruptedException {
        return namespaces.find(ends);
    }

    /** Who holds the connection's socket now; never null. */
    Caller find(FourTuple ends) throws InterruptedException {
        return find(ends, socket(ends));
    }

    /**
     * The same for a socket that was found.
     *
     * @param found as {@link #socket} has just given it
     */
    Caller find(FourTuple ends, SocketOwner found) throws InterruptedException {
        SocketOwner socket = found;
        if (socket == null) {
            String reason = userSpaceStacks.reason(System.nanoTime());
            return Caller.unknown(reason == null ? "the connection was gone before its socket was looked up" : reason);
        }
        for (int attempt = 0; attempt < ATTEMPTS && socket.inode() != 0; attempt++) {
            SocketOwner known = socket;
            long searchStartTicks = reader.ticksNow();
            SocketHolders.Holder holder = holders.find(socket, () -> isSame(known, namespaces.findAgain(ends, known)));
            Caller caller = holder == null ? null : describe(holder, socket, searchStartTicks);
            if (caller != null) {
                return caller;
            }
            SocketOwner now = namespaces.findAgain(ends, socket);
            if (!isSame(socket, now)) {
                return partial(socket, "the connection was closed before the process that held it was found");
            }
        }
        return partial(
                socket,
                socket.inode() == 0
                        ? "the connection was closed before the process that held it was looked for"
                        : notFound());
    }

    /** The process of this host that answers the connection in IMDS's place; never null. */
    Caller answering(FourTuple ends) throws InterruptedException {
        return answering.find(ends);
    }

    /** For whom a process called that may be a relay; never null. */
    Behind behind(RelayQuestion question) {
        return relays.judge(question);
    }

    private Caller holder(SocketOwner socket) throws InterruptedException {
        long searchStartTicks = reader.ticksNow();
        SocketHolders.Holder holder = holders.find(socket, () -> true);
        Caller caller = holder == null ? null : describe(holder, socket, searchStartTicks);
        return caller == null ? partial(socket, notFound()) : caller;
    }

    private static boolean isSame(SocketOwner before, SocketOwner now) {
        return now != null && now.inode() == before.inode();
    }

    private String notFound() {
        boolean hidden = proc.socketDescriptor(1, 0) < 0 && proc.errno() == Errno.EACCES;
        return hidden
                ? "not permitted to look into other users' descriptors"
                : "no process in sight holds the connection's socket";
    }

    /** What the kernel alone knows: whose socket it was, and where. */
    private Caller partial(SocketOwner socket, String reason) {
        CallerBuilder caller =
                new CallerBuilder(AttributionMethod.NONE).reason(reason).networkNamespace(socket.namespace());
        return caller.user(socket.userId(), reader.hostUserName(socket.userId(), caller.build()))
                .build();
    }

    /** Everything about the holder; null when it has ended, or its number has passed on to another process. */
    private Caller describe(SocketHolders.Holder holder, SocketOwner socket, long searchStartTicks) {
        PidStat found = reader.stat(holder.pid());
        int parent = found == null ? -1 : found.parentPid();
        List<Integer> family = holders.withRelatives(holder, parent, socket.inode(), reader);
        int pid = family.get(0);
        PidStat seen = pid == holder.pid() ? found : reader.stat(pid);
        // One that is older than the search is the one that was seen to hold the socket, even if it has closed it
        // since.
        if (seen == null || (seen.startTicks() >= searchStartTicks && !holders.isHolder(pid, socket.inode()))) {
            return null;
        }
        Caller caller = reader.named(reader.read(seen, AttributionMethod.SOCKET));
        if (caller == null
                || caller.startNanos() != reader.startNanos(seen)
                || isAnother(caller, seen.name(), socket.inode())) {
            return new CallerBuilder(partial(socket, "the process ended before it was read"))
                    .pid(pid)
                    .name(seen.name())
                    .startNanos(reader.startNanos(seen))
                    .build();
        }
        if (family.size() == 1) {
            return caller;
        }
        String others = family.stream().skip(1).map(this::label).collect(Collectors.joining(", "));
        return new CallerBuilder(caller)
                .addReason("the socket is also held by " + others)
                .build();
    }

    /**
     * Whether another program was read than was seen to hold the socket: its successor by exec, or, as starts are told in
     * hundredths of a second, another process that has its number since.
     */
    private boolean isAnother(Caller caller, String seen, long inode) {
        return !seen.equals(caller.name()) && !holders.isHolder(caller.pid(), inode);
    }

    private String label(int pid) {
        PidStat stat = reader.stat(pid);
        return (stat == null ? "" : stat.name()) + "[" + pid + "]";
    }

    /** Lets go of what is held for speed alone; true when nothing is held any more. */
    boolean rest() {
        return namespaces.closeIdle();
    }

    @Override
    public void close() {
        namespaces.close();
        reader.close();
    }
}
