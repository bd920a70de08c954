package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.TcpSegment;

/** One connection and its two streams, under every four-tuple that it bears on this host. */
final class TrackedConnection implements Connection {
    private final long id;
    private final long openedNanos;
    private final StreamAssembler requests;
    private final StreamAssembler responses;
    private final ReassemblyContext context;

    /** Place in the lists of {@link ConnectionAges}. */
    final IntrusiveList.Node<TrackedConnection> age = new IntrusiveList.Node<>(this);

    IntrusiveList.Node<TrackedConnection> check;
    long activeAt;
    long checkAt;

    private Flow flows;
    private Flow callerFlow;
    private int flowCount;
    private FourTuple fourTuple;
    private Handshake handshake;
    private boolean answered;
    private boolean timeExceeded;
    private boolean reset;
    private long resetAt;
    private boolean closed;
    private long closedAt;
    private Object attachment;

    TrackedConnection(long id, long openedNanos, ReassemblyContext context) {
        this.id = id;
        this.openedNanos = openedNanos;
        this.context = context;
        requests = new StreamAssembler(this, Direction.REQUEST, context);
        responses = new StreamAssembler(this, Direction.RESPONSE, context);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public FourTuple fourTuple() {
        if (fourTuple == null) {
            fourTuple = callerFlow.fourTuple();
        }
        return fourTuple;
    }

    @Override
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public boolean synSeen() {
        return handshake != null;
    }

    @Override
    public long initialSequenceNumber() {
        return handshake == null ? -1 : handshake.initialSequenceNumber() & 0xFFFFFFFFL;
    }

    @Override
    public int responseTimeToLive() {
        ObservationPoint point = responses.observationPoint();
        return point == null ? 0 : point.timeToLive();
    }

    @Override
    public int retransmissions(Direction direction) {
        StreamAssembler stream = direction == Direction.REQUEST ? requests : responses;
        ObservationPoint point = stream.observationPoint();
        return point == null ? 0 : point.retransmissions();
    }

    @Override
    public boolean timeExceededSeen() {
        return timeExceeded;
    }

    @Override
    public boolean responseAcknowledged() {
        return responses.isPayloadAcknowledged();
    }

    @Override
    public Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object newAttachment) {
        attachment = newAttachment;
    }

    StreamAssembler requests() {
        return requests;
    }

    StreamAssembler responses() {
        return responses;
    }

    /** The direction that the segment is part of. */
    StreamAssembler stream(TcpSegment segment) {
        return segment.fromClient ? requests : responses;
    }

    /** The direction that the segment acknowledges. */
    StreamAssembler peer(TcpSegment segment) {
        return segment.fromClient ? responses : requests;
    }

    /** The newest of its flows; the others follow it. */
    Flow flows() {
        return flows;
    }

    int flowCount() {
        return flowCount;
    }

    /** Adds a four-tuple. The one whose client segments passed the fewest hops is the caller's own. */
    void addFlow(Flow flow) {
        flow.nextOfConnection = flows;
        flows = flow;
        flowCount++;
        if (callerFlow == null || flow.clientTimeToLive > callerFlow.clientTimeToLive) {
            callerFlow = flow;
            fourTuple = null;
        }
    }

    /** Null if the capture came in later. */
    Handshake handshake() {
        return handshake;
    }

    void setHandshake(Handshake seen) {
        handshake = seen;
    }

    /** Whether IMDS ever sent anything. */
    boolean isAnswered() {
        return answered;
    }

    void setAnswered() {
        answered = true;
    }

    void setTimeExceeded() {
        timeExceeded = true;
    }

    boolean isReset() {
        return reset;
    }

    void setReset(long now) {
        if (!reset) {
            reset = true;
            resetAt = now;
        }
    }

    /** A reset may overtake data on its way through the capture. */
    boolean isResetDue(long now) {
        return reset && now - resetAt >= context.reorderNanos();
    }

    boolean isClosed() {
        return closed;
    }

    void setClosed(long now) {
        closed = true;
        closedAt = now;
        requests.release();
        responses.release();
    }

    /** Everybody was told of the close: what can be made again is not kept while it lingers. */
    void shrink() {
        fourTuple = null;
    }

    /** Whether a SYN that looks like this connection's own must be another's: not late, but a copy in a new life. */
    boolean isClosedForHandshake(long now) {
        return closed && now - closedAt > context.reorderNanos();
    }

    boolean isFinished() {
        return requests.hasEnded() && responses.hasEnded();
    }

    /** Whether something waits for bytes or for time. */
    boolean isWaiting() {
        return reset || requests.isWaiting() || responses.isWaiting();
    }

    /** Hands on whatever of both directions has become ready. */
    void deliverWaiting() {
        boolean delivered = true;
        while (delivered) {
            delivered = requests.deliverWaiting(responses);
            delivered |= responses.deliverWaiting(requests);
        }
    }

    void noteWaiting(long now) {
        requests.noteWaiting(now);
        responses.noteWaiting(now);
    }

    void giveUpLate(long now) {
        requests.giveUpLate(now, responses);
        deliverWaiting();
        responses.giveUpLate(now, requests);
        deliverWaiting();
    }

    void flush() {
        requests.flush(responses);
        responses.flush(requests);
    }
}
