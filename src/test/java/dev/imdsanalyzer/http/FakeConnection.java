package dev.imdsanalyzer.http;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;

/** A connection of which only the beginning is known. */
final class FakeConnection implements Connection {
    private final long id;
    private final boolean synSeen;
    private Object attachment;

    private long openedNanos;

    FakeConnection(long id, boolean synSeen, long openedNanos) {
        this(id, synSeen);
        this.openedNanos = openedNanos;
    }

    FakeConnection(long id, boolean synSeen) {
        this.id = id;
        this.synSeen = synSeen;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public FourTuple fourTuple() {
        return null;
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
        return 0;
    }

    @Override
    public int retransmissions(Direction direction) {
        return 0;
    }

    @Override
    public boolean timeExceededSeen() {
        return false;
    }

    @Override
    public boolean responseAcknowledged() {
        return false;
    }

    @Override
    public Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object newAttachment) {
        attachment = newAttachment;
    }
}
