package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;

/**
 * Puts one direction of a connection in order. The usual segment, in order, is handed on where it lies; segments behind
 * a hole are copied and wait.
 *
 * <p>A segment also waits if its sender had acknowledged bytes of the other direction that were not seen yet: so a
 * response never comes before its request, even if the capture delivers them the other way round.
 */
final class StreamAssembler {
    private final ReassemblyContext context;
    private final StreamOutput output;
    private HeldSegments held;
    private IntrusiveList.Node<StreamAssembler> holding;
    private ObservationPoint observationPoint;

    /** Whether the output's next sequence number is known. */
    private boolean positioned;

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

    StreamAssembler(TrackedConnection connection, Direction direction, ReassemblyContext context) {
        this.context = context;
        output = new StreamOutput(connection, direction, context, this);
    }

    /** The handshake says where the stream begins. */
    void begin(int sequenceNumber) {
        if (!positioned || output.isStartMissing()) {
            output.start(sequenceNumber, false);
            positioned = true;
        }
    }

    /** The stream is under way; this is where the capture comes in. */
    void join(int sequenceNumber) {
        if (!positioned) {
            output.start(sequenceNumber, true);
            positioned = true;
        }
    }

    boolean isPositioned() {
        return positioned;
    }

    /** The first sequence number that was not delivered; behind the FIN once that was told. */
    int next() {
        return output.next();
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
        return acknowledgmentSeen ? SequenceNumber.first(acknowledged, next()) : next() - SegmentFit.LATE_BYTES;
    }

    /** Null before the first payload. */
    ObservationPoint observationPoint() {
        return observationPoint;
    }

    /** Place in {@link BufferBudget}'s list of those that hold memory. */
    IntrusiveList.Node<StreamAssembler> holding() {
        if (holding == null) {
            holding = new IntrusiveList.Node<>(this);
        }
        return holding;
    }

    /** Takes in a segment of this direction; what becomes ready is delivered with {@link #deliverWaiting}. */
    void accept(TcpSegment segment, Flow flow, StreamAssembler peer) {
        int start = SegmentFit.payloadStart(segment);
        int end = SegmentFit.payloadEnd(segment);
        join(start);
        output.setNewestNanos(segment.timestampNanos);
        if (end != start) {
            boolean deliverable = isDeliverable(segment, start, end, peer);
            if (deliverable) {
                // Before the bytes go out: who takes them may ask how they came.
                notePayload(segment, flow, end, true);
            }
            boolean fresh = !ended && SequenceNumber.isBefore(next(), end) && take(segment, start, end, peer);
            if (!deliverable) {
                notePayload(segment, flow, end, fresh);
            }
        }
        if (segment.has(TcpSegment.FIN) && !finSeen) {
            finSeen = true;
            finPosition = end;
        }
        noteMemory();
    }

    /** Takes note of a segment that comes after the connection was closed. */
    void acceptLate(TcpSegment segment, Flow flow) {
        int end = SegmentFit.payloadEnd(segment);
        if (end != SegmentFit.payloadStart(segment)) {
            notePayload(segment, flow, end, false);
        }
    }

