package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.buffer.DeliveredBytes;
import dev.imdsanalyzer.tcp.buffer.KeptBytes;
import dev.imdsanalyzer.tcp.segment.Doubts;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;
import dev.imdsanalyzer.tcp.segment.UrgentMark;

/**
 * The delivered end of one direction: hands bytes to the {@link dev.imdsanalyzer.tcp.ConnectionHandler} and presents again what it did not
 * use. Bytes are copied only to be presented again.
 */
final class StreamOutput {
    private final SeenConnection connection;
    private final Direction direction;
    private final ReassemblyContext context;
    private final StreamSide owner;
    private KeptBytes kept = KeptBytes.NONE;
    private DeliveredBytes delivered;
    private UrgentMark urgent;

    /** Joined after its start, and the handler does not know yet. */
    private boolean startMissing;

    private int next;
    private long newestNanos;

    StreamOutput(SeenConnection connection, Direction direction, ReassemblyContext context, StreamSide owner) {
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

    /** Whether a part of a message waits for the rest of it. */
    boolean holdsPart() {
        return kept.length() > 0;
    }

    /** Capture time of the newest segment of this direction, for gaps and the end. */
    void setNewestNanos(long timestampNanos) {
        newestNanos = timestampNanos;
    }

    long newestNanos() {
        return newestNanos;
    }

    /**
     * Hands on the bytes that come next.
     *
     * @param verified whether it is certain that they reached their receiver intact
     */
    void deliver(byte[] bytes, int offset, int length, long timestampNanos, boolean verified) {
        tellMissingStart();
        if (delivered == null) {
            delivered = new DeliveredBytes();
        }
        delivered.append(next, bytes, offset, length, verified, context.delivered());
        if (urgent == null || !urgent.isWithin(next, next + length)) {
            handOn(bytes, offset, length, timestampNanos);
            return;
        }
        int before = urgent.position() - next;
        handOn(bytes, offset, before, timestampNanos);
        urgent.remove(owner.answered());
        next++;
        handOn(bytes, offset + before + 1, length - before - 1, timestampNanos);
    }

    private void handOn(byte[] bytes, int offset, int length, long timestampNanos) {
        next += length;
        if (length == 0) {
            return;
        }
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

    /** The receiver has all before that sequence number. */
    void settle(int acknowledged) {
        if (delivered != null) {
            delivered.settle(acknowledged, context.delivered());
        }
    }

    /**
     * Compares a segment with delivered bytes in whose place its receiver may have taken it, and tells of a difference that
     * cannot be settled.
     *
     * @param doubts why the receiver may not have taken it
     */
    void compare(TcpSegment segment, int payloadStart, int payloadEnd, int doubts) {
        if (delivered == null || delivered.isEmpty() || Doubts.areCertain(doubts)) {
            return;
        }
        int from = SequenceNumber.last(payloadStart, delivered.first());
        int to = SequenceNumber.first(payloadEnd, next);
        if (!SequenceNumber.isBefore(from, to)) {
            return;
        }
        boolean differs = delivered.differ(segment, payloadStart, from, to);
        if (differs) {
            context.buffers().countConflict();
        } else if (segment.checksum == Checksum.RIGHT && doubts == Doubts.NONE && segment.payloadMissing == 0) {
            delivered.verify(from, to);
        }
        boolean unknown = delivered.isUncopied(from, to) && direction == Direction.REQUEST;
        boolean urgencyDiffers = urgent != null
                && urgent.wasRemoved(urgent.removedAt())
                && !SequenceNumber.isBefore(urgent.removedAt(), from)
                && SequenceNumber.isBefore(urgent.removedAt(), to)
                && !UrgentMark.isUrgent(segment, urgent.removedAt());
        if ((differs || unknown || urgencyDiffers) && !delivered.isVerified()) {
            conflict(next - from);
        }
    }

    /** Takes note of the urgent byte that a segment tells of. */
    void noteUrgent(TcpSegment segment, int doubts) {
        int position = UrgentMark.positionOf(segment);
        if (Doubts.areCertain(doubts)) {
            return;
        }
        if (SequenceNumber.isBefore(position, next)) {
            boolean open = delivered != null
                    && !delivered.isEmpty()
                    && !delivered.isVerified()
                    && !SequenceNumber.isBefore(position, delivered.first());
            if (open && (urgent == null || !urgent.wasRemoved(position))) {
                conflict(next - position);
            }
            return;
        }
        if (doubts != Doubts.NONE) {
            conflict(0);
            return;
        }
        if (urgent == null) {
            urgent = new UrgentMark();
        }
        if (urgent.mayComeBack(owner.answered())) {
            conflict(next - urgent.removedAt());
        }
        urgent.set(segment);
    }

    /** Whether the segment's payload contradicts the urgent mark that was seen before. */
    boolean isUrgencyContradicted(TcpSegment segment, int from, int to) {
        return urgent != null && urgent.isContradictedBy(segment, from, to);
    }

    /**
     * Nobody can tell which of two contents the receiver took.
     *
     * @param back how many of the bytes delivered last may be others; 0 if it is the next ones
     */
    void conflict(int back) {
        context.handler().onConflict(connection, direction, back, newestNanos);
    }

    /** The bytes that come next are lost. */
    void lose(int length) {
        context.counters().increment(Counter.STREAM_GAPS, connection.beganNanos());
        forgetDelivered();
        kept.release(context.buffers());
        tellGap(length);
    }

    /** Gives up kept bytes, and with them those up to a sequence number, of which {@code buffered} were in memory. */
    void giveUp(int end, int buffered) {
        context.buffers().countDiscarded((long) kept.length() + buffered);
        kept.release(context.buffers());
        forgetDelivered();
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
        forgetDelivered();
    }

    private void forgetDelivered() {
        if (delivered != null) {
            delivered.clear(context.delivered());
        }
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
