package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Connection;

/**
 * One direction of a connection: heads parsed, bodies passed over in place.
 *
 * <p>It is never given up. After bytes that are no head, after missing ones that matter, and on a connection that was joined
 * after its start, it searches for what can only be the begin of a head; each byte is looked at twice at most.
 */
abstract class MessageStream<P extends HeadParser> extends MessageEvents<P> {
    /** What the next bytes are. */
    private enum State {
        HEAD,
        /** A head if it proves to be a plain one. */
        CANDIDATE,
        /** Whatever comes before the next head. */
        SEARCHING,
        /** The rest of a line in which there is no head. */
        SKIPPING_LINE,
        LENGTH_BODY,
        CHUNKED_BODY,
        UNTIL_CLOSE_BODY,
        /** Nothing of what comes is looked at. */
        STOPPED
    }

    protected final HttpContext context;

    private final Connection connection;
    private final StreamPosition position = new StreamPosition();
    private final ParserPool<P> parsers;

    private State state;
    /** Where a search may find a head: at its begin, and behind a byte that no text goes on behind. */
    private boolean boundary = true;
    /** What is searched for follows missing bytes, so that a delivery may begin with it. */
    private boolean afterGap;
    /** What the bytes are if the candidate among them is none. */
    private State unlessCandidate;
    /** Whether the next head may stand in the place of the body of the message at hand, of which nothing came so far. */
    private boolean mayHaveNoBody;

    private boolean whole;

    /** The parser of the head at hand; null between heads. */
    private P parser;
    /** When the first byte of the head at hand came. */
    private long headNanos;
    /** Sequence number of that byte, and how far its sender had received the other direction; -1 if unknown. */
    private long headSequence = -1;

    private long headAcknowledgment = -1;

    private long remaining;
    private ChunkedBody chunkedBody;

    MessageStream(Connection connection, HttpContext context, ParserPool<P> parsers) {
        this.connection = connection;
        this.context = context;
        this.parsers = parsers;
        whole = connection.synSeen();
        afterGap = !whole;
        state = whole ? State.HEAD : State.SEARCHING;
    }

    /** Takes bytes as {@link dev.imdsanalyzer.tcp.ConnectionHandler#onBytes} has them. */
    final int onBytes(byte[] buffer, int offset, int length, long timestampNanos) {
        boundary |= afterGap && state == State.SEARCHING;
        int used = 0;
        while (used < length) {
            int step = step(buffer, offset + used, length - used, timestampNanos);
            if (step == 0) {
                break;
            }
            used += step;
            position.use(step);
        }
        position.leave(length - used);
        return used;
    }

    /** Takes what the state at hand asks for; 0 if that needs more bytes than there are. */
    private int step(byte[] buffer, int offset, int length, long timestampNanos) {
        return switch (state) {
            case HEAD, CANDIDATE -> head(buffer, offset, length, timestampNanos);
            case SEARCHING -> search(buffer, offset, length, timestampNanos);
            case SKIPPING_LINE -> skipLine(buffer, offset, length);
            case LENGTH_BODY, CHUNKED_BODY -> body(buffer, offset, length, timestampNanos);
            case UNTIL_CLOSE_BODY -> untilCloseBody(length);
            case STOPPED -> length;
        };
    }

    private int head(byte[] buffer, int offset, int length, long timestampNanos) {
        if (parser == null) {
            int lineEnds = lineEnds(buffer, offset, length);
            if (lineEnds > 0) {
                return lineEnds;
            }
            parser = parsers.take();
            headNanos = timestampNanos;
            headSequence = sequenceOf(length);
            headAcknowledgment = connection.presentedAcknowledgment(direction());
        }
        P head = parser;
        int answer = head.parse(buffer, offset, length);
        if (state == State.CANDIDATE) {
            boolean plain = mayBegin(buffer, offset, offset + length) && (!head.startLineRead() || isPlain(head));
            if (answer == HeadParser.MALFORMED || !plain) {
                return rejectCandidate(buffer, offset, length, timestampNanos);
            }
            if (head.startLineRead()) {
                acceptCandidate();
            }
        }
        if (answer == HeadParser.MALFORMED) {
            return afterBadHead(buffer, offset, length, timestampNanos);
        }
        if (answer == HeadParser.INCOMPLETE) {
            onHeadBegun(head, headNanos);
            return 0;
        }
        if (answer == HeadParser.OVER_LIMIT) {
            int used = head.headLength();
            position.headEndsBehind(used);
            onHeadPiece(head, headNanos, timestampNanos);
            head.readOn();
            return used;
        }
        parser = null;
        position.headEndsBehind(answer);
        onHead(head, headNanos, timestampNanos);
        parsers.giveBack(head);
        return answer;
    }

