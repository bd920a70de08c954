package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.buffer.IntrusiveList;
import java.util.concurrent.TimeUnit;

/** All connections by age, to know at once which one is idle, which may be forgotten and which one makes way. */
final class ConnectionAges {
    /** Longer than a sender waits at most until it repeats a segment: 120 s (TCP_RTO_MAX in the kernel's include/net/tcp.h). */
    private static final long REPEATED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(130);

    private static final int MOST_UNRECEIVED = 256;

    private final long idleNanos;
    private final long lingerNanos;
    private final IntrusiveList<TrackedConnection> unanswered = new IntrusiveList<>();
    private final IntrusiveList<TrackedConnection> answered = new IntrusiveList<>();
    private final IntrusiveList<TrackedConnection> closed = new IntrusiveList<>();
    /** Closed ones whose last response did not arrive: IMDS repeats it, less and less often. */
    private final IntrusiveList<TrackedConnection> unreceived = new IntrusiveList<>();

    private final IntrusiveList<TrackedConnection> checks = new IntrusiveList<>();

    ConnectionAges(ReassemblyLimits limits) {
        idleNanos = limits.idleTime().toNanos();
        lingerNanos = limits.lingerTime().toNanos();
    }

    int size() {
        return unanswered.size() + answered.size() + closed.size() + unreceived.size();
    }

    /** The connection is the most recently active one. */
    void touch(TrackedConnection connection, long now) {
        connection.activeAt = now;
        (connection.isAnswered() ? answered : unanswered).append(connection.age);
    }

    /** The connection is closed, and lingers. */
    void close(TrackedConnection connection, long now) {
        linger(connection, now);
        if (connection.check != null) {
            connection.check.unlink();
            connection.check = null;
        }
    }

    /** A closed connection lingers from now on: longer where IMDS will send again. */
    void linger(TrackedConnection connection, long now) {
        connection.activeAt = now;
        if (!connection.isResponseUnreceived()) {
            closed.append(connection.age);
            return;
        }
        unreceived.append(connection.age);
        if (unreceived.size() > MOST_UNRECEIVED) {
            closed.append(unreceived.oldest().age);
        }
    }

    void forget(TrackedConnection connection) {
        connection.age.unlink();
    }

    /** The connection will be looked at again at that time; times never go back. */
    void checkAt(TrackedConnection connection, long time) {
        if (connection.check == null) {
            connection.check = new IntrusiveList.Node<>(connection);
        }
        if (!connection.check.isLinked()) {
            connection.checkAt = time;
            checks.append(connection.check);
        }
    }

    /** Takes out the next connection to look at, or null. */
    TrackedConnection nextCheck(long now) {
        TrackedConnection connection = checks.oldest();
        if (connection == null || connection.checkAt > now) {
            return null;
        }
        connection.check.unlink();
        return connection;
    }

    /** An open connection that was idle for too long, or null. */
    TrackedConnection nextIdle(long now) {
        TrackedConnection half = unanswered.oldest();
        if (half != null && now - half.activeAt >= idleNanos) {
            return half;
        }
        TrackedConnection connection = answered.oldest();
        return connection != null && now - connection.activeAt >= idleNanos ? connection : null;
    }

    /** A closed connection that lingered long enough, or null. */
    TrackedConnection nextLingered(long now) {
        TrackedConnection connection = closed.oldest();
        if (connection != null && now - connection.activeAt >= lingerNanos) {
            return connection;
        }
        connection = unreceived.oldest();
        return connection != null && now - connection.activeAt >= Math.max(lingerNanos, REPEATED_WITHIN_NANOS)
                ? connection
                : null;
    }

    /** Which one makes way: a closed one, else one that IMDS never answered, else the least recently active. */
    TrackedConnection oldest() {
        TrackedConnection connection = closed.oldest() != null ? closed.oldest() : unreceived.oldest();
        return connection != null ? connection : oldestOpen();
    }

    /** The least recently active open connection, those that IMDS never answered first; or null. */
    TrackedConnection oldestOpen() {
        TrackedConnection connection = unanswered.oldest();
        return connection != null ? connection : answered.oldest();
    }

    /** The most recently active connection that IMDS answered; those before it follow. */
    IntrusiveList.Node<TrackedConnection> newestAnswered() {
        return answered.newest();
    }

    /** The most recently active connection that IMDS never answered. */
    IntrusiveList.Node<TrackedConnection> newestUnanswered() {
        return unanswered.newest();
    }

    /** The most recently closed connection. */
    IntrusiveList.Node<TrackedConnection> newestClosed() {
        return closed.newest();
    }
}
