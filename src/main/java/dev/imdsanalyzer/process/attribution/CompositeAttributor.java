package dev.imdsanalyzer.process.attribution;

import dev.imdsanalyzer.kernel.bpf.ConnectLoss;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.ContainerNaming;
import dev.imdsanalyzer.process.PendingAttribution;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.connect.ConnectAnswer;
import dev.imdsanalyzer.process.connect.ConnectSource;
import dev.imdsanalyzer.process.connect.FallbackAnswer;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Both sources as one: who connects as the kernel reports it, and by the socket where there is no report: for connections
 * that are older than this program, when records were lost, when none comes within {@link #GRACE_MILLIS}, and always
 * where the kernel or the permissions do not allow the first.
 */
public final class CompositeAttributor implements Attributor {
    /** Capture and kernel report tell of a connection at about the same time; a busy machine may delay one of them. */
    static final long GRACE_MILLIS = 300;

    /**
     * So long from the connection's first segment on a report is waited for where the socket has told nobody, and longer
     * while older reports are still being read.
     */
    static final long PATIENCE_MILLIS = 1_500;

    /** So long before a connection was captured its report may have been lost. */
    private static final long LOSS_NANOS = 1_000_000_000L;

    /** So long after a call the kernel's reports of what was connected before it are read. */
    private static final long REPORTED_MILLIS = 200;

    private final ConnectSource connectSource;
    private final RelayMemory relays = new RelayMemory();
    private final String unavailableReason;
    private final Attributor socketSource;
    private final ScheduledThreadPoolExecutor grace;

    /**
     * Joins the two.
     *
     * @param connectSource null where it could not be started; closed with this
     * @param unavailableReason why it could not; null where it runs
     * @param socketSource closed with this
     */
    CompositeAttributor(ConnectSource connectSource, String unavailableReason, Attributor socketSource) {
        this.connectSource = connectSource;
        this.unavailableReason = unavailableReason;
        this.socketSource = socketSource;
        this.grace = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "connect-grace");
            thread.setDaemon(true);
            return thread;
        });
        grace.setRemoveOnCancelPolicy(true);
        grace.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // After close nothing waits any more, and a late call is no error.
        grace.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * Starts the connect source, or goes on without it: {@link #unavailableReason} then says why.
     *
     * @param socketSource the other source, running; closed with the result
     * @param containers says what containers are called; not closed with the result
     * @param budget counts the callers of captured connections
     * @param execMemory whether the kernel shall remember what processes execute
     */
    public static CompositeAttributor start(
            Attributor socketSource,
            ContainerNaming containers,
            CallerBudget budget,
            Counters counters,
            boolean execMemory) {
        try {
            ConnectSource source = ConnectSource.start(containers, budget, counters, execMemory);
            return new CompositeAttributor(source, null, socketSource);
        } catch (IOException | RuntimeException | LinkageError e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return new CompositeAttributor(null, reason, socketSource);
        }
    }

    /** Why connects are not reported by the kernel; null when they are. */
    public String unavailableReason() {
        return unavailableReason;
    }

    /** Waits, for a bounded time, until all that the first report needs is loaded and has run once. */
    public void awaitRehearsal() throws InterruptedException {
        if (connectSource != null) {
            connectSource.awaitRehearsal();
        }
    }

    /** Brings the counters of lost reports, and of connects that the capture has not shown, up to date. */
    public void noteLosses() {
        if (connectSource != null) {
            connectSource.noteLosses();
            connectSource.noteUnseen();
        }
    }

    /**
     * Counts the connects that the capture has not shown by its end.
     *
     * @param endNanos of the capture, ns since the epoch
     */
    public void noteUnseenAtEnd(long endNanos) {
        if (connectSource != null) {
            connectSource.noteUnseenAtEnd(endNanos);
        }
    }

    /** Who is to be told who made each connect that the capture has not shown, as it is counted; must not call back. */
    public void onUnseen(Consumer<Caller> told) {
        if (connectSource != null) {
            connectSource.onUnseen(told);
        }
    }

    /** Who made the connects that the capture has not shown, as counted since the last time, and how many each. */
    public Map<String, Long> takeUnseen() {
        return connectSource == null ? Map.of() : connectSource.takeUnseen();
    }

    /** Whose reports were lost so far, as far as it is known. */
    public List<ConnectLoss> lossesByOwner() {
        return connectSource == null ? List.of() : connectSource.lossesByOwner();
    }

    /** What weakens the reports, a sentence each. */
    public List<String> weaknesses() {
        return connectSource == null ? List.of() : connectSource.weaknesses();
    }

    @Override
    public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
        if (connectSource == null) {
            return bySocket(fourTuple, openedNanos, initialSequenceNumber);
        }
        ConnectAnswer connect = connectSource.captured(fourTuple, openedNanos, initialSequenceNumber);
        if (connect.settled()) {
            return connect;
        }
        boolean isOlder = openedNanos < connectSource.startedNanos();
        FallbackAnswer answer = new FallbackAnswer(
                connect,
                () -> bySocket(fourTuple, openedNanos, initialSequenceNumber),
                isOlder ? 0 : TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS),
                () -> !isOlder && connectSource.isBehind(openedNanos),
                () -> !isOlder && connectSource.hasLostSince(openedNanos - LOSS_NANOS));
        if (isOlder) {
            connectSource.forget(fourTuple, connect);
        }
        if (isOlder || initialSequenceNumber < 0) {
            // Its connect is long past, or its SYN was not captured: the socket is looked for at once.
            connect.giveUp();
        } else {
            ScheduledFuture<?> giveUp = grace.schedule(() -> giveUp(connect), GRACE_MILLIS, TimeUnit.MILLISECONDS);
            connect.whenAnswered(() -> giveUp.cancel(false));
        }
        return answer;
    }

    /** An executor keeps what a task throws to itself; an error must end the process as in any other thread. */
    private static void giveUp(ConnectAnswer connect) {
        try {
            connect.giveUp();
        } catch (Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /**
     * Called by whoever gives a connection up; the source itself is made for one thread at a time. It finds a socket by the
     * four-tuple, which may be the other one where two namespaces use it in the same moment.
     */
    private synchronized Attribution bySocket(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
        if (connectSource != null && connectSource.hasTwin(fourTuple, openedNanos, initialSequenceNumber)) {
            return PendingAttribution.settled(Caller.unknown(ConnectAnswer.AMBIGUOUS));
        }
        return socketSource.connectionOpened(fourTuple, openedNanos, initialSequenceNumber);
    }

    @Override
    public synchronized Attribution answering(FourTuple fourTuple) {
        return socketSource.answering(fourTuple);
    }

    @Override
    public CompletableFuture<Behind> behind(FourTuple fourTuple, Caller caller, long callNanos) {
        if (connectSource == null) {
            return null;
        }
        RelayQuestion question = connectSource.relayQuestion(fourTuple, caller, callNanos);
        if (question.unseen().isEmpty()) {
            return relays.isKnown(caller) || connectSource.isBehind(callNanos)
                    ? afterReports(fourTuple, caller, callNanos)
                    : null;
        }
        Behind before = relays.ofConnection(fourTuple, question);
        if (before != null) {
            return CompletableFuture.completedFuture(before);
        }
        // What proves it may be gone soon; without a proof, one whose report is still to come may be the one.
        return socketSource
                .behind(question)
                .thenCompose(behind -> behind.certainty() == Behind.Certainty.PROVEN
                        ? CompletableFuture.completedFuture(noted(fourTuple, question, behind))
                        : afterReports(fourTuple, caller, callNanos));
    }

    /** Asks again when connects of now have been reported; the task of the schedule cannot fail. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private CompletableFuture<Behind> afterReports(FourTuple fourTuple, Caller caller, long callNanos) {
        CompletableFuture<Void> later = new CompletableFuture<>();
        grace.schedule(() -> later.complete(null), REPORTED_MILLIS, TimeUnit.MILLISECONDS);
        return later.thenCompose(
                reported -> answer(fourTuple, connectSource.relayQuestion(fourTuple, caller, callNanos)));
    }

    private CompletableFuture<Behind> answer(FourTuple fourTuple, RelayQuestion question) {
        Behind before = relays.ofConnection(fourTuple, question);
        if (before != null) {
            return CompletableFuture.completedFuture(before);
        }
        if (question.unseen().isEmpty()) {
            return CompletableFuture.completedFuture(
                    relays.isKnown(question.caller()) ? Behind.unsure() : Behind.NOBODY);
        }
        return socketSource.behind(question).thenApply(behind -> noted(fourTuple, question, behind));
    }

    private Behind noted(FourTuple fourTuple, RelayQuestion question, Behind behind) {
        relays.add(fourTuple, question, behind);
        connectSource.relayed(behind.connects());
        return behind;
    }

    @Override
    public boolean ready() {
        return socketSource.ready();
    }

    @Override
    public void close() {
        grace.shutdownNow();
        if (connectSource != null) {
            connectSource.close();
        }
        socketSource.close();
    }
}