    /** Sequence number of the first of the last {@code remaining} bytes that were presented; -1 if unknown. */
    private long sequenceOf(int remaining) {
        long end = connection.presentedEnd(direction());
        return end < 0 ? -1 : (end - remaining) & 0xFFFFFFFFL;
    }

    /** How many bytes of empty lines are in front of a head (RFC 9112 section 2.2). */
    private static int lineEnds(byte[] buffer, int offset, int length) {
        int next = 0;
        while (next < length && (buffer[offset + next] == Octets.CR || buffer[offset + next] == Octets.LF)) {
            next++;
        }
        return next;
    }

    private void acceptCandidate() {
        state = State.HEAD;
        afterGap = false;
        if (unlessCandidate != null) {
            unlessCandidate = null;
            onBodyMissing();
        }
    }

    /** Either it is the rest of a line that is none, or the line is bad as a whole, whatever else is in it. */
    private int rejectCandidate(byte[] buffer, int offset, int length, long timestampNanos) {
        releaseParser();
        onCandidateRejected();
        if (unlessCandidate != null) {
            state = unlessCandidate;
            unlessCandidate = null;
            return step(buffer, offset, length, timestampNanos);
        }
        if (mayBegin(buffer, offset, offset + length)) {
            state = State.SKIPPING_LINE;
            return skipLine(buffer, offset, length);
        }
        return searchBehind(buffer[offset]);
    }

    private int searchBehind(byte octet) {
        state = State.SEARCHING;
        boundary = isBoundary(octet);
        return 1;
    }

    private int afterBadHead(byte[] buffer, int offset, int length, long timestampNanos) {
        Anomaly anomaly = parser.anomaly();
        releaseParser();
        if (isHeadless()) {
            state = State.UNTIL_CLOSE_BODY;
            return untilCloseBody(length);
        }
        onBadBytes(anomaly, timestampNanos);
        return searchBehind(buffer[offset]);
    }

    private int search(byte[] buffer, int offset, int length, long timestampNanos) {
        int end = offset + length;
        for (int next = offset; next < end; next++) {
            if (boundary && mayBegin(buffer, next, end)) {
                state = State.CANDIDATE;
                return next > offset ? next - offset : head(buffer, offset, length, timestampNanos);
            }
            boundary = isBoundary(buffer[next]);
        }
        return length;
    }

    private int skipLine(byte[] buffer, int offset, int length) {
        int next = offset;
        while (next < offset + length && buffer[next] != Octets.LF) {
            next++;
        }
        if (next == offset + length) {
            return length;
        }
        return next - offset + searchBehind(Octets.LF);
    }

    private int body(byte[] buffer, int offset, int length, long timestampNanos) {
        if (mayHaveNoBody) {
            mayHaveNoBody = false;
            if (mayBegin(buffer, offset, offset + length)) {
                unlessCandidate = state;
                state = State.CANDIDATE;
                return head(buffer, offset, length, timestampNanos);
            }
        }
        return state == State.LENGTH_BODY
                ? lengthBody(length, timestampNanos)
                : chunkedBody(buffer, offset, length, timestampNanos);
    }

    private int chunkedBody(byte[] buffer, int offset, int length, long timestampNanos) {
        long before = chunkedBody.dataBytes();
        int used = chunkedBody.consume(buffer, offset, length);
        onContent(chunkedBody.dataBytes() - before);
        if (chunkedBody.damaged()) {
            onBadBody(Anomaly.BAD_CHUNK, timestampNanos);
            searchHere();
            return used > 0 ? used : search(buffer, offset, length, timestampNanos);
        }
        if (chunkedBody.done()) {
            state = State.HEAD;
            onMessageEnd(timestampNanos);
        }
        return used;
    }

    private int untilCloseBody(int length) {
        onContent(length);
        return length;
    }

    private int lengthBody(int length, long timestampNanos) {
        int part = (int) Math.min(remaining, length);
        pass(part, timestampNanos);
        return part;
    }

    private void pass(long count, long timestampNanos) {
        remaining -= count;
        if (remaining > 0) {
            position.passContent(count);
        }
        if (remaining == 0) {
            state = State.HEAD;
            onMessageEnd(timestampNanos);
        }
    }

