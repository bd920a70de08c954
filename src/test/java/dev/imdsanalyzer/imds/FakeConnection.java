package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;

/** A connection whose evidence a test sets by hand. */
final class FakeConnection implements Connection {
    int timeToLive;
    int responseRetransmissions;
    boolean timeExceeded;
    boolean acknowledged;
    /** Whether the stage before this one is there, too. */
    boolean decoded;

    private Object attachment;

    @Override
    public long id() {
        return 7;
    }

    @Override
    public FourTuple fourTuple() {
        return new FourTuple(IpAddress.ipv4(0x0A000005), 40_112, IpAddress.IMDS_IPV4, 80);
    }

    @Override
    public long openedNanos() {
        return 0;
    }

    @Override
    public boolean synSeen() {
        return true;
    }

    @Override
    public long initialSequenceNumber() {
        return 1;
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
