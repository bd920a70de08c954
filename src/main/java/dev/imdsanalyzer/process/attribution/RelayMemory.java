package dev.imdsanalyzer.process.attribution;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.RecentlyUsed;
import dev.imdsanalyzer.process.RelayQuestion;

/**
 * Which processes were relays, and for whom each of their connections was made where one connection is for one program: the
 * connects behind them are forgotten before such a connection ends. Bounded in number and in bytes. Any thread.
 */
final class RelayMemory {
    private static final int RELAYS = 64;
    private static final int CONNECTIONS = 1024;
    private static final long BYTES = 1L << 20;

    private record RelayProcess(int pid, long startNanos) {
        RelayProcess(Caller caller) {
            this(caller.pid(), caller.startNanos());
        }
    }

    private record Connection(FourTuple ends, long openedNanos) {}

    private final RecentlyUsed<RelayProcess, Boolean> relays = new RecentlyUsed<>(RELAYS);
    private final RecentlyUsed<Connection, Behind> connections = new RecentlyUsed<>(
            CONNECTIONS,
            BYTES,
            (ends, behind) -> behind.connects().stream()
                    .mapToLong(one -> one.caller().weight())
                    .sum());

    synchronized boolean isKnown(Caller caller) {
        return relays.get(new RelayProcess(caller)) != null;
    }

    /** Null where nothing is remembered of that connection. */
    synchronized Behind ofConnection(FourTuple ends, RelayQuestion question) {
        return connections.get(new Connection(ends, question.openedNanos()));
    }

    synchronized void add(FourTuple ends, RelayQuestion question, Behind behind) {
        if (behind.certainty() == Behind.Certainty.NOBODY) {
            return;
        }
        relays.put(new RelayProcess(question.caller()), true);
        if (question.isCarried(behind)) {
            connections.put(new Connection(ends, question.openedNanos()), behind);
        }
    }
}
