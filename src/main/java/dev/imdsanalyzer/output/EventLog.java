package dev.imdsanalyzer.output;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.Encoder;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.file.Appenders;
import dev.imdsanalyzer.output.file.Destination;
import dev.imdsanalyzer.output.file.DestinationException;
import dev.imdsanalyzer.output.file.FileInUseException;
import dev.imdsanalyzer.output.file.PreviousRun;
import dev.imdsanalyzer.output.line.CaptureGap;
import dev.imdsanalyzer.output.line.GapLine;
import dev.imdsanalyzer.output.line.HostFacts;
import dev.imdsanalyzer.output.line.JsonLineEncoder;
import dev.imdsanalyzer.output.line.LifecycleLine;
import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.Origin;
import dev.imdsanalyzer.output.line.RunFacts;
import dev.imdsanalyzer.output.line.TextLineEncoder;
import dev.imdsanalyzer.output.line.call.CallLine;
import dev.imdsanalyzer.output.line.call.CallersLine;
import dev.imdsanalyzer.output.line.caller.CallerIdentity;
import dev.imdsanalyzer.output.line.caller.IdentityMemo;
import dev.imdsanalyzer.output.line.summary.Interval;
import dev.imdsanalyzer.output.line.summary.MetricDimensions;
import dev.imdsanalyzer.output.line.summary.PeakWatch;
import dev.imdsanalyzer.output.line.summary.SummaryLine;
import dev.imdsanalyzer.output.line.summary.Tally;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.status.WallClock;
import java.io.IOException;
import java.util.List;

/**
 * The log of events. Takes calls and what is to be told about the analyzer itself, from any thread, and writes them on a
 * thread of its own.
 *
 * <p>Nothing here blocks: lines that find the queue full, because the disk is full or slow, are dropped, counted
 * ({@link Counter#LINES_DROPPED}) and told by a {@code capture-gap} line once writing works again. An {@link Error} ends
 * the writing thread, with a word to the default handler of such; after it every line is refused and counted.
 */
public final class EventLog implements AutoCloseable {
    /** SIGTERM leaves five seconds, the rest of the daemon wants some of them. */
    private static final long STOP_NANOS = 2_500_000_000L;

    private static final long MAX_QUEUED_WEIGHT = 8L * 1024 * 1024;
    private static final String LOST = "log lines could not be written";
    private static final String KILLED = "the previous run was killed: calls after its last line may be missing";
    private static final String KILLED_FOLDING =
            "the previous run was killed: sums of folded calls of up to output.fold_seconds before its last line, and"
                    + " calls after it, may be missing";

    private final Origin origin;
    private final Counters counters;
    private final boolean waitForRoom;
    private final boolean forPeople;
    private final MetricDimensions metrics;
    private final PeakWatch peaks = new PeakWatch();
    private final IdentityMemo identities = new IdentityMemo();
    private final LineQueue queue;
    private final LineWriter writer;
    private final Thread thread;
    /** Of a run before this one that was killed, ns since the epoch; -1 if it was not. */
    private long killedNanos = -1;

    private long foldNanos;
    private Folder folder;

    private Tally tally = new Tally();
    private long[] totalsBefore;
    private long lostLines;
    /** Monotonic. */
    private long lostSinceNanos;

    private boolean closed;

    private EventLog(EventLogSettings settings, HostFacts host, Counters counters) {
        this.origin = Origin.of(host, settings.version());
        this.counters = counters;
        this.waitForRoom = settings.waitForRoom();
        this.metrics = settings.metrics();
        this.forPeople = settings.format() != EventLogSettings.Format.JSON;
        this.totalsBefore = new long[Counter.values().length];
        this.queue = new LineQueue(settings.queueLines(), MAX_QUEUED_WEIGHT);
        Encoder<Line> encoder = switch (settings.format()) {
            case JSON ->
                settings.destination().path() == null
                        ? new JsonLineEncoder(JsonLineEncoder.STANDARD_OUTPUT_BYTES)
                        : new JsonLineEncoder();
            case TEXT -> new TextLineEncoder(false, settings.columns());
            case COLOURED_TEXT -> new TextLineEncoder(true, settings.columns());
        };
        this.writer = new LineWriter(
                queue,
                new Appenders(settings.destination(), encoder),
                counters,
                this::expireFolding,
                this::tellLosses,
                this::lost);
        this.foldNanos = settings.foldNanos();
        this.folder = folder(foldNanos);
        this.thread = new Thread(writer, "event-log");
        thread.setDaemon(true);
    }

    /**
     * Opens the destination and starts to write.
     *
     * @throws DestinationException if nothing can be written there at the start; later failures are waited out
     */
    public static EventLog open(EventLogSettings settings, HostFacts host, Counters counters)
            throws DestinationException {
        Destination destination = settings.destination();
        EventLog log = new EventLog(settings, host, counters);
        if (settings.format() == EventLogSettings.Format.JSON && destination.path() != null) {
            log.killedNanos = PreviousRun.endNanosIfKilled(destination);
        }
        try {
            log.writer.open();
        } catch (FileInUseException e) {
            throw new DestinationException(
                    destination, e.getMessage() + "; stop it first, or give this one a place of its own");
        } catch (IOException e) {
            throw new DestinationException(
                    destination, "check that the folder exists and that this user may write there (" + e + ")");
        }
        log.thread.start();
        return log;
    }

    /** Loads what encodes and writes lines, ahead of {@link #open}; any thread. Nothing is written. */
    public static void warmUp() {
        ContextBase context = new ContextBase();
        JsonLineEncoder encoder = new JsonLineEncoder();
        encoder.setContext(context);
        encoder.start();
        Origin origin = Origin.of(HostFacts.NONE, "");
        encoder.encode(LifecycleLine.stopped(origin, WallClock.nanos(), 0, ""));
        encoder.stop();
        Appenders.warmUp();
        new FoldingKey.Maker();
    }

