package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.status.Counter;

/**
 * The delivered end of one direction: hands bytes to the {@link ConnectionHandler} and presents again what it did not
 * use. Bytes are copied only to be presented again.
 */
final class StreamOutput {
    private final TrackedConnection connection;
    private final Direction direction;
    private final ReassemblyContext context;
    private final StreamAssembler owner;
    private KeptBytes kept = KeptBytes.NONE;

    /** Joined after its start, and the handler does not know yet. */
    private boolean startMissing;

    private int next;
    private long newestNanos;

    StreamOutput(TrackedConnection connection, Direction direction, ReassemblyContext context, StreamAssembler owner) {
        this.connection = connection;
        this.direction = direction;
        this.context = context;
        this.owner = owner;
    }

    /** Sequence number of the first byte that was not delivered; behind the FIN once that was told. */
    int next() {
        return next;
    }

    void start(int sequenceNumber, boolean inTheMiddle) {
        next = sequenceNumber;
        startMissing = inTheMiddle;
    }

    /** Whether the stream was joined after its start and nothing was delivered yet. */
    boolean isStartMissing() {
        return startMissing;
    }

    int keptLength() {
        return kept.length();
    }

    /** Capture time of the newest segment of this direction, for gaps and the end. */
    void setNewestNanos(long timestampNanos) {
        newestNanos = timestampNanos;
    }

    long newestNanos() {
        return newestNanos;
    }

    /** Hands on the bytes that come next. */
    void deliver(byte[] bytes, int offset, int length, long timestampNanos) {
        tellMissingStart();
        next += length;
        if (kept.length() == 0) {
            int used = present(bytes, offset, length, timestampNanos);
            if (used < length) {
                keep(bytes, offset + used, length - used, 0);
            }
        } else if (keep(bytes, offset, length, length)) {
            int used = present(kept.array(), kept.start(), kept.length(), timestampNanos);
            kept.consume(used, context.buffers());
        }
    }

    /** The bytes that come next are lost. */
    void lose(int length) {
        context.counters().increment(Counter.STREAM_GAPS);
        kept.release(context.buffers());
        tellGap(length);
    }

    /** Gives up kept bytes, and with them those up to a sequence number, of which {@code buffered} were in memory. */
    void giveUp(int end, int buffered) {
        context.buffers().countDiscarded((long) kept.length() + buffered);
        kept.release(context.buffers());
        tellGap(end - next);
    }

    /** The next sequence number is the FIN's. */
    void end(int finPosition) {
        next = SequenceNumber.last(next, finPosition + 1);
        release();
        context.handler().onEnd(connection, direction, newestNanos);
    }

    /** Nothing more is to come. */
    void release() {
        kept.release(context.buffers());
        kept = KeptBytes.NONE;
    }

    private int present(byte[] bytes, int offset, int length, long timestampNanos) {
        int used = context.handler().onBytes(connection, direction, bytes, offset, length, timestampNanos);
        return Math.max(0, Math.min(length, used));
    }

    /** Keeps bytes to present them again; if there is no room, all kept ones are gone, {@code unseen} of them unseen. */
    private boolean keep(byte[] bytes, int offset, int length, int unseen) {
        if (kept == KeptBytes.NONE) {
            kept = new KeptBytes();
        }
        if (kept.length() + length <= context.limits().bufferedBytesPerDirection()
                && kept.append(bytes, offset, length, context.buffers(), owner)) {
            return true;
        }
        context.buffers().countDiscarded((long) kept.length() + length);
        kept.release(context.buffers());
        context.handler().onGap(connection, direction, unseen, newestNanos);
        return false;
    }

    private void tellGap(int length) {
        tellMissingStart();
        next += length;
        context.handler().onGap(connection, direction, length, newestNanos);
    }

    private void tellMissingStart() {
        if (startMissing) {
            startMissing = false;
            context.handler().onGap(connection, direction, -1, newestNanos);
        }
    }
}
