package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;

/**
 * Puts one direction of a connection in order. The usual segment, in order and wholly consumed, is handed on where it
 * lies; only what has to wait is copied: segments behind a hole, and bytes that the consumer wants to see again.
 *
 * <p>A segment also waits if its sender had acknowledged bytes of the other direction that were not seen yet: so a
 * response never comes before its request, even if the capture delivers them the other way round.
 */
final class StreamAssembler {
    private final TrackedConnection connection;
    private final Direction direction;
    private final ReassemblyContext context;
    private final KeptBytes kept = new KeptBytes();
    private HeldSegments held;
    private IntrusiveList.Node<StreamAssembler> holding;
    private ObservationPoint observationPoint;

    /** Whether {@link #next} is known. */
    private boolean positioned;

    /** Joined after its start, and the handler does not know yet. */
    private boolean startMissing;

    /** The first sequence number that was not delivered; behind the FIN once that was told. */
    private int next;

    private boolean acknowledgmentSeen;
    private int acknowledged;
    private boolean payloadSeen;
    private int payloadEnd;

    private boolean finSeen;
    private int finPosition;
    private boolean ended;

    private boolean waiting;
    private int waitingFor;
    private long waitingSince;
    private long newestNanos;

    StreamAssembler(TrackedConnection connection, Direction direction, ReassemblyContext context) {
        this.connection = connection;
        this.direction = direction;
        this.context = context;
    }

    /** The handshake says where the stream begins. */
    void begin(int sequenceNumber) {
        if (!positioned || startMissing) {
            next = sequenceNumber;
            positioned = true;
            startMissing = false;
        }
    }

    /** The stream is under way; this is where the capture comes in. */
    void join(int sequenceNumber) {
        if (!positioned) {
            next = sequenceNumber;
            positioned = true;
            startMissing = true;
        }
    }

    boolean isPositioned() {
        return positioned;
    }

    int next() {
        return next;
    }

    /** FIN and all before it were delivered. */
    boolean hasEnded() {
        return ended;
    }

    /** The other side has received this direction up to that sequence number. */
    void acknowledge(int sequenceNumber) {
        acknowledged = acknowledgmentSeen ? SequenceNumber.last(acknowledged, sequenceNumber) : sequenceNumber;
        acknowledgmentSeen = true;
    }

    /** Whether there was payload, and the other side acknowledged all of it. */
    boolean isPayloadAcknowledged() {
        return payloadSeen && acknowledgmentSeen && !SequenceNumber.isBefore(acknowledged, payloadEnd);
    }

    /** The lowest sequence number that the receiver may still be waiting for. */
    int lowestExpected() {
        return acknowledgmentSeen ? SequenceNumber.first(acknowledged, next) : next - SegmentFit.LATE_BYTES;
    }

    ObservationPoint observationPoint() {
        return observationPoint;
    }

    int retransmissions() {
        return observationPoint == null ? 0 : observationPoint.retransmissions();
    }

    int timeToLive() {
        return observationPoint == null ? 0 : observationPoint.timeToLive();
    }

    IntrusiveList.Node<StreamAssembler> holding() {
        if (holding == null) {
            holding = new IntrusiveList.Node<>(this);
        }
        return holding;
    }

    /** Takes in a segment of this direction. */
    void accept(TcpSegment segment, Flow flow, StreamAssembler peer) {
        int start = SegmentFit.payloadStart(segment);
        int length = segment.payloadLength + segment.payloadMissing;
        join(start);
        newestNanos = segment.timestampNanos;
        if (length > 0) {
            boolean fresh = !ended && take(segment, start, start + length, peer);
            notePayload(segment, flow, start + length, fresh);
        }
        if (segment.has(TcpSegment.FIN) && !finSeen) {
            finSeen = true;
            finPosition = start + length;
        }
    }

    /** Takes note of a segment that comes after the connection was closed. */
    void acceptLate(TcpSegment segment, Flow flow) {
        int length = segment.payloadLength + segment.payloadMissing;
        if (length > 0) {
            notePayload(segment, flow, SegmentFit.payloadStart(segment) + length, false);
        }
    }

    /** Delivers what waited and need not wait any longer; says whether there was anything. */
    boolean deliverWaiting(StreamAssembler peer) {
        boolean delivered = false;
        while (firstHeld() != null && firstHeld().sequenceNumber == next && !isAhead(firstHeld(), peer)) {
            deliverFirstHeld();
            delivered = true;
        }
        if (finSeen && !ended && !SequenceNumber.isBefore(next, finPosition)) {
            end();
            delivered = true;
        }
        return delivered;
    }

    /** Whether something is known of this direction that could not be delivered. */
    boolean isWaiting() {
        return firstHeld() != null || isMissingAcknowledged() || (finSeen && !ended);
    }

    /** Starts or restarts the time of waiting, if it is not running for this very place of the stream. */
    void noteWaiting(long now) {
        boolean waits = isWaiting();
        if (waits && (!waiting || waitingFor != next)) {
            waitingFor = next;
            waitingSince = now;
        }
        waiting = waits;
    }

    /** Takes what has been waited for too long as lost. */
    void giveUpLate(long now, StreamAssembler peer) {
        noteWaiting(now);
        if (waiting) {
            boolean received = isMissingAcknowledged() || (firstHeld() != null && isAhead(firstHeld(), peer));
            long patience = received ? context.reorderNanos() : context.retransmissionNanos();
            if (now - waitingSince >= patience) {
                skipAhead();
            }
        }
    }

    /** Delivers all that is here, telling of every hole. */
    void flush(StreamAssembler peer) {
        while (isWaiting()) {
            skipAhead();
            deliverWaiting(peer);
        }
    }

