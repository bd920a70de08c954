package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the two records of each connect together: the caller from the first, the local port from the second. Where each CPU
 * has a ring of its own these are read one after another, so that the second may come first. For one thread.
 */
final class ConnectTracker {
    /** include/net/tcp_states.h. */
    private static final int TCP_ESTABLISHED = 1;

    private record Port(OpenConnects.Key key, FourTuple fourTuple, ByteBuffer record) {}

    private final CallerResolver resolver;
    private final ConnectTable table;
    private final Counters counters;
    private final boolean ordered;
    private final ConnectRecord view = new ConnectRecord();
    private final OpenConnects open = new OpenConnects();
    /** Ports whose first record was not there when they came, in this pass over the rings and in the one before. */
    private List<Port> early = new ArrayList<>();

    private List<Port> earlyBefore = new ArrayList<>();

    /** @param ordered whether each connect's first record comes before its second */
    ConnectTracker(CallerResolver resolver, ConnectTable table, Counters counters, boolean ordered) {
        this.ordered = ordered;
        this.resolver = resolver;
        this.table = table;
        this.counters = counters;
    }

    void onRecord(ByteBuffer record) {
        if (!view.wrap(record)) {
            counters.increment(Counter.INTERNAL_ERRORS);
            return;
        }
        if (view.kind() == ConnectRecord.KIND_CONNECT) {
            // The kernel's own connections have no caller; the socket's owner may still be found.
            onConnect(view.has(ConnectRecord.FLAG_KERNEL_THREAD) ? null : resolver.resolve(view));
        } else if (view.kind() == ConnectRecord.KIND_PORT && !view.has(ConnectRecord.FLAG_KERNEL_THREAD)) {
            onPort(record);
        }
    }

    /**
     * The same for one that needs no look at its process, see {@link CallerResolver#remembered}.
     *
     * @return false for any other: nothing was done
     */
    boolean onRecordAtOnce(ByteBuffer record) {
        if (!view.wrap(record) || view.has(ConnectRecord.FLAG_KERNEL_THREAD)) {
            return false;
        }
        if (view.kind() == ConnectRecord.KIND_CONNECT) {
            Caller caller = resolver.remembered(view, false);
            if (caller != null) {
                onConnect(caller);
            }
            return caller != null;
        }
        boolean known = view.kind() == ConnectRecord.KIND_PORT && open.contains(key());
        if (known) {
            onPort(record);
        }
        return known;
    }

    private void onConnect(Caller caller) {
        counters.increment(Counter.CONNECT_EVENTS);
        if (caller != null) {
            counters.add(Counter.CALLERS_GIVEN_UP, open.put(key(), caller, view.owner()));
        }
    }

    private void onPort(ByteBuffer record) {
        FourTuple fourTuple = fourTuple();
        Caller caller = open.remove(key());
        if (view.localPort() == 0) {
            // No port was left: nothing was ever sent.
            return;
        }
        if (caller == null && !ordered && !view.has(ConnectRecord.FLAG_CONNECT_LOST)) {
            byte[] copy = new byte[record.limit()];
            record.get(0, copy);
            early.add(new Port(key(), fourTuple, ByteBuffer.wrap(copy)));
            return;
        }
        if (caller == null) {
            counters.increment(Counter.CONNECT_EVENTS);
            caller = resolver.resolve(view);
        }
        connected(fourTuple, caller);
    }

    /**
     * All rings were read once more. A port's first record was in its ring before the port was in any, so one that is
     * not there a whole pass later is lost.
     *
     * @return whether another pass is needed
     */
    boolean endPass() {
        for (Port port : earlyBefore) {
            view.wrap(port.record());
            Caller caller = open.remove(port.key());
            connected(port.fourTuple(), caller != null ? caller : resolver.resolve(view));
        }
        earlyBefore.clear();
        List<Port> empty = earlyBefore;
        earlyBefore = early;
        early = empty;
        return !earlyBefore.isEmpty();
    }

    private void connected(FourTuple fourTuple, Caller caller) {
        table.connected(
                fourTuple,
                view.initialSequenceNumber(),
                KernelTime.ofMonotonic(view.connectTime()),
                caller,
                view.owner(),
                establishedNanos());
    }

    private long establishedNanos() {
        if (view.newState() != TCP_ESTABLISHED) {
            return Connect.NEVER;
        }
        long time = view.portTime() == 0 ? view.connectTime() : view.portTime();
        return KernelTime.ofMonotonic(time);
    }

    private FourTuple fourTuple() {
        boolean ipv6 = view.has(ConnectRecord.FLAG_IPV6);
        return new FourTuple(
                new IpAddress(view.localAddressHigh(), view.localAddressLow(), ipv6),
                view.localPort(),
                ipv6 ? IpAddress.IMDS_IPV6 : IpAddress.IMDS_IPV4,
                view.remotePort());
    }

    private OpenConnects.Key key() {
        return new OpenConnects.Key(view.socket(), view.connectTime());
    }
}
