package dev.imdsanalyzer.tcp.stream;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.buffer.BufferHolder;
import dev.imdsanalyzer.tcp.buffer.IntrusiveList;
import dev.imdsanalyzer.tcp.segment.Doubts;
import dev.imdsanalyzer.tcp.segment.FinMark;
import dev.imdsanalyzer.tcp.segment.HeldSegment;
import dev.imdsanalyzer.tcp.segment.ObservationPoint;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceMarks;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;
import dev.imdsanalyzer.tcp.segment.Sight;

/**
 * Puts one direction of a connection in order, as its receiver does. The usual segment, in order, is handed on where it
 * lies; segments behind a hole are copied and wait, and so do those that the receiver may not have taken.
 *
 * <p>A segment also waits if its sender had acknowledged bytes of the other direction that were not seen yet: so a
 * response never comes before its request, even if the capture delivers them the other way round.
 */
public final class StreamAssembler extends SequenceMarks implements StreamSide {
    private final SeenConnection connection;
    private final Direction direction;
    private final ReassemblyContext context;
    private final StreamOutput output;
    /** Null until it had to wait. */
    private WaitingTime waitingTime;

    private FinMark fin = FinMark.NONE;
    /** Null until one had to wait. */
    private WaitingSegments waiting;

    private IntrusiveList.Node<BufferHolder> holding;
    private ObservationPoint observationPoint;

    /** Whether the output's next sequence number is known. */
    private boolean positioned;

    private long presentedAcknowledgment = -1;

    public StreamAssembler(SeenConnection connection, Direction direction, ReassemblyContext context) {
        this.connection = connection;
        this.direction = direction;
        this.context = context;
        output = new StreamOutput(connection, direction, context, this);
    }

    /** The handshake says where the stream begins. */
    public void begin(int sequenceNumber) {
        if (!positioned || output.isStartMissing()) {
            output.start(sequenceNumber, false);
            noteBeginning(sequenceNumber, positioned);
            positioned = true;
        }
    }

    /** The stream is under way; this is where the capture comes in. */
    public void join(int sequenceNumber) {
        if (!positioned) {
            output.start(sequenceNumber, true);
            noteJoin(sequenceNumber);
            positioned = true;
        }
    }

    public boolean isPositioned() {
        return positioned;
    }

    /** The first sequence number that was not delivered; behind the FIN once that was told. */
    public int next() {
        return output.next();
    }

    @Override
    public int answered() {
        return connection.answered(direction);
    }

    /** FIN and all before it were delivered. */
    public boolean hasEnded() {
        return fin.wasTold();
    }

    /** IMDS answered the SYN and acknowledged so far. */
    public void answerSyn(int acknowledgmentNumber) {
        if (waiting != null) {
            waiting.doubtful().discardSynPayload(acknowledgmentNumber);
        }
    }

    /** Of the segment that is being delivered; -1 if it has none. */
    public long presentedAcknowledgment() {
        return presentedAcknowledgment;
    }

    /** Whether a part of a message is here. */
    public boolean holdsPart() {
        return output.holdsPart();
    }

    @Override
    public void acknowledge(int sequenceNumber) {
        noteAcknowledgment(sequenceNumber);
        output.settle(acknowledged());
    }

    /** Null before the first payload. */
    public ObservationPoint observationPoint() {
        return observationPoint;
    }

    @Override
    public IntrusiveList.Node<BufferHolder> holding() {
        if (holding == null) {
            holding = new IntrusiveList.Node<>(this);
        }
        return holding;
    }

    /**
     * Takes in a segment of this direction; what becomes ready is delivered with {@link #deliverWaiting}.
     *
     * @param doubts why the receiver may not take it, see {@link Doubts}
     */
    public void accept(TcpSegment segment, Sight sight, StreamAssembler peer, int doubts) {
        int start = PayloadRange.start(segment);
        int end = PayloadRange.end(segment);
        join(start);
        output.setNewestNanos(segment.timestampNanos);
        noteSeen(end);
        if (doubts == Doubts.NONE) {
            noteSent(end + (segment.has(TcpSegment.FIN) ? 1 : 0));
        }
        if (segment.has(TcpSegment.URG)) {
            output.noteUrgent(segment, doubts);
        }
        if (end != start) {
            takePayload(segment, sight, start, end, peer, doubts);
        }
        if (segment.has(TcpSegment.FIN) && !SequenceNumber.isBefore(end, next()) && !Doubts.areCertain(doubts)) {
            if (fin == FinMark.NONE) {
                fin = new FinMark();
            }
            fin.see(segment, end, doubts);
        }
        noteMemory();
    }