    /** Gives back all memory. */
    void release() {
        kept.release(context.buffers());
        if (held != null) {
            held.clear();
        }
        noLongerHolding();
    }

    /** Somebody else needs the memory: everything buffered is lost, and the stream goes on behind it. */
    void giveUpBuffered() {
        int end = firstHeld() == null ? next : held.last().end();
        context.buffers().countDiscarded(kept.length() + (held == null ? 0 : held.capturedBytes()));
        release();
        tellGap(end - next);
    }

    private boolean take(TcpSegment segment, int start, int end, StreamAssembler peer) {
        if (!SequenceNumber.isBefore(next, end)) {
            return false;
        }
        if (firstHeld() == null && !SequenceNumber.isBefore(next, start) && !isAhead(segment, peer)) {
            int skip = next - start;
            if (skip < segment.payloadLength) {
                deliver(segment.buffer, segment.payloadOffset + skip, segment.payloadLength - skip, newestNanos);
            }
            if (next != end) {
                loseBytes(end - next);
            }
            return true;
        }
        return hold(segment, start, end);
    }

    private boolean hold(TcpSegment segment, int start, int end) {
        if (held == null) {
            held = new HeldSegments(context.buffers(), this, context.limits().outOfOrderSegments());
        }
        while (firstHeld() != null && !hasRoomFor(segment)) {
            skipAhead();
        }
        int from = SequenceNumber.last(start, next);
        return SequenceNumber.isBefore(from, end) && held.add(segment, start, from);
    }

    private boolean hasRoomFor(TcpSegment segment) {
        return held.count() < context.limits().outOfOrderSegments()
                && held.capturedBytes() + kept.length() + segment.payloadLength
                        <= context.limits().bufferedBytesPerDirection();
    }

    /** Goes on by one step without what is missing. */
    private void skipAhead() {
        HeldSegment first = firstHeld();
        if (first != null && first.sequenceNumber == next) {
            deliverFirstHeld();
            return;
        }
        int target = first != null ? first.sequenceNumber : finSeen && !ended ? finPosition : acknowledged;
        if (isMissingAcknowledged()) {
            target = SequenceNumber.first(target, acknowledged);
        }
        if (target != next) {
            loseBytes(target - next);
        }
        waiting = false;
    }

    private void deliverFirstHeld() {
        HeldSegment segment = held.removeFirst();
        if (segment.capturedLength > 0) {
            deliver(segment.bytes, 0, segment.capturedLength, segment.timestampNanos);
        }
        int missing = segment.missingLength;
        context.buffers().giveBack(segment);
        if (missing > 0) {
            loseBytes(missing);
        }
        noLongerHolding();
    }

    private void deliver(byte[] bytes, int offset, int length, long timestampNanos) {
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
            noLongerHolding();
        }
    }

    private int present(byte[] bytes, int offset, int length, long timestampNanos) {
        int used = context.handler().onBytes(connection, direction, bytes, offset, length, timestampNanos);
        return Math.max(0, Math.min(length, used));
    }

    /** Keeps bytes to present them again; if there is no room, all kept ones are gone, {@code unseen} of them unseen. */
    private boolean keep(byte[] bytes, int offset, int length, int unseen) {
        if (kept.length() + length <= context.limits().bufferedBytesPerDirection()
                && kept.append(bytes, offset, length, context.buffers(), this)) {
            return true;
        }
        context.buffers().countDiscarded(kept.length() + length);
        kept.release(context.buffers());
        noLongerHolding();
        context.handler().onGap(connection, direction, unseen, newestNanos);
        return false;
    }

    private void end() {
        ended = true;
        next = SequenceNumber.last(next, finPosition + 1);
        release();
        context.handler().onEnd(connection, direction, newestNanos);
    }

    private void loseBytes(int length) {
        context.counters().increment(Counter.STREAM_GAPS);
        kept.release(context.buffers());
        noLongerHolding();
        tellGap(length);
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

    private void notePayload(TcpSegment segment, Flow flow, int end, boolean fresh) {
        boolean keepAliveProbe =
                !fresh && segment.payloadLength <= 1 && end == next && acknowledgmentSeen && acknowledged == next;
        if (keepAliveProbe) {
            return;
        }
        if (fresh) {
            payloadEnd = payloadSeen ? SequenceNumber.last(payloadEnd, end) : end;
            payloadSeen = true;
        } else {
            context.counters().increment(Counter.SEGMENTS_DUPLICATE);
        }
        if (observationPoint == null) {
            observationPoint = new ObservationPoint(segment, flow);
        }
        observationPoint.note(segment, flow, end, fresh);
    }

    /** Whether the other side has received bytes that are missing here: they were on the wire, and not captured. */
    private boolean isMissingAcknowledged() {
        return positioned && acknowledgmentSeen && SequenceNumber.isBefore(next, acknowledged);
    }

    private static boolean isAhead(TcpSegment segment, StreamAssembler peer) {
        return segment.has(TcpSegment.ACK) && isAhead(segment.acknowledgmentNumber, peer);
    }

    private static boolean isAhead(HeldSegment segment, StreamAssembler peer) {
        return segment.acknowledges && isAhead(segment.acknowledgmentNumber, peer);
    }

    private static boolean isAhead(int acknowledgmentNumber, StreamAssembler peer) {
        return peer.positioned && SequenceNumber.isBefore(peer.next, acknowledgmentNumber);
    }

    private HeldSegment firstHeld() {
        return held == null ? null : held.first();
    }

    private void noLongerHolding() {
        if (holding != null && kept.length() == 0 && firstHeld() == null) {
            holding.unlink();
        }
    }
}
