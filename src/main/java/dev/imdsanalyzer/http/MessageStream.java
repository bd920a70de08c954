package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;

/**
 * One direction of a connection: heads parsed, bodies passed over in place.
 *
 * <p>After bytes that are missing where they matter, and on a connection that was joined after its start, it discards
 * whole deliveries until one begins with a head; nothing is called malformed then.
 */
abstract class MessageStream<P extends HeadParser> {
    /** What the next bytes are. */
    private enum State {
        HEAD,
        /** A head only if a guess was right; if it was not, nothing more is told. */
        GUESSED_HEAD,
        /** Whatever came before the next head, or that head. */
        RESYNCHRONISING,
        LENGTH_BODY,
        CHUNKED_BODY,
        UNTIL_CLOSE_BODY,
        /** Nothing of what comes is looked at. */
        STOPPED
    }

    protected final HttpContext context;
    protected final HttpConnection owner;

    private final Direction direction;
    private final ParserPool<P> parsers;

    private State state;
    private boolean malformed;
    private boolean whole;

    /** The parser of the head at hand; null between heads. */
    private P parser;
    /** When the first byte of the head at hand came. */
    private long headNanos;

    /** Bytes at the end of the last delivery that were not consumed: the front of the next one. */
    private int heldBytes;

    private long remaining;
    /** Bytes that were used up, without those that are missing. */
    private long position;
    /** Where the bytes begin of which others may have been received; far away where there are none. */
    private long conflictFrom = Long.MAX_VALUE;
    private ChunkedBody chunkedBody;

    MessageStream(HttpConnection owner, HttpContext context, Direction direction, ParserPool<P> parsers) {
        this.owner = owner;
        this.context = context;
        this.direction = direction;
        this.parsers = parsers;
        whole = owner.connection.synSeen();
        state = whole ? State.HEAD : State.RESYNCHRONISING;
    }

    /** A head is complete. Says by {@link #expectBody} what follows it. */
    protected abstract void onHead(P head, long headEnd, long headNanos, long timestampNanos);

    /** Whether a body whose length nobody can tell is taken for none, if a credible head follows at once. */
    protected abstract boolean mayGuessNoBody();

    /** Whether a head may be believed that was found by searching. */
    protected abstract boolean isCredible(P head);

    /** Bytes that were no head. True if they can be explained: the stream then runs on to the end of the connection. */
    protected abstract boolean isHeadless();

    /** Heads that end behind that position may have been others. */
    protected abstract void onHeadsConflicting(long from, long timestampNanos);

    /** Content whose size was not known before. */
    protected abstract void onContent(long bytes);

    /** A message's last byte was passed, or, {@code whole} being false, what came of it is no HTTP. */
    protected abstract void onMessageEnd(boolean whole, long timestampNanos);

    /** Content is missing, but the place in the message is known. */
    protected abstract void onContentLost();

    /** Bytes are missing and the place in the stream is lost with them. */
    protected abstract void onPlaceLost(long timestampNanos);

    /** Takes bytes as {@link dev.imdsanalyzer.tcp.ConnectionHandler#onBytes} has them. */
    final int onBytes(byte[] buffer, int offset, int length, long timestampNanos) {
        int fresh = heldBytes;
        heldBytes = 0;
        int used = 0;
        while (used < length) {
            int step = step(buffer, offset + used, length - used, fresh - used, timestampNanos);
            if (step == 0) {
                break;
            }
            used += step;
            position += step;
        }
        heldBytes = length - used;
        return used;
    }

    /**
     * Takes what the state at hand asks for; 0 if that needs more bytes than there are.
     *
     * @param fresh where, from {@code offset}, the bytes begin that the last delivery did not hold yet
     */
    private int step(byte[] buffer, int offset, int length, int fresh, long timestampNanos) {
        return switch (state) {
            case HEAD, GUESSED_HEAD, RESYNCHRONISING -> head(buffer, offset, length, fresh, timestampNanos);
            case LENGTH_BODY -> lengthBody(length, timestampNanos);
            case CHUNKED_BODY -> chunkedBody(buffer, offset, length, timestampNanos);
            case UNTIL_CLOSE_BODY -> untilCloseBody(length);
            case STOPPED -> length;
        };
    }