    private void takePayload(TcpSegment segment, Sight sight, int start, int end, StreamAssembler peer, int doubts) {
        if (SequenceNumber.isBefore(start, next())) {
            output.compare(segment, start, end, doubts);
        }
        if (doubts != Doubts.NONE) {
            doubt(segment, start, end, doubts);
            return;
        }
        boolean deliverable = isDeliverable(segment, start, end, peer);
        if (deliverable) {
            // Before the bytes go out: who takes them may ask how they came.
            notePayload(segment, sight, end, true);
        }
        boolean fresh = !hasEnded() && SequenceNumber.isBefore(next(), end) && take(segment, start, end, deliverable);
        if (!deliverable) {
            notePayload(segment, sight, end, fresh);
        }
    }

    private void doubt(TcpSegment segment, int start, int end, int doubts) {
        if (hasEnded() || !SequenceNumber.isBefore(next(), end)) {
            context.counters().increment(Counter.SEGMENTS_DUPLICATE);
            return;
        }
        context.counters().increment(Counter.SEGMENTS_DOUBTFUL, connection.beganNanos());
        waitingSegments().doubt(segment, start, doubts);
    }

    /** Takes note of a segment that comes after the connection was closed. */
    public void acceptLate(TcpSegment segment, Sight sight) {
        int end = PayloadRange.end(segment);
        if (end != PayloadRange.start(segment)) {
            notePayload(segment, sight, end, false);
        }
    }

    /** Delivers what waited and need not wait any longer; says whether there was anything. */
    public boolean deliverWaiting(StreamAssembler peer) {
        boolean delivered = false;
        for (HeldSegment segment = takeReady(peer); segment != null; segment = takeReady(peer)) {
            delivered |= deliver(segment);
        }
        fin.passedBy(next());
        if (positioned && fin.isDue(next(), this)) {
            fin.tell();
            release();
            output.end(fin.position());
            delivered = true;
        }
        return delivered;
    }

    private HeldSegment takeReady(StreamAssembler peer) {
        return waiting == null || hasEnded() ? null : waiting.takeReady(next(), this, peer);
    }

    /** Whether something is known of this direction that could not be delivered. */
    public boolean isWaiting() {
        return isMissingAcknowledged() || fin.isPending() || (waiting != null && !waiting.isEmpty());
    }

    /** Starts or restarts the time of waiting, if it is not running for this very place of the stream. */
    public void noteWaiting(long now) {
        boolean waits = isWaiting();
        if (waitingTime == null) {
            if (!waits) {
                return;
            }
            waitingTime = new WaitingTime();
        }
        waitingTime.note(waits, next(), now);
    }

    /** Takes what has been waited for too long as lost. */
    public void giveUpLate(long now, StreamAssembler peer) {
        noteWaiting(now);
        HeldSegment first = firstHeld();
        boolean received = isMissingAcknowledged() || (first != null && peer.isBehind(first));
        // What was taken comes once the other direction has given up what is missing before it.
        boolean comes = waiting != null && waiting.isDoubtfulTaken(next()) && peer.isMissingAcknowledged();
        long patience = received ? context.reorderNanos() : context.retransmissionNanos();
        if (!comes && waitingTime != null && waitingTime.isOver(now, patience)) {
            giveUp();
        }
    }

    private void giveUp() {
        HeldSegment taken = waiting == null ? null : waiting.removeDoubtfulTaken(next());
        if (taken != null) {
            deliver(taken);
            return;
        }
        if (firstHeld() != null || isMissingAcknowledged()) {
            skipAhead();
            return;
        }
        // What nobody acknowledged is believed where nobody acknowledges anything, as where one direction is captured.
        boolean silent = !isAcknowledgmentSeen();
        if (waiting != null && !waiting.isEmpty()) {
            HeldSegment segment = silent ? waiting.doubtful().removeAt(next(), false) : null;
            if (segment != null) {
                deliver(segment);
            } else {
                waiting.clear();
            }
        } else if (fin.isPending() && (silent || direction == Direction.RESPONSE || fin.isVerified())) {
            fin.believe();
            skipTo(fin.position());
        } else if (fin.isPending()) {
            fin.forget();
        }
        noteMemory();
    }

    /** Delivers all that is here, telling of every hole. */
    public void flush(StreamAssembler peer) {
        if (fin.isPending()) {
            fin.believe();
        }
        while (isWaiting()) {
            giveUp();
            deliverWaiting(peer);
        }
    }

    /** Gives back all memory. */
    public void release() {
        output.release();
        if (waiting != null) {
            waiting.clear();
        }
        noteMemory();
    }

    /** The stream goes on behind it. */
    @Override
    public void giveUpBuffered() {
        int end = next();
        int heldBytes = 0;
        boolean told = output.holdsPart();
        if (firstHeld() != null) {
            told = true;
            end = waiting.end();
            heldBytes = waiting.capturedBytes();
        }
        if (waiting != null) {
            waiting.clear();
        }
        if (told) {
            output.giveUp(end, heldBytes);
        }
        noteMemory();
    }

    /** Whether it is delivered at once, where it lies. */
    private boolean isDeliverable(TcpSegment segment, int start, int end, StreamAssembler peer) {
        return !hasEnded()
                && SequenceNumber.isBefore(next(), end)
                && !SequenceNumber.isBefore(next(), start)
                && !(segment.has(TcpSegment.ACK) && peer.isBehind(segment.acknowledgmentNumber));
    }

