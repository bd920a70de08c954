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
    private enum Phase {
        HEAD,
        /** In a body of known length. */
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE,
        /** Nothing of what comes is looked at. */
        STOPPED
    }

    protected final HttpContext context;
    protected final HttpConnection owner;

    private final Direction direction;
    private final ParserPool<P> parsers;

    private Phase phase = Phase.HEAD;
    private boolean resynchronising;
    /** Whether the next head stands where only a guess puts it: if it is none, nothing more is told. */
    private boolean guessing;

    private boolean malformed;
    private boolean whole;

    /** The parser of the head at hand; null between heads. */
    private P parser;
    /** When the first byte of the head at hand came. */
    private long headNanos;

    /** Bytes at the end of the last delivery that were not consumed: the front of the next one. */
    private int heldBytes;

    private long remaining;
    private ChunkedBody chunkedBody;

    MessageStream(HttpConnection owner, HttpContext context, Direction direction, ParserPool<P> parsers) {
        this.owner = owner;
        this.context = context;
        this.direction = direction;
        this.parsers = parsers;
        whole = owner.connection.synSeen();
        resynchronising = !whole;
    }

    /** A head is complete. Says by {@link #expectBody} what follows it. */
    protected abstract void onHead(P head, long headNanos, long timestampNanos);

    /** Whether a body whose length nobody can tell is taken for none, if a credible head follows at once. */
    protected abstract boolean mayGuessNoBody();

    /** Whether a head may be believed that was found by searching. */
    protected abstract boolean isCredible(P head);

    /** Bytes that were no head. True if they can be explained: the stream then runs on to the end of the connection. */
    protected abstract boolean isHeadless();

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
            int available = length - used;
            int step = phase == Phase.HEAD
                    ? head(buffer, offset + used, available, fresh - used, timestampNanos)
                    : body(buffer, offset + used, available, timestampNanos);
            if (step == 0) {
                break;
            }
            used += step;
        }
        heldBytes = length - used;
        return used;
    }

    /** @param fresh where, from {@code offset}, the bytes begin that the last delivery did not hold yet */
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
        if (answer == HeadParser.MALFORMED || ((resynchronising || guessing) && !isCredible(head))) {
            Anomaly anomaly = head.anomaly();
            releaseParser();
            return afterBadHead(anomaly, fresh > 0 ? fresh : length, length, timestampNanos);
        }
        resynchronising = false;
        guessing = false;
        parser = null;
        onHead(head, headNanos, timestampNanos);
        parsers.giveBack(head);
        return answer;
    }

    private int afterBadHead(Anomaly anomaly, int deliveryLength, int length, long timestampNanos) {
        if (resynchronising) {
            return deliveryLength;
        }
        if (guessing) {
            stop();
            return length;
        }
        if (isHeadless()) {
            phase = Phase.UNTIL_CLOSE;
            return body(length, timestampNanos);
        }
        reportMalformed(anomaly, timestampNanos);
        return length;
    }

    private int body(byte[] buffer, int offset, int length, long timestampNanos) {
        if (phase != Phase.CHUNKED) {
            return body(length, timestampNanos);
        }
        long before = chunkedBody.dataBytes();
        int used = chunkedBody.consume(buffer, offset, length);
        onContent(chunkedBody.dataBytes() - before);
        if (chunkedBody.damaged()) {
            onMessageEnd(false, timestampNanos);
            reportMalformed(Anomaly.BAD_CHUNK, timestampNanos);
            return length;
        }
        if (chunkedBody.done()) {
            phase = Phase.HEAD;
            onMessageEnd(true, timestampNanos);
        }
        return used;
    }

    /** Passes over bytes of a body that need not be looked at. */
    private int body(int length, long timestampNanos) {
        if (phase == Phase.UNTIL_CLOSE) {
            onContent(length);
        }
        if (phase != Phase.LENGTH) {
            return length;
        }
        int part = (int) Math.min(remaining, length);
        pass(part, timestampNanos);
        return part;
    }

    private void pass(long count, long timestampNanos) {
        remaining -= count;
        if (remaining == 0) {
            phase = Phase.HEAD;
            onMessageEnd(true, timestampNanos);
        }
    }

    /** Called by {@link #onHead}: what follows the head, as {@link BodyLength} has it. */
    protected final void expectBody(long length, long timestampNanos) {
        if (length == BodyLength.BAD) {
            onMessageEnd(false, timestampNanos);
            reportMalformed(Anomaly.BAD_BODY_LENGTH, timestampNanos);
            if (mayGuessNoBody()) {
                phase = Phase.HEAD;
                guessing = true;
            }
        } else if (length == BodyLength.UNTIL_CLOSE) {
            phase = Phase.UNTIL_CLOSE;
        } else if (length == BodyLength.CHUNKED) {
            if (chunkedBody == null) {
                chunkedBody = new ChunkedBody();
            }
            chunkedBody.reset();
            phase = Phase.CHUNKED;
        } else {
            phase = Phase.LENGTH;
            remaining = length;
            pass(0, timestampNanos);
        }
    }

    final void onGap(long missingBytes, long timestampNanos) {
        heldBytes = 0;
        whole = false;
        if (phase == Phase.STOPPED) {
            return;
        }
        if (phase == Phase.UNTIL_CLOSE) {
            onContentLost();
            onContent(Math.max(missingBytes, 0));
            return;
        }
        boolean sizeKnown = missingBytes >= 0;
        if (phase == Phase.LENGTH && sizeKnown && missingBytes <= remaining) {
            onContentLost();
            pass(missingBytes, timestampNanos);
            return;
        }
        if (phase == Phase.CHUNKED && sizeKnown && missingBytes <= chunkedBody.expectedBytes()) {
            onContentLost();
            chunkedBody.skip(missingBytes);
            onContent(missingBytes);
            return;
        }
        releaseParser();
        phase = Phase.HEAD;
        resynchronising = true;
        onPlaceLost(timestampNanos);
    }

    /** Nothing of what comes is HTTP any more, as agreed upon. */
    final void stop() {
        releaseParser();
        phase = Phase.STOPPED;
    }

    /** Whether this direction was found to carry something else than HTTP. */
    final boolean isMalformed() {
        return malformed;
    }

    /** The parser of a head that has begun and is not complete; null if there is none, or if it is only a guess. */
    protected final P unfinishedHead() {
        return phase == Phase.HEAD && !resynchronising && !guessing ? parser : null;
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