    private int head(byte[] buffer, int offset, int length, int fresh, long timestampNanos) {
        if (parser == null) {
            parser = parsers.take();
        }
        P head = parser;
        boolean begunBefore = head.begun();
        int answer = head.parse(buffer, offset, length);
        if (!begunBefore) {
            headNanos = timestampNanos;
        }
        if (answer == HeadParser.INCOMPLETE) {
            if (head.begun()) {
                return 0;
            }
            releaseParser();
            return length;
        }
        if (answer == HeadParser.MALFORMED || (state != State.HEAD && !isCredible(head))) {
            Anomaly anomaly = head.anomaly();
            releaseParser();
            return afterBadHead(anomaly, fresh > 0 ? fresh : length, length, timestampNanos);
        }
        state = State.HEAD;
        parser = null;
        onHead(head, positionBehind(answer), headNanos, timestampNanos);
        parsers.giveBack(head);
        return answer;
    }

    private int afterBadHead(Anomaly anomaly, int deliveryLength, int length, long timestampNanos) {
        if (state == State.RESYNCHRONISING) {
            return deliveryLength;
        }
        if (state == State.GUESSED_HEAD) {
            stop();
            return length;
        }
        if (isHeadless()) {
            state = State.UNTIL_CLOSE_BODY;
            return untilCloseBody(length);
        }
        reportMalformed(anomaly, timestampNanos);
        return length;
    }

    private int chunkedBody(byte[] buffer, int offset, int length, long timestampNanos) {
        long before = chunkedBody.dataBytes();
        int used = chunkedBody.consume(buffer, offset, length);
        onContent(chunkedBody.dataBytes() - before);
        if (chunkedBody.damaged()) {
            onMessageEnd(false, timestampNanos);
            reportMalformed(Anomaly.BAD_CHUNK, timestampNanos);
            return length;
        }
        if (chunkedBody.done()) {
            state = State.HEAD;
            onMessageEnd(true, timestampNanos);
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
        if (remaining > 0 && conflictFrom < position + count) {
            // The content is nobody's business.
            conflictFrom = Long.MAX_VALUE;
        }
        if (remaining == 0) {
            state = State.HEAD;
            onMessageEnd(true, timestampNanos);
        }
    }

    /** Called by {@link #onHead}: what follows the head, as {@link BodyLength} has it. */
    protected final void expectBody(long length, long timestampNanos) {
        if (length == BodyLength.BAD) {
            onMessageEnd(false, timestampNanos);
            reportMalformed(Anomaly.BAD_BODY_LENGTH, timestampNanos);
            if (mayGuessNoBody()) {
                state = State.GUESSED_HEAD;
            }
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
        long from = position + heldBytes - back;
        onHeadsConflicting(from, timestampNanos);
        if (from >= position || parser != null) {
            conflictFrom = Math.min(conflictFrom, from);
        }
    }

    /** Whether a head that ends at that position is one of those that may have been others; no later one is then. */
    protected final boolean takeConflict(long headEnd) {
        boolean conflicting = headEnd > conflictFrom;
        if (conflicting) {
            conflictFrom = Long.MAX_VALUE;
        }
        return conflicting;
    }

    /** Position behind a head of that many bytes that is being handed over. */
    protected final long positionBehind(int headBytes) {
        return position + headBytes;
    }

    final void onGap(long missingBytes, long timestampNanos) {
        heldBytes = 0;
        whole = false;
        if (state == State.STOPPED) {
            return;
        }
        if (state == State.UNTIL_CLOSE_BODY) {
            onContentLost();
            onContent(Math.max(missingBytes, 0));
            return;
        }
        boolean sizeKnown = missingBytes >= 0;
        if (state == State.LENGTH_BODY && sizeKnown && missingBytes <= remaining) {
            onContentLost();
            pass(missingBytes, timestampNanos);
            return;
        }
        if (state == State.CHUNKED_BODY && sizeKnown && missingBytes <= chunkedBody.expectedBytes()) {
            onContentLost();
            chunkedBody.skip(missingBytes);
            onContent(missingBytes);
            return;
        }
        releaseParser();
        state = State.RESYNCHRONISING;
        onPlaceLost(timestampNanos);
    }

    /** Nothing of what comes is HTTP any more, as agreed upon. */
    final void stop() {
        releaseParser();
        state = State.STOPPED;
    }

    /** Whether this direction was found to carry something else than HTTP. */
    final boolean isMalformed() {
        return malformed;
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
    final boolean isWhole() {
        return whole;
    }

    protected final void reportMalformed(Anomaly anomaly, long timestampNanos) {
        stop();
        malformed = true;
        context.counters.increment(Counter.MALFORMED);
        context.handler.onMalformed(owner.connection, direction, anomaly, timestampNanos);
    }

    private void releaseParser() {
        if (parser != null) {
            parsers.giveBack(parser);
            parser = null;
        }
    }
}
