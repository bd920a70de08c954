package dev.imdsanalyzer.tcp;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import java.util.EnumMap;
import java.util.Map;

/** A connection for the stages after this one, whose evidence a test sets by hand. */
public final class FakeConnection implements Connection {
    private static final FourTuple ENDS = new FourTuple(IpAddress.ipv4(0x0A000005), 40_112, IpAddress.IMDS_IPV4, 80);

    public FourTuple ends = ENDS;
    public int timeToLive;
    public int responseRetransmissions;
    public boolean timeExceeded;
    public boolean acknowledged;
    /** Whether the stage that the attachment belongs to is there. */
    public boolean decoded = true;

    /** As {@link Connection#presentedEnd}; what is not in it is not known. */
    public final Map<Direction, Long> presentedEnds = new EnumMap<>(Direction.class);

    /** As {@link Connection#presentedAcknowledgment}; what is not in it is not known. */
    public final Map<Direction, Long> presentedAcknowledgments = new EnumMap<>(Direction.class);

    private final long id;
    private final boolean synSeen;
    private final long openedNanos;
    private Object attachment;

    public FakeConnection(long id, boolean synSeen, long openedNanos) {
        this.id = id;
        this.synSeen = synSeen;
        this.openedNanos = openedNanos;
    }

    public FakeConnection(long id, boolean synSeen) {
        this(id, synSeen, 0);
    }

    /** For stages that stand alone: who attaches something to it is refused until {@link #decoded}. */
    public static FakeConnection undecoded() {
        FakeConnection connection = new FakeConnection(7, true);
        connection.decoded = false;
        return connection;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public FourTuple fourTuple() {
        return ends;
    }

    @Override
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public boolean synSeen() {
        return synSeen;
    }

    @Override
    public long initialSequenceNumber() {
        return synSeen ? 1 : -1;
    }

    @Override
    public int responseTimeToLive() {
        return timeToLive;
    }

    @Override
    public int retransmissions(Direction direction) {
        return direction == Direction.RESPONSE ? responseRetransmissions : 0;
    }

    @Override
    public boolean timeExceededSeen() {
        return timeExceeded;
    }

    @Override
    public boolean responseAcknowledged() {
        return acknowledged;
    }

    @Override
    public long presentedEnd(Direction direction) {
        return presentedEnds.getOrDefault(direction, -1L);
    }

    @Override
    public long presentedAcknowledgment(Direction direction) {
        return presentedAcknowledgments.getOrDefault(direction, -1L);
    }

    @Override
    public Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object newAttachment) {
        if (!decoded) {
            throw new IllegalStateException("the connection's attachment belongs to the stage before");
        }
        attachment = newAttachment;
    }
}