    /** Where the capture tells each packet, for the summary's peak. */
    public PeakWatch peaks() {
        return peaks;
    }

    /** One call and who made it; {@link Caller#unknown} where nobody is known. */
    public void write(ImdsCall call, Caller caller) {
        if (waitForRoom) {
            awaitRoom();
        }
        writeNow(call, caller);
    }

    /** Outside the lock, which the writer's thread needs to make room. */
    private void awaitRoom() {
        try {
            queue.awaitRoom();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void writeNow(ImdsCall call, Caller caller) {
        CallerIdentity identity = identities.of(caller, call);
        tally.add(call, caller);
        counters.increment(Tally.isNamed(caller) ? Counter.CALLERS_NAMED : Counter.CALLERS_UNNAMED);
        peaks.call(call.timestampNanos(), identity);
        long now = System.nanoTime();
        long uptime = origin.host().uptimeSeconds(now);
        long folded = folder == null ? -1 : call.timestampNanos();
        CallLine line = new CallLine(origin, call, caller, identity, uptime, 1, folded, folded);
        if (folder == null) {
            enqueue(line);
        } else {
            folder.add(line, now);
        }
    }

    /** A run before this one in the same place that ended without a word is told of, too. */
    public synchronized void started(RunFacts facts) {
        long now = WallClock.nanos();
        enqueue(LifecycleLine.started(origin, now, uptime(), facts));
        if (killedNanos >= 0) {
            // What was folded when it was killed goes back to the first call of a window, which has its line.
            CaptureGap gap = new CaptureGap(
                    killedNanos - foldNanos, Math.max(now, killedNanos), foldNanos > 0 ? KILLED_FOLDING : KILLED, 0, 0);
            enqueue(new GapLine(origin, gap, uptime()));
            killedNanos = -1;
        }
    }

    /** @param reason why, as a noun phrase: SIGTERM, end of the input */
    public synchronized void stopped(String reason) {
        enqueue(LifecycleLine.stopped(origin, WallClock.nanos(), uptime(), reason));
    }

    /** Tells people who called how often, after everything else; nothing in a log for machines. */
    public synchronized void callers() {
        if (forPeople) {
            endFolding();
            enqueue(new CallersLine());
        }
    }

    public synchronized void captureGap(CaptureGap gap) {
        enqueue(new GapLine(origin, gap, uptime()));
    }

    /** The same without a word on schedules. */
    public void summary(Interval interval) {
        summary(interval, List.of());
    }

    /**
     * Tells what was counted since the last summary, and begins to count anew.
     *
     * @param schedules what the host runs by the clock, in texts of our own making; empty where that was told before
     */
    public synchronized void summary(Interval interval, List<String> schedules) {
        long[] totals = new long[totalsBefore.length];
        for (Counter counter : Counter.values()) {
            totals[counter.ordinal()] = counters.get(counter);
        }
        enqueue(new SummaryLine(
                origin,
                interval,
                tally,
                peaks.take(interval.endNanos()),
                totals,
                totalsBefore,
                uptime(),
                metrics,
                schedules));
        totalsBefore = totals;
        tally = new Tally();
    }

    private long uptime() {
        return origin.host().uptimeSeconds(System.nanoTime());
    }

    private void enqueue(Line line) {
        if (queue.offer(line)) {
            return;
        }
        lost(Math.max(1, line.calls()));
    }

    /**
     * Counts lines that will never be written, to be told as soon as writing works; any thread.
     *
     * @param lines a line for several calls counts as many
     */
    public synchronized void lost(long lines) {
        counters.add(Counter.LINES_DROPPED, lines);
        if (lostLines == 0) {
            lostSinceNanos = System.nanoTime();
            queue.wake();
        }
        lostLines += lines;
    }

    /** On the writer's thread; whether it must come again without a line to write. */
    private synchronized boolean expireFolding() {
        if (folder == null) {
            return false;
        }
        folder.expire(System.nanoTime());
        return folder.hasOpen();
    }

    /** On the writer's thread, while writing works. */
    private synchronized void tellLosses() {
        if (lostLines == 0) {
            return;
        }
        long length = System.nanoTime() - lostSinceNanos;
        CaptureGap gap = CaptureGap.until(WallClock.nanos(), length, LOST, 0, lostLines);
        if (queue.offer(new GapLine(origin, gap, uptime()))) {
            lostLines = 0;
        }
    }

    /** Why the newest attempt to write failed, null if it did not. For standard output that is for good: who read it has gone. */
    public String failure() {
        return writer.failure();
    }

    /**
     * For how long lines have waited without the writing thread coming round, ns; 0 if none wait. A full disk, which is
     * tried every second, is no reason; a device that does not answer is, and a pipe that nobody reads.
     */
    public long stuckNanos() {
        return writer.stuckNanos();
    }

    /** Ends all folding windows, writes what is queued and closes the destination; waits at most {@link #STOP_NANOS}. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            endFolding();
        }
        writer.stop(STOP_NANOS);
        try {
            thread.join(2 * STOP_NANOS / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Folds with a window of this length from now on; 0 writes each call. Windows under way end. */
    public synchronized void foldNanos(long nanos) {
        endFolding();
        foldNanos = nanos;
        folder = folder(nanos);
    }

    private Folder folder(long nanos) {
        return nanos > 0 ? new Folder(nanos, this::enqueue) : null;
    }

    /** Writes the sums of all folding windows now; to be called before the last summary. */
    public synchronized void endFolding() {
        if (folder != null) {
            folder.flush();
        }
    }
}
