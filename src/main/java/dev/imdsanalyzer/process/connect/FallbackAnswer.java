package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The connect source's answer, or the socket source's once the first is given up. Where the second finds nobody, the
 * first is listened to for a while longer: on a machine without a core to spare its record may be the slower one. Any
 * thread.
 */
public final class FallbackAnswer implements Attribution {
    private static final String RECORD_LOST =
            "the kernel lost records of connects then: found by the socket, read a moment later";

    private static final long LOOK_AGAIN_NANOS = 100_000_000L;

    private final ConnectAnswer connect;
    private final Supplier<Attribution> socketSource;
    /** Of {@link System#nanoTime}: until then the kernel's record may still come. */
    private final long lastWordNanos;

    /** Whether the kernel's record may come even later. */
    private final BooleanSupplier behind;

    /** Whether it may have been lost. */
    private final BooleanSupplier lost;

    private Attribution socket;
    private boolean released;

    /**
     * Listens to both.
     *
     * @param patienceNanos how long from now on the kernel's record may come; 0 where none will
     * @param behind whether it may come still later, as older ones are being read
     * @param lost whether it may have been lost
     */
    public FallbackAnswer(
            ConnectAnswer connect,
            Supplier<Attribution> socketSource,
            long patienceNanos,
            BooleanSupplier behind,
            BooleanSupplier lost) {
        this.behind = behind;
        this.lost = lost;
        this.connect = connect;
        this.socketSource = socketSource;
        this.lastWordNanos = System.nanoTime() + patienceNanos;
        connect.whenGivenUp(this::socket);
    }

    /** Begins the look-up by socket, once. */
    private synchronized Attribution socket() {
        if (socket == null) {
            socket = socketSource.get();
            if (released) {
                socket.release();
            }
        }
        return socket;
    }

    @Override
    public boolean settled() {
        if (connect.settled()) {
            return true;
        }
        if (!connect.givenUp() || !socket().settled()) {
            return false;
        }
        return socketHasName() || (remaining(lastWordNanos) == 0 && !behind.getAsBoolean());
    }

    @Override
    public synchronized void release() {
        released = true;
        connect.release();
        if (socket != null) {
            socket.release();
        }
    }

    private boolean socketHasName() {
        try {
            return socket().caller(0).method() != AttributionMethod.NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public Caller caller(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        Caller caller = connect.await(timeoutNanos);
        if (caller != null) {
            return caller;
        }
        Caller bySocket = socket().caller(remaining(deadline));
        boolean named = bySocket.method() != AttributionMethod.NONE;
        // The connect's record may have come after all, and it knows more.
        Caller late = named ? connect.now() : late(deadline);
        if (late != null) {
            return late;
        }
        return named || connect.givenUp() ? explained(bySocket) : Caller.unknown("nobody was found in time");
    }

    private Caller explained(Caller bySocket) {
        return bySocket.reason() == null && lost.getAsBoolean()
                ? new CallerBuilder(bySocket).reason(RECORD_LOST).build()
                : bySocket;
    }

    private Caller late(long deadlineNanos) throws InterruptedException {
        Caller late = connect.awaitLate(Math.min(remaining(deadlineNanos), remaining(lastWordNanos)));
        while (late == null && remaining(deadlineNanos) > 0 && behind.getAsBoolean()) {
            late = connect.awaitLate(Math.min(remaining(deadlineNanos), LOOK_AGAIN_NANOS));
        }
        return late != null ? late : connect.now();
    }

    private static long remaining(long deadlineNanos) {
        return Math.max(0, deadlineNanos - System.nanoTime());
    }
}