    private boolean take(TcpSegment segment, int start, int end, boolean deliverable) {
        if (!deliverable) {
            return hold(segment, start, end);
        }
        boolean verified = segment.checksum == Checksum.RIGHT;
        boolean contradicted = waiting != null
                && waiting.contradict(segment, start, isMissingAcknowledged(), connection.passesPlaces());
        if (contradicted || segment.contradicted || output.isUrgencyContradicted(segment, next(), end)) {
            output.conflict(0);
        }
        presentedAcknowledgment = segment.has(TcpSegment.ACK) ? segment.acknowledgmentNumber & 0xFFFFFFFFL : -1;
        int skip = next() - start;
        int captured = segment.payloadLength - skip;
        if (captured > 0) {
            output.deliver(segment.buffer, segment.payloadOffset + skip, captured, segment.timestampNanos, verified);
        }
        skipTo(end);
        discardPassed();
        return true;
    }

    private void skipTo(int end) {
        if (SequenceNumber.isBefore(next(), end)) {
            output.lose(end - next());
        }
    }

    private boolean hold(TcpSegment segment, int start, int end) {
        WaitingSegments segments = waitingSegments();
        while (segments.first() != null && !segments.hasRoomFor(segment, output.keptLength())) {
            skipAhead();
        }
        int from = SequenceNumber.last(start, next());
        return SequenceNumber.isBefore(from, end) && segments.hold(segment, start, from, connection.passesPlaces());
    }

    private WaitingSegments waitingSegments() {
        if (waiting == null) {
            waiting = new WaitingSegments(context, this);
        }
        return waiting;
    }

    /** Goes on by one step without what is missing. */
    private void skipAhead() {
        HeldSegment first = firstHeld();
        if (first != null && !SequenceNumber.isBefore(next(), first.sequenceNumber)) {
            deliver(waiting.removeFirst());
            return;
        }
        int target = first != null ? first.sequenceNumber : fin.isPending() ? fin.position() : acknowledged();
        if (isMissingAcknowledged()) {
            target = SequenceNumber.first(target, acknowledged());
        }
        if (waiting != null) {
            target = waiting.doubtful().firstTaken(next(), target);
        }
        skipTo(target);
        discardPassed();
        noteMemory();
    }

    /** Delivers what is new of a segment that was taken out, and gives it back; says whether there was anything. */
    private boolean deliver(HeldSegment segment) {
        int skip = Math.max(0, next() - segment.sequenceNumber);
        int end = segment.end();
        boolean fresh = SequenceNumber.isBefore(next(), end);
        boolean contradicted = segment.doubts != Doubts.NONE && waiting.contradict(segment);
        if (fresh && (segment.conflicting || contradicted)) {
            output.conflict(0);
        }
        presentedAcknowledgment = segment.acknowledges ? segment.acknowledgmentNumber & 0xFFFFFFFFL : -1;
        if (segment.capturedLength > skip) {
            output.deliver(
                    segment.bytes,
                    skip,
                    segment.capturedLength - skip,
                    segment.timestampNanos,
                    segment.verified && segment.doubts == Doubts.NONE);
        }
        if (segment.doubts != Doubts.NONE) {
            noteSent(end);
        }
        context.buffers().giveBack(segment);
        skipTo(end);
        discardPassed();
        noteMemory();
        return fresh;
    }

    private void discardPassed() {
        if (waiting != null) {
            waiting.doubtful().discardBefore(next());
        }
    }

    private void notePayload(TcpSegment segment, Sight sight, int end, boolean fresh) {
        boolean keepAliveProbe = segment.payloadLength <= 1 && end == next() && isAcknowledged(end);
        if (!fresh && keepAliveProbe) {
            return;
        }
        if (fresh) {
            notePayloadEnd(end);
        } else {
            context.counters().increment(Counter.SEGMENTS_DUPLICATE);
        }
        if (observationPoint == null) {
            observationPoint = new ObservationPoint(segment, sight);
        }
        observationPoint.note(segment, sight, end, fresh);
    }

    /** Whether the other side has received bytes that are missing here: they were on the wire, and not captured. */
    private boolean isMissingAcknowledged() {
        return positioned && isAcknowledgedBeyond(next());
    }

    @Override
    public boolean isBehind(HeldSegment peersSegment) {
        return peersSegment.acknowledges && isBehind(peersSegment.acknowledgmentNumber);
    }

    private boolean isBehind(int acknowledgmentNumber) {
        return positioned && SequenceNumber.isBefore(next(), acknowledgmentNumber);
    }

    private HeldSegment firstHeld() {
        return waiting == null ? null : waiting.first();
    }

    /** Leaves the list of those that hold memory, if this one holds none any more. */
    private void noteMemory() {
        if (holding != null && !output.holdsPart() && (waiting == null || waiting.isEmpty())) {
            holding.unlink();
        }
    }
}
