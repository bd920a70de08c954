package dev.imdsanalyzer.tcp.connection;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.buffer.IntrusiveList;
import dev.imdsanalyzer.tcp.segment.ObservationPoint;
import dev.imdsanalyzer.tcp.segment.PayloadRange;
import dev.imdsanalyzer.tcp.segment.SequenceNumber;
import dev.imdsanalyzer.tcp.stream.ReassemblyContext;
import dev.imdsanalyzer.tcp.stream.SeenConnection;
import dev.imdsanalyzer.tcp.stream.StreamAssembler;

/** One connection and its two streams, under every four-tuple that it bears on this host. */
final class TrackedConnection implements SeenConnection {
    /** How many idle times a connection stays open that holds a part of a request. */
    private static final int MOST_IDLE_TIMES = 12;

    private final long id;
    private final long openedNanos;
    private final long beganNanos;
    private final StreamAssembler requests;
    private final StreamAssembler responses;
    private final ReassemblyContext context;

    /** Place in the lists of {@link ConnectionAges}. */
    final IntrusiveList.Node<TrackedConnection> age = new IntrusiveList.Node<>(this);

    IntrusiveList.Node<TrackedConnection> check;
    long activeAt;
    long checkAt;

    private Flow<TrackedConnection> flows;
    private Flow<TrackedConnection> callerFlow;
    private int flowCount;
    private FourTuple fourTuple;
    private Handshake<TrackedConnection> handshake;
    private boolean answered;
    private boolean timeExceeded;
    private boolean reset;
    private boolean resetByClient;
    private int resetNumber;
    private long resetAt;
    private boolean clientSumsTell;
    private boolean serverSumsTell;
    private ReceiverState receiver;
    private boolean closed;
    private long closedAt;
    private byte idleTimes;
    private byte answerPath;
    private Object attachment;

    /**
     * A connection whose first segment was just seen.
     *
     * @param openedNanos time of that segment, ns since the epoch
     * @param beganNanos time of its SYN; Long.MIN_VALUE where the capture began later
     */
    TrackedConnection(long id, long openedNanos, long beganNanos, ReassemblyContext context) {
        this.id = id;
        this.openedNanos = openedNanos;
        this.beganNanos = beganNanos;
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
    public long beganNanos() {
        return beganNanos;
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
    public long presentedEnd(Direction direction) {
        return (direction == Direction.REQUEST ? requests : responses).next() & 0xFFFFFFFFL;
    }

    @Override
    public long presentedAcknowledgment(Direction direction) {
        return direction == Direction.REQUEST
                ? requests.presentedAcknowledgment()
                : responses.presentedAcknowledgment();
    }

    @Override
    public boolean answeredFromHere() {
        return AnswerPath.isLocal(answerPath);
    }

    /** Takes note of a sight of any of its segments. */
    void noteSight(TcpSegment segment) {
        answerPath = AnswerPath.noted(answerPath, segment);
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
    Flow<TrackedConnection> flows() {
        return flows;
    }

    @Override
    public boolean passesPlaces() {
        return flowCount > 1 || flows.isSeenInSeveralPlaces();
    }

    int flowCount() {
        return flowCount;
    }

    /** Adds a four-tuple. The one whose client segments passed the fewest hops is the caller's own. */
    void addFlow(Flow<TrackedConnection> flow) {
        flow.nextOfConnection = flows;
        flows = flow;
        flowCount++;
        if (callerFlow == null || flow.clientTimeToLive > callerFlow.clientTimeToLive) {
            callerFlow = flow;
            fourTuple = null;
        }
    }

    @Override
    public int answered(Direction direction) {
        StreamAssembler peer = direction == Direction.REQUEST ? responses : requests;
        return peer.isPositioned() ? peer.next() : 0;
    }

    /** What is known of IMDS's end. */
    ReceiverState receiver() {
        if (receiver == null) {
            receiver = new ReceiverState();
        }
        return receiver;
    }

    /** The bits of {@link dev.imdsanalyzer.tcp.segment.Doubts} that a segment of the client, other than a SYN, has by its numbers. */
    int receiverDoubts(TcpSegment segment) {
        return receiver().doubts(segment, handshake, answered ? responses : null);
    }

    /** Whether a wrong sum of that side says anything: others of it were right, or left to the network card. */
    boolean isChecksumTelling(boolean fromClient) {
        return fromClient ? clientSumsTell : serverSumsTell;
    }

    /** Takes note of a segment without {@link dev.imdsanalyzer.tcp.segment.Doubts}. */
    void noteTaken(TcpSegment segment) {
        boolean tells = segment.checksum == Checksum.RIGHT || segment.checksum == Checksum.LEFT_TO_DEVICE;
        idleTimes = 0;
        if (segment.fromClient) {
            clientSumsTell |= tells;
        } else {
            serverSumsTell |= tells;
        }
        if (!segment.fromClient) {
            receiver().noteServer(segment, handshake);
        } else if (!segment.has(TcpSegment.SYN)) {
            receiver().noteClient(segment, requests, handshake);
        }
    }

    /** Whether it is idle in the middle of a request, and not for too long: its rest may still come and be served. */
    boolean mayWaitOn() {
        return requests.holdsPart() && idleTimes++ < MOST_IDLE_TIMES;
    }

    /** Whether the segment has bytes that the client sent after all that came before; not of another life of its ports. */
    boolean isNews(TcpSegment segment) {
        if (!segment.fromClient || segment.has(TcpSegment.SYN) || segment.has(TcpSegment.RST)) {
            return false;
        }
        int ahead = requests.isPositioned() ? SequenceNumber.distance(requests.next(), PayloadRange.end(segment)) : 0;
        return segment.payloadLength > 0 && (ahead > 0 || ahead < -PayloadRange.WINDOW_BYTES);
    }

    /** Null if the capture came in later. */
    Handshake<TrackedConnection> handshake() {
        return handshake;
    }

    void setHandshake(Handshake<TrackedConnection> seen) {
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

    void setReset(TcpSegment segment, long now) {
        if (!reset) {
            reset = true;
            resetAt = now;
        }
        resetByClient = segment.fromClient;
        resetNumber = segment.sequenceNumber;
    }

    /** A reset may overtake data on its way through the capture. */
    boolean isResetDue(long now) {
        return reset && now - resetAt >= context.reorderNanos();
    }

    /** Looks whether its receiver believed a reset that is due: only at just the byte that it expected. */
    boolean takeResetDue() {
        StreamAssembler stream = resetByClient ? requests : responses;
        reset = !stream.isPositioned()
                || stream.next() == resetNumber
                || stream.sentEnd() == resetNumber
                || (stream.hasEnded() && stream.next() - 1 == resetNumber);
        return reset;
    }

    /** Whether IMDS sent what its client never acknowledged: it sends it again, long after the client has gone. */
    boolean isResponseUnreceived() {
        return responses.isPayloadUnreceived();
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
