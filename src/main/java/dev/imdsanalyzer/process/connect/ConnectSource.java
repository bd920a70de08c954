package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.kernel.bpf.ConnectLoss;
import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.kernel.bpf.ConnectProbe;
import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.kernel.perf.Poller;
import dev.imdsanalyzer.kernel.perf.RecordHandler;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.ContainerNaming;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.UnseenConnect;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.status.WallClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the kernel's reports of connects to IMDS and names their callers. One thread sleeps until records come and takes
 * them out of the kernel's rings; what it does not know yet another one looks up in /proc at once ({@link RecordTurns}). Both
 * fill the {@link ConnectTable}.
 */
public final class ConnectSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectSource.class);
    private static final int REHEARSAL_SECONDS = 2;
    private static final Path OWN_PID_NAMESPACE = Path.of("/proc/self/ns/pid");
    /** PROC_PID_INIT_INO, include/linux/proc_ns.h. */
    private static final String INITIAL_PID_NAMESPACE = "pid:[4026531836]";

    private final ConnectProbe probe;
    private final Poller poller;
    private final ProcessReader reader;
    private final Counters counters;
    private final ConnectTable table;
    private final CallerResolver resolver;
    private final CountDownLatch rehearsed = new CountDownLatch(1);
    private final RecordTurns turns;
    private final RecordQueue queue;
    private final ConnectRecord view = new ConnectRecord();
    private final RecordHandler onRecord = this::onRecord;
    private final Thread reading;
    private final Thread naming;
    private final long startedNanos;
    private final boolean hostPids;
    private volatile boolean closing;
    private long noRoomBefore;
    private volatile long lastLossNanos = Long.MIN_VALUE;
    private long lossesBefore;
    private boolean probeClosed;

    private ConnectSource(ConnectProbe probe, ContainerNaming containers, CallerBudget budget, Counters counters)
            throws IOException {
        this.table = new ConnectTable(budget, counters);
        this.probe = probe;
        this.counters = counters;
        this.hostPids = inInitialPidNamespace();
        this.poller = new Poller(probe.descriptors());
        try {
            this.reader = new ProcessReader(containers);
        } catch (IOException e) {
            poller.close();
            throw e;
        }
        this.resolver = new CallerResolver(reader, hostPids, probe.rememberedSince());
        this.turns = new RecordTurns(new ConnectTracker(resolver, table, counters, probe.isOrdered()));
        this.queue = turns.queue();
        this.startedNanos = WallClock.nanos();
        this.reading = new Thread(this::readRecords, "connect-reader");
        reading.setDaemon(true);
        this.naming = new Thread(this::nameCallers, "connect-source");
        naming.setDaemon(true);
    }

    /**
     * Attaches to the kernel and starts listening. Every connect after the return is reported.
     *
     * @param containers says what containers are called; not closed here
     * @param budget counts the callers of captured connections
     * @param execMemory whether the kernel shall remember what processes execute
     * @throws IOException with a sentence for the user, when this host or these permissions do not allow it
     */
    public static ConnectSource start(
            ContainerNaming containers, CallerBudget budget, Counters counters, boolean execMemory) throws IOException {
        return start(ConnectProbe.open(execMemory), containers, budget, counters);
    }

    /** The same with a budget of its own. */
    public static ConnectSource start(Counters counters, boolean execMemory) throws IOException {
        return start(
                ContainerNaming.NONE, new CallerBudget(CallerBudget.DEFAULT_BYTES, counters), counters, execMemory);
    }

    static ConnectSource start(ConnectProbe probe, Counters counters) throws IOException {
        return start(probe, ContainerNaming.NONE, new CallerBudget(CallerBudget.DEFAULT_BYTES, counters), counters);
    }

    private static ConnectSource start(
            ConnectProbe probe, ContainerNaming containers, CallerBudget budget, Counters counters) throws IOException {
        ConnectSource source;
        try {
            source = new ConnectSource(probe, containers, budget, counters);
        } catch (IOException | RuntimeException e) {
            probe.close();
            throw e;
        }
        source.naming.start();
        source.reading.start();
        return source;
    }

    /** Whether the kernel's pids are those of our /proc. */
    public static boolean inInitialPidNamespace() {
        try {
            return Files.readSymbolicLink(OWN_PID_NAMESPACE).toString().equals(INITIAL_PID_NAMESPACE);
        } catch (IOException e) {
            return false;
        }
    }

    /** What this host does not give, a sentence each; empty when all is well. */
    public List<String> weaknesses() {
        List<String> weaknesses = new ArrayList<>(probe.weaknesses());
        if (!hostPids) {
            weaknesses.add("not in the host's pid namespace: callers are named by what the kernel's record has alone");
        }
        if (!Capabilities.has(Capability.CAP_SYS_PTRACE)) {
            weaknesses.add("the capability CAP_SYS_PTRACE is missing: no working directory of other users' processes");
        }
        return weaknesses;
    }

    /** Where the kernel's reports come from, for a person. */
    public String hook() {
        return probe.hook();
    }

    /** When listening began, ns since the epoch: older connections are not known here. */
    public long startedNanos() {
        return startedNanos;
    }

    /**
     * A connection was captured.
     *
     * @param openedNanos when it was opened or first seen, ns since the epoch
     * @param initialSequenceNumber of its SYN, 0 to 2^32 - 1; -1 where that was not captured
     * @return its connect's caller, now or later
     */
    public ConnectAnswer captured(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
        return table.captured(fourTuple, initialSequenceNumber, openedNanos);
    }

    /** Whether another connection has used the four-tuple in the same moment. */
    public boolean hasTwin(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
        return table.hasTwin(fourTuple, initialSequenceNumber, openedNanos);
    }

    /** Whether records are still being read that are no newer than this moment, ns since the epoch. */
    public boolean isBehind(long nanos) {
        return queue.isBehind(nanos);
    }

    /** Nobody waits for that answer any more. */
    public void forget(FourTuple fourTuple, ConnectAnswer answer) {
        table.forget(fourTuple, answer);
    }

    private void readRecords() {
        Capabilities.keepAtMost();
        while (!closing) {
            try {
                poller.await(-1);
                drain();
            } catch (IOException | RuntimeException e) {
                survived(e);
            }
        }
    }

    private void nameCallers() {
        Capabilities.keepAtMost(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
        rehearse();
        while (!closing) {
            try {
                turns.handleNext();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                survived(e);
            }
        }
    }

    private void rehearse() {
        try {
            turns.alone(resolver::rehearse);
        } catch (RuntimeException e) {
            counters.survived(e);
            LOG.error("connect source: the rehearsal failed: {}", e.toString(), e);
        } finally {
            rehearsed.countDown();
        }
    }

    /** Waits, for a bounded time, until the first record will be read as fast as any other. */
    public void awaitRehearsal() throws InterruptedException {
        if (!rehearsed.await(REHEARSAL_SECONDS, TimeUnit.SECONDS)) {
            LOG.debug("connect source: the rehearsal goes on");
        }
    }

    /**
     * Of rings for each CPU two passes with nothing in them at the end: a port whose connect is in neither has lost it. What comes
     * into the one ring meanwhile ends the next wait.
     */
    private void drain() {
        int wanted = probe.isOrdered() ? 0 : 2;
        int empty = 0;
        do {
            turns.beginPass(WallClock.nanos());
            try {
                empty = probe.drain(onRecord) == 0 ? empty + 1 : 0;
            } finally {
                turns.endPass();
            }
            noteLosses();
            long noRoom = probe.lostForLackOfRoom();
            if (noRoom > noRoomBefore) {
                // Anybody's. Losses past somebody's share are his own, and must not hurry the others.
                noRoomBefore = noRoom;
                table.giveUpWaiting();
            }
        } while (empty < wanted && !closing);
    }

    /** Counts the connects that the capture has not shown; any thread. */
    public void noteUnseen() {
        table.noteUnseen(WallClock.nanos(), ConnectTable.UNSEEN_NANOS);
    }

    /**
     * The same when all that was captured has been gone through.
     *
     * @param endNanos up to when that was, ns since the epoch: a later connect cannot have been shown
     */
    public void noteUnseenAtEnd(long endNanos) {
        table.noteUnseen(endNanos, ConnectTable.UNSEEN_AT_END_NANOS);
    }

    /** Who is to be told who made each of them as it is counted; must not call back. */
    public void onUnseen(Consumer<Caller> told) {
        table.onUnseen(told);
    }

    /** Who made those that were counted since the last time, and how many each; any thread. */
    public Map<String, Long> takeUnseen() {
        return table.takeUnseen();
    }

    /** What is to be asked about a call that may be a relay's; with nothing unseen in it where it cannot be. */
    public RelayQuestion relayQuestion(FourTuple fourTuple, Caller caller, long callNanos) {
        return table.complete(new RelayQuestion(caller, table.openedNanos(fourTuple), callNanos));
    }

    /** One of these connects was passed on by a relay, whose own was captured. */
    public void relayed(List<UnseenConnect> connects) {
        table.relayed(connects);
    }

    /** Brings the counter up to date; any thread. */
    public synchronized void noteLosses() {
        long lost = probeClosed ? lossesBefore : probe.lost() + queue.lost();
        if (lost > lossesBefore) {
            lossesBefore = lost;
            lastLossNanos = WallClock.nanos();
            counters.set(Counter.CONNECT_EVENTS_LOST, lost);
        }
    }

    /** Whose records were lost so far, as far as it is known; empty once this is closed. Any thread. */
    public synchronized List<ConnectLoss> lossesByOwner() {
        if (probeClosed) {
            return List.of();
        }
        Map<ConnectOwner, Long> all = new LinkedHashMap<>();
        for (List<ConnectLoss> losses : List.of(probe.lossesByOwner(), queue.losses())) {
            losses.forEach(loss -> all.merge(loss.owner(), loss.records(), Long::sum));
        }
        return all.entrySet().stream()
                .map(loss -> new ConnectLoss(loss.getKey(), loss.getValue()))
                .toList();
    }

    /** Whether records of connects were lost since this moment, ns since the epoch. */
    public boolean hasLostSince(long nanos) {
        return lastLossNanos >= nanos;
    }

    private void onRecord(ByteBuffer record) {
        if (!view.wrap(record)) {
            counters.increment(Counter.INTERNAL_ERRORS);
        } else if (!isHandled(record)) {
            queue.put(record, view.owner());
        }
    }

    /** A fault costs the record, as with the other thread, and not those that are read behind it. */
    private boolean isHandled(ByteBuffer record) {
        try {
            return turns.handleAtOnce(record);
        } catch (RuntimeException e) {
            survived(e);
            return true;
        }
    }

    private void survived(Exception e) {
        counters.survived(e);
        LOG.error("connect source: {}", e.toString(), e);
    }

    @Override
    public void close() {
        closing = true;
        poller.wakeUp();
        queue.close();
        try {
            reading.join();
            naming.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            // The thread still uses the rings: they stay until the process ends.
            return;
        }
        noteLosses();
        synchronized (this) {
            probeClosed = true;
        }
        probe.close();
        poller.close();
        reader.close();
        table.giveUpWaiting();
    }
}
