package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Connection;

/**
 * The exchange that the decoder keeps. One small object each: whoever gets it may hold it as long as he likes. It links
 * itself into its connection's line of waiting requests and into the {@link ResponseTimer}, which therefore need no
 * memory of their own.
 */
final class HttpExchange implements Exchange {
    /** The connection that brings the rest of it: another one if the watch over the first was interrupted. */
    AwaitedConnection owner;

    /** The next waiting request of the same connection. */
    HttpExchange next;

    /** Neighbours in the timer's list, which is in the order of the deadlines. */
    HttpExchange timedBefore;

    HttpExchange timedAfter;
    boolean timed;
    long deadlineNanos;

    /** A request that the response has no body for (HEAD), that ends HTTP if granted (CONNECT), or without version. */
    boolean head;

    boolean connect;
    boolean simple;

    /** Bytes that are no request. */
    boolean noRequest;

    boolean uncertain;

    /** It is in line for its response. */
    boolean waiting;

    /** The bytes with its response may be among those that are missing. */
    boolean doubtful;

    /** Bytes behind the response's head are missing. */
    boolean partial;

    boolean ended;

    /** Sequence number behind the request's head; -1 if it is not known. */
    long sequenceEnd = -1;

    /** How far the client had received the responses when it sent the request: its own begins there or later. -1 if unknown. */
    long acknowledged = -1;

    /** Requests between the one before and this one may be missing. */
    boolean behindLoss;

    /** Position in its stream behind the request's head. */
    long headEnd;

    /** Other bytes may have been received in the place of some of the request's head, or of the response's. */
    boolean requestConflicting;

    boolean responseConflicting;

    /** IMDS closed the connection before the end of the body. */
    boolean responseCut;

    private final boolean requestSeen;
    private final long requestNanos;
    private boolean responseSeen;
    private long responseNanos;
    private long responseBodyBytes;
    private Object attachment;

    HttpExchange(AwaitedConnection owner, boolean requestSeen, long requestNanos) {
        this.owner = owner;
        this.requestSeen = requestSeen;
        this.requestNanos = requestNanos;
    }

    void responded(long timestampNanos) {
        responseSeen = true;
        responseNanos = timestampNanos;
    }

    void addBodyBytes(long count) {
        responseBodyBytes += count;
    }

    @Override
    public Connection connection() {
        return owner.connection();
    }

    @Override
    public boolean requestSeen() {
        return requestSeen;
    }

    @Override
    public boolean uncertain() {
        return uncertain;
    }

    @Override
    public long requestNanos() {
        return requestNanos;
    }

    @Override
    public boolean requestConflicting() {
        return requestConflicting;
    }

    @Override
    public boolean responseConflicting() {
        return responseConflicting;
    }

    @Override
    public boolean responseCut() {
        return responseCut;
    }

    @Override
    public boolean responseSeen() {
        return responseSeen;
    }

    @Override
    public long responseNanos() {
        return responseNanos;
    }

    @Override
    public long responseBodyBytes() {
        return responseBodyBytes;
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
