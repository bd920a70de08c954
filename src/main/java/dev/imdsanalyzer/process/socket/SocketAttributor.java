package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.ContainerNaming;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.PendingAttribution;
import dev.imdsanalyzer.process.RecentlyUsed;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Names callers by their sockets: the connection's inode from the kernel, and the process that has it among its
 * descriptors. Works on every kernel and for connections of any age, but only as long as the caller has the socket open.
 *
 * <p>One thread of its own looks up; the queue before it is bounded, and what does not fit is counted as
 * {@link Counter#ATTRIBUTION_QUEUE_DROPS}. Idle, it has no timer.
 */
public final class SocketAttributor implements Attributor {
    private static final int QUEUE_LIMIT = 4096;
    private static final int KEPT = 1024;
    private static final long KEPT_BYTES = 1L << 20;
    private static final long REST_SECONDS = 1;
    private static final String STOPPED = "the program stopped before the look-up";

    /** An answer serves its connection again for so long: then its caller may have run another program. */
    private static final long FRESH_NANOS = 180_000_000_000L;

    /** What is asked about a connection. */
    private enum Question {
        CALLER,
        CALLER_IN_MID_LIFE,
        ANSWERING
    }

    /** Done on the look-up thread; given up where the program stops before. */
    private interface Task {
        void run() throws InterruptedException;

        void giveUp();
    }

    private final class Naming implements Task {
        private final FourTuple ends;
        private final Question question;
        private final PendingAttribution attribution;

        Naming(FourTuple ends, Question question, PendingAttribution attribution) {
            this.ends = ends;
            this.question = question;
            this.attribution = attribution;
        }

        @Override
        public void run() throws InterruptedException {
            answer(this);
        }

        @Override
        public void giveUp() {
            attribution.settle(Caller.unknown(STOPPED));
        }
    }

    private final class Judging implements Task {
        private final RelayQuestion question;
        private final CompletableFuture<Behind> answer;

        Judging(RelayQuestion question, CompletableFuture<Behind> answer) {
            this.question = question;
            this.answer = answer;
        }

        @Override
        public void run() {
            try {
                answer.complete(lookup.behind(question));
            } catch (RuntimeException e) {
                counters.survived(e);
                giveUp();
            }
        }

        @Override
        public void giveUp() {
            answer.complete(Behind.unsure());
        }
    }

    private record Known(Caller caller, long inode, long nanos) {
        boolean isOf(SocketOwner socket) {
            return socket != null
                    && socket.inode() != 0
                    && socket.inode() == inode
                    && System.nanoTime() - nanos < FRESH_NANOS;
        }
    }

    private final Counters counters;
    private final PackageOwners packages;
    private final CallerBudget budget;
    private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    /**
     * Callers of connections that are opened once more in mid-life, as after an eviction: by then another process may
     * hold the socket too. Look-up thread only.
     */
    private final RecentlyUsed<FourTuple, Known> latest =
            new RecentlyUsed<>(KEPT, KEPT_BYTES, (ends, known) -> known.caller().weight());

    private final SocketLookup lookup;
    private final Thread thread;

    /**
     * Starts the look-up thread.
     *
     * @param packages where callers get their packages from; not closed here
     * @param budget counts the callers
     * @throws KernelException when /proc cannot be opened
     */
    public SocketAttributor(Counters counters, PackageOwners packages, CallerBudget budget) throws KernelException {
        this(counters, packages, ContainerNaming.NONE, budget);
    }

    /**
     * The same with names of containers.
     *
     * @param containers says what containers are called; not closed here
     */
    public SocketAttributor(Counters counters, PackageOwners packages, ContainerNaming containers, CallerBudget budget)
            throws KernelException {
        this.budget = budget;
        this.counters = counters;
        this.packages = packages;
        this.lookup = new SocketLookup(containers);
        this.thread = new Thread(this::run, "attribution");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
        return ask(fourTuple, initialSequenceNumber < 0 ? Question.CALLER_IN_MID_LIFE : Question.CALLER);
    }

    @Override
    public Attribution answering(FourTuple fourTuple) {
        return ask(fourTuple, Question.ANSWERING);
    }

    @Override
    public CompletableFuture<Behind> behind(RelayQuestion question) {
        CompletableFuture<Behind> answer = new CompletableFuture<>();
        Judging task = new Judging(question, answer);
        if (!tasks.offer(task)) {
            counters.increment(Counter.ATTRIBUTION_QUEUE_DROPS);
            task.giveUp();
        }
        return answer;
    }

    private Attribution ask(FourTuple fourTuple, Question question) {
        PendingAttribution attribution =
                new PendingAttribution(Caller.unknown("the connection's socket was not looked up in time"), budget);
        if (!tasks.offer(new Naming(fourTuple, question, attribution))) {
            counters.increment(Counter.ATTRIBUTION_QUEUE_DROPS);
            attribution.settle(Caller.unknown("too many connections at once to look all of them up"));
        }
        return attribution;
    }

    private void run() {
        Capabilities.keepAtMost(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
        boolean resting = true;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Task task = resting ? tasks.take() : tasks.poll(REST_SECONDS, TimeUnit.SECONDS);
                if (task == null) {
                    resting = lookup.rest();
                } else {
                    task.run();
                    resting = false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lookup.close();
        }
    }

    private Caller find(Naming task) throws InterruptedException {
        return task.question == Question.ANSWERING ? lookup.answering(task.ends) : findCaller(task);
    }

    private Caller findCaller(Naming task) throws InterruptedException {
        SocketOwner socket = lookup.socket(task.ends);
        Known known = task.question == Question.CALLER_IN_MID_LIFE ? latest.get(task.ends) : null;
        if (known != null && known.isOf(socket)) {
            return known.caller();
        }
        Caller caller = lookup.find(task.ends, socket);
        if (caller.method() == AttributionMethod.NONE || socket == null) {
            latest.remove(task.ends);
        } else {
            latest.put(task.ends, new Known(caller, socket.inode(), System.nanoTime()));
        }
        return caller;
    }

    private void answer(Naming task) throws InterruptedException {
        try {
            Caller caller = find(task);
            task.attribution.improve(caller);
            packages.complete(caller, task.attribution::settle);
        } catch (InterruptedException e) {
            task.attribution.settle(Caller.unknown(STOPPED));
            throw e;
        } catch (RuntimeException e) {
            counters.survived(e);
            task.attribution.settle(Caller.unknown("the look-up failed: " + e));
        }
    }

    @Override
    public boolean ready() {
        return thread.isAlive();
    }

    /** Ends the look-up thread and waits for it; connections still in the queue stay unnamed. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            task.giveUp();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