    /** Called by {@link #onHead}: what follows the head, as {@link BodyLength} has it. */
    protected final void expectBody(long length, long timestampNanos) {
        mayHaveNoBody = false;
        if (length == BodyLength.BAD) {
            onBadBody(Anomaly.BAD_BODY_LENGTH, timestampNanos);
            searchHere();
        } else if (length == BodyLength.UNTIL_CLOSE) {
            state = State.UNTIL_CLOSE_BODY;
        } else if (length == BodyLength.CHUNKED) {
            if (chunkedBody == null) {
                chunkedBody = new ChunkedBody();
            }
            chunkedBody.reset();
            state = State.CHUNKED_BODY;
        } else {
            state = State.LENGTH_BODY;
            remaining = length;
            pass(0, timestampNanos);
        }
    }

    /** Takes a conflict as {@link dev.imdsanalyzer.tcp.ConnectionHandler#onConflict} has it. */
    final void onConflict(int back, long timestampNanos) {
        onHeadsConflicting(position.back(back), timestampNanos);
        position.conflict(back);
    }

    /** Whether the head that is being handed over may have been another one; no later one is then. */
    protected final boolean takeConflict() {
        return position.takeConflictOfHead();
    }

    /** The same for bytes that are no whole head, up to the last one that came. */
    protected final boolean takeConflictOfRest() {
        return position.takeConflictOfAll();
    }

    /** Sequence number of the first byte of the newest head; -1 if unknown. */
    protected final long headSequence() {
        return headSequence;
    }

    /** How far the sender of that byte had received the other direction; -1 if unknown. */
    public final long headAcknowledgment() {
        return headAcknowledgment;
    }

    /** Position behind the head that is being handed over. */
    protected final long headEnd() {
        return position.headEnd();
    }

    /** The next head may begin at once, or behind whatever comes first. */
    protected final void searchHere() {
        releaseParser();
        state = State.SEARCHING;
        boundary = true;
    }

    /** Both ends may speak something else from here on; what begins as a plain head is one all the same. */
    protected final void doubtNextHead() {
        if (state != State.HEAD) {
            return;
        }
        if (parser == null) {
            searchHere();
        } else if (!parser.startLineRead()) {
            state = State.CANDIDATE;
        }
    }

    /** If the body of the message at hand was not sent yet, it may never be. */
    protected final void expectHeadInsteadOfBody() {
        mayHaveNoBody = state == State.LENGTH_BODY || state == State.CHUNKED_BODY;
    }

    final void onGap(long missingBytes, long timestampNanos) {
        whole = false;
        position.leave(0);
        if (state == State.STOPPED) {
            return;
        }
        if (state == State.UNTIL_CLOSE_BODY) {
            onContentLost();
            onContent(Math.max(missingBytes, 0));
            return;
        }
        boolean sizeKnown = missingBytes >= 0;
        if (state == State.LENGTH_BODY && sizeKnown && missingBytes <= remaining && !mayHaveNoBody) {
            onContentLost();
            pass(missingBytes, timestampNanos);
            return;
        }
        if (state == State.CHUNKED_BODY && sizeKnown && missingBytes <= chunkedBody.expectedBytes() && !mayHaveNoBody) {
            onContentLost();
            chunkedBody.skip(missingBytes);
            onContent(missingBytes);
            return;
        }
        loseHead(timestampNanos);
        searchHere();
        afterGap = true;
        unlessCandidate = null;
        onPlaceLost(timestampNanos);
    }

    /** The rest of a head that has begun will not come. */
    protected final void loseHead(long timestampNanos) {
        if (parser != null && parser.startLineRead() && !parser.inPieces()) {
            onHeadLost(parser, headNanos, timestampNanos);
        }
    }

    /** Whether the body of the message at hand has a length that has not come. */
    protected final boolean isBodyUnfinished() {
        return state == State.CHUNKED_BODY || (state == State.LENGTH_BODY && remaining > 0);
    }

    /** Nothing more comes. */
    final void stop() {
        releaseParser();
        state = State.STOPPED;
    }

    /** The parser of a head that has begun and is not complete; null if there is none, or if it is only a guess. */
    protected final P unfinishedHead() {
        return state == State.HEAD ? parser : null;
    }

    /** When the first byte of the newest head came, ns since the epoch. */
    protected final long headNanos() {
        return headNanos;
    }

    /** Whether every byte of this direction from the connection's first on was seen. */
    public final boolean isWhole() {
        return whole;
    }

    private void releaseParser() {
        if (parser != null) {
            parsers.giveBack(parser);
            parser = null;
        }
    }
}