    /** Delivers what waited and need not wait any longer; says whether there was anything. */
    boolean deliverWaiting(StreamAssembler peer) {
        boolean delivered = false;
        while (firstHeld() != null && firstHeld().sequenceNumber == next() && !isAhead(firstHeld(), peer)) {
            deliverFirstHeld();
            delivered = true;
        }
        if (finSeen && !ended && !SequenceNumber.isBefore(next(), finPosition)) {
            ended = true;
            release();
            output.end(finPosition);
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
        if (waits && (!waiting || waitingFor != next())) {
            waitingFor = next();
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
        output.release();
        if (held != null) {
            held.clear();
        }
        noteMemory();
    }

    /** Somebody else needs the memory: everything buffered is lost, and the stream goes on behind it. */
    void giveUpBuffered() {
        int end = next();
        int heldBytes = 0;
        if (firstHeld() != null) {
            end = held.last().end();
            heldBytes = held.capturedBytes();
            held.clear();
        }
        output.giveUp(end, heldBytes);
        noteMemory();
    }

    /** Delivers what can be at once, and holds what cannot; false if all of it was held already. */
    private boolean isDeliverable(TcpSegment segment, int start, int end, StreamAssembler peer) {
        return !ended
                && SequenceNumber.isBefore(next(), end)
                && !SequenceNumber.isBefore(next(), start)
                && !isAhead(segment, peer)
                && (firstHeld() == null || firstHeld().sequenceNumber != next());
    }

    private boolean take(TcpSegment segment, int start, int end, StreamAssembler peer) {
        boolean fresh = false;
        if (!SequenceNumber.isBefore(next(), start) && !isAhead(segment, peer)) {
            int readyEnd = firstHeld() == null ? end : SequenceNumber.first(end, firstHeld().sequenceNumber);
            fresh = readyEnd != next();
            deliverInPlace(segment, start, readyEnd);
        }
        return (next() != end && hold(segment, start, end)) || fresh;
    }

    private void deliverInPlace(TcpSegment segment, int start, int end) {
        int skip = next() - start;
        int captured = Math.min(segment.payloadLength - skip, end - next());
        if (captured > 0) {
            output.deliver(segment.buffer, segment.payloadOffset + skip, captured, segment.timestampNanos);
        }
        if (next() != end) {
            output.lose(end - next());
        }
    }

    private boolean hold(TcpSegment segment, int start, int end) {
        if (held == null) {
            held = new HeldSegments(context.buffers(), this, context.limits());
        }
        while (firstHeld() != null && !hasRoomFor(segment)) {
            skipAhead();
        }
        int from = SequenceNumber.last(start, next());
        return SequenceNumber.isBefore(from, end) && held.add(segment, start, from);
    }

    private boolean hasRoomFor(TcpSegment segment) {
        return held.count() < context.limits().outOfOrderSegments()
                && held.capturedBytes() + output.keptLength() + segment.payloadLength
                        <= context.limits().bufferedBytesPerDirection();
    }

    /** Goes on by one step without what is missing. */
    private void skipAhead() {
        HeldSegment first = firstHeld();
        if (first != null && first.sequenceNumber == next()) {
            deliverFirstHeld();
            return;
        }
        int target = first != null ? first.sequenceNumber : finSeen && !ended ? finPosition : acknowledged;
        if (isMissingAcknowledged()) {
            target = SequenceNumber.first(target, acknowledged);
        }
        if (target != next()) {
            output.lose(target - next());
        }
        noteMemory();
    }

    private void deliverFirstHeld() {
        HeldSegment segment = held.removeFirst();
        if (segment.capturedLength > 0) {
            output.deliver(segment.bytes, 0, segment.capturedLength, segment.timestampNanos);
        }
        int missing = segment.missingLength;
        context.buffers().giveBack(segment);
        if (missing > 0) {
            output.lose(missing);
        }
        noteMemory();
    }

    private void notePayload(TcpSegment segment, Flow flow, int end, boolean fresh) {
        boolean keepAliveProbe =
                segment.payloadLength <= 1 && end == next() && acknowledgmentSeen && acknowledged == end;
        if (!fresh && keepAliveProbe) {
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
        return positioned && acknowledgmentSeen && SequenceNumber.isBefore(next(), acknowledged);
    }

    private static boolean isAhead(TcpSegment segment, StreamAssembler peer) {
        return segment.has(TcpSegment.ACK) && isAhead(segment.acknowledgmentNumber, peer);
    }

    private static boolean isAhead(HeldSegment segment, StreamAssembler peer) {
        return segment.acknowledges && isAhead(segment.acknowledgmentNumber, peer);
    }

    private static boolean isAhead(int acknowledgmentNumber, StreamAssembler peer) {
        return peer.positioned && SequenceNumber.isBefore(peer.next(), acknowledgmentNumber);
    }

    private HeldSegment firstHeld() {
        return held == null ? null : held.first();
    }

    /** Leaves the list of those that hold memory, if this one holds none any more. */
    private void noteMemory() {
        if (holding != null && output.keptLength() == 0 && firstHeld() == null) {
            holding.unlink();
        }
    }
}
