package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.netlink.LocalSocket;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;

/**
 * Finds the process of this host that answers connections in IMDS's place: by the accepted socket whose other end is the
 * caller's, or, where that is closed already, by the socket that listens where it was accepted. For one thread.
 */
final class AnsweringProcess {
    private static final String GONE =
            "a process of this host answered in the place of IMDS, and had closed the connection before it was looked for";
    private static final String HIDDEN =
            "a process of this host answered in the place of IMDS, and which one could not be read";
    private static final String BY_LISTENER = "named by the socket that listens, as the connection was over";
    private static final String AS_BEFORE =
            "the one that answers such connections on this host, as this one was over before it was looked for";

    /** Holder of a socket; with a method of {@link dev.imdsanalyzer.process.AttributionMethod#NONE} where none was found. */
    interface Holders {
        Caller holder(SocketOwner socket) throws InterruptedException;
    }

    private record Door(NamespaceSockets sockets, int port) {}

    private final NetworkNamespaces namespaces;
    private final Holders holders;
    /** Where the last ones were accepted; null before the first, and where there is more than one such place. */
    private Door last;

    private boolean several;

    AnsweringProcess(NetworkNamespaces namespaces, Holders holders) {
        this.namespaces = namespaces;
        this.holders = holders;
    }

    /** @return never null; says in its reason what is missing */
    Caller find(FourTuple ends) throws InterruptedException {
        for (NamespaceSockets sockets : namespaces.likeliest()) {
            LocalSocket accepted = sockets.answering(ends);
            if (accepted != null) {
                remember(new Door(sockets, accepted.localPort()));
                return accepted.inode() == 0
                        ? listener(new Door(sockets, accepted.localPort()), BY_LISTENER)
                        : named(holders.holder(owner(accepted, sockets)), null);
            }
        }
        Caller asImds = listenerAsImds(ends);
        if (asImds != null) {
            return asImds;
        }
        return last == null || several ? Caller.unknown(GONE) : listener(last, AS_BEFORE);
    }

    /** Null where nobody has IMDS's address. */
    private Caller listenerAsImds(FourTuple ends) throws InterruptedException {
        NamespaceSockets own = namespaces.likeliest().get(0);
        LocalSocket listening = own.listeningAsImds(ends);
        return listening == null || listening.inode() == 0
                ? null
                : named(holders.holder(owner(listening, own)), BY_LISTENER);
    }

    private void remember(Door door) {
        several |= last != null && !last.equals(door);
        last = door;
    }

    private Caller listener(Door door, String how) throws InterruptedException {
        LocalSocket listening = door.sockets().listening(door.port());
        return listening == null || listening.inode() == 0
                ? Caller.unknown(GONE)
                : named(holders.holder(owner(listening, door.sockets())), how);
    }

    private static SocketOwner owner(LocalSocket socket, NamespaceSockets sockets) {
        return new SocketOwner(socket.inode(), socket.userId(), sockets.inode(), socket.cgroupId());
    }

    private static Caller named(Caller holder, String how) {
        if (holder.pid() < 0) {
            return Caller.unknown(HIDDEN);
        }
        return how == null ? holder : new CallerBuilder(holder).addReason(how).build();
    }
}
