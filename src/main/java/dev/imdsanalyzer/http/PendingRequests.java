package dev.imdsanalyzer.http;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.tcp.Direction;

/**
 * The requests of one connection that wait for their response, in order: responses come in the same order (RFC 9112
 * section 9.3.2). A request that was given up by the timer stays in line, so that its late response meets
 * it and no other.
 *
 * <p>Bytes missing from the responses put every waiting request in doubt, and bytes missing from the requests the ones behind
 * them. Then sequence and acknowledgment numbers tell which response cannot belong to which request. A client that pipelines
 * nothing sends a request only after the response to the one before, so each response begins where the client had received
 * all when it sent the request. Once a connection was seen to pipeline, a response is given to a request only where no other
 * can be its own. What nobody can tell is lost.
 */
final class PendingRequests {
    /** RFC 9110 section 15.5.9: also sent where no request has begun. */
    private static final int REQUEST_TIMEOUT = 408;

    /** IMDS answers in a hundredth of it: what did not come so long will not come. */
    private static final long QUIET_NANOS = 1_000_000_000L;

    private final AwaitedConnection owner;
    private final RequestSide requests;
    private final HttpContext context;

    private HttpExchange first;
    private HttpExchange last;
    private int size;
    /** Requests behind {@link #last} that found no room. Until the line has emptied no other may join it. */
    private int untracked;

    private boolean pipelining;

    /** Of a client that pipelines, some of those before may still be to come, and nobody can tell how many. */
    private boolean ambiguous;
    /** When a request or a response was seen last. */
    private long newestNanos;
    /** A request was seen before. */
    private boolean known;
    /** Since the newest request, responses came that answer none that was seen, or may have come. */
    private boolean unexplained;
    /**
     * Sequence number behind the newest bytes that are missing, or that began a response to no request that was seen: who had
     * not received them when it sent a request may have been answered there. -1 if there are none.
     */
    private long missingEnd = -1;

    PendingRequests(AwaitedConnection owner, RequestSide requests, HttpContext context) {
        this.owner = owner;
        this.requests = requests;
        this.context = context;
    }

    /** Lets a request wait; false if there is no room, and then its response will be dropped. */
    boolean add(HttpExchange exchange, long timestampNanos) {
        if (!pipelining) {
            while (first != null && first.doubtful && isAnsweredBefore(exchange)) {
                context.end(removeFirst(), Exchange.End.RESPONSE_LOST, timestampNanos);
            }
        }
        noteLoss(exchange, timestampNanos);
        boolean room = context.makeRoom(timestampNanos);
        if (!room || untracked > 0 || size == context.limits.maximumPendingRequests()) {
            untracked++;
            context.counters.increment(Counter.REQUESTS_UNTRACKED);
            return false;
        }
        if (first == null) {
            first = exchange;
        } else {
            // Both heads in one segment, or the client had received nothing between them.
            boolean nothingBetween = exchange.acknowledged >= 0 && last.acknowledged == exchange.acknowledged;
            pipelining |= last.requestNanos() == exchange.requestNanos() || nothingBetween;
            last.next = exchange;
        }
        last = exchange;
        exchange.waiting = true;
        size++;
        context.waiting++;
        context.timer.start(exchange, timestampNanos);
        return true;
    }

    /**
     * The exchange that a response belongs to, which no longer waits; a new one without a request if there is none.
     *
     * @param sequence sequence number of its first byte; -1 if unknown
     * @param acknowledgment how far IMDS had received the requests when it sent that; -1 if unknown
     * @return null if nobody wants to hear of that response
     */
    HttpExchange take(int status, long sequence, long acknowledgment, long headNanos, long timestampNanos) {
        while (first != null && first.noRequest && first.next != null && status < 400) {
            // No server serves what is no request, and not all answer it.
            context.end(removeFirst(), Exchange.End.CLOSED_UNANSWERED, timestampNanos);
        }
        HttpExchange answered = answered(sequence, acknowledgment);
        if (answered != null) {
            while (first != answered) {
                context.end(removeFirst(), Exchange.End.RESPONSE_LOST, timestampNanos);
            }
            removeFirst();
            newestNanos = timestampNanos;
            // The rest of it is missing, and perhaps more behind it.
            unexplained |= answered.doubtful;
            pipelining |= first != null && !answered.doubtful && !isBefore(answered.acknowledged, first.acknowledged);
            return answered;
        }
        newestNanos = timestampNanos;
        if (first != null && pipelining && (first.doubtful || first.behindLoss)) {
            ambiguous = true;
            doubtLine();
        }
        while (first != null && first.doubtful && !isBefore(sequence, first.acknowledged)) {
            context.end(removeFirst(), Exchange.End.RESPONSE_LOST, timestampNanos);
        }
        if (untracked > 0) {
            untracked--;
            return null;
        }
        if (mayAnswerHeadAtHand(sequence, acknowledgment)) {
            HttpExchange begun = requests.takeBegun();
            if (begun != null) {
                return begun;
            }
            if (requests.isHeadUnfinished()) {
                // It answers what was no request yet; that is told when the head is known to stay incomplete.
                return null;
            }
        }
        unexplained = true;
        context.counters.increment(Counter.RESPONSES_UNMATCHED);
        if (status == REQUEST_TIMEOUT && requests.isWhole()) {
            // A server's farewell to a connection that idles: nobody has asked anything.
            return null;
        }
        missingEnd = sequence < 0 ? missingEnd : (sequence + 1) & 0xFFFFFFFFL;
        return new HttpExchange(owner, false, headNanos);
    }

    /**
     * Requests whose heads end behind that position may have been others. One that was told already, as nothing answered it
     * in time, gets another one in its place: that may be the one that is answered.
     */
    void conflict(long from, long timestampNanos) {
        HttpExchange previous = null;
        HttpExchange exchange = first;
        while (exchange != null) {
            if (exchange.headEnd > from) {
                exchange.requestConflicting = true;
                if (exchange.ended) {
                    exchange = replace(exchange, previous, timestampNanos);
                }
            }
            previous = exchange;
            exchange = exchange.next;
        }
    }

    private HttpExchange replace(HttpExchange told, HttpExchange previous, long timestampNanos) {
        HttpExchange other = new HttpExchange(owner, true, timestampNanos);
        other.headEnd = told.headEnd;
        other.requestConflicting = true;
        other.doubtful = told.doubtful;
        other.next = told.next;
        told.next = null;
        if (previous == null) {
            first = other;
        } else {
            previous.next = other;
        }
        if (last == told) {
            last = other;
        }
        context.timer.start(other, timestampNanos);
        return other;
    }

    /** Whether the client had received more than it had at the first request when it sent that one, as far as is known. */
    private boolean isAnsweredBefore(HttpExchange exchange) {
        return exchange.acknowledged < 0 || isBefore(first.acknowledged, exchange.acknowledged);
    }

    /**
     * Which of the requests in line the response answers; null if none, or if nobody can tell.
     *
     * <p>While nothing is missing, it is the first. Where something is, the client's acknowledgments tell: what it had received
     * when it sent a request cannot answer it, and a client that pipelines nothing had received all before the answer.
     */
    private HttpExchange answered(long sequence, long acknowledgment) {
        if (first == null) {
            return null;
        }
        boolean told = sequence >= 0 && first.acknowledged >= 0;
        if (!told) {
            return pipelining && first.doubtful ? null : first.doubtful ? last : first;
        }
        if (!first.doubtful && !first.behindLoss) {
            return mayAnswer(first, sequence, acknowledgment) ? first : null;
        }
        return pipelining ? onlyOne(sequence, acknowledgment) : justBehind(sequence, acknowledgment);
    }

    /** Looks whether requests that are missing before this one were not answered when it was sent. */
    private void noteLoss(HttpExchange exchange, long timestampNanos) {
        ambiguous &= first != null || timestampNanos - newestNanos < QUIET_NANOS;
        exchange.behindLoss |= ambiguous;
        long presented = owner.connection().presentedEnd(Direction.RESPONSE);
        boolean allPresented = presented >= 0 && !isBefore(presented, exchange.acknowledged);
        pipelining |= exchange.behindLoss && known && !unexplained && allPresented;
        known = true;
        // Where bytes were given up, a request may be shown later than its own response.
        unexplained = isBefore(exchange.acknowledged, missingEnd);
        exchange.doubtful |= unexplained;
        newestNanos = timestampNanos;
    }

    /** The response may not begin before what the client had received, nor before IMDS had received the request. */
    private static boolean mayAnswer(HttpExchange exchange, long sequence, long acknowledgment) {
        return !isBefore(sequence, exchange.acknowledged) && !isBefore(acknowledgment, exchange.sequenceEnd);
    }

    /** Of a client that waits for each answer: the request that it sent when it had received all before this one. */
    private HttpExchange justBehind(long sequence, long acknowledgment) {
        HttpExchange possible = null;
        boolean lost = isRequestMissing(acknowledgment);
        for (HttpExchange exchange = first; exchange != null; exchange = exchange.next) {
            if (exchange.acknowledged == sequence && mayAnswer(exchange, sequence, acknowledgment)) {
                return exchange;
            }
            lost |= exchange.behindLoss;
            possible = mayAnswer(exchange, sequence, acknowledgment) ? exchange : possible;
        }
        return lost ? null : possible;
    }

    /** Of a client that does not wait: the one that it must be, if others cannot be it. */
    private HttpExchange onlyOne(long sequence, long acknowledgment) {
        HttpExchange only = null;
        boolean lost = isRequestMissing(acknowledgment);
        for (HttpExchange exchange = first; exchange != null; exchange = exchange.next) {
            lost |= exchange.behindLoss;
            if (mayAnswer(exchange, sequence, acknowledgment)) {
                if (only != null) {
                    return null;
                }
                only = exchange;
            }
        }
        return lost ? null : only;
    }

    /** Whether IMDS had received requests that are lost, or still to be shown, behind those that were seen. */
    private boolean isRequestMissing(long acknowledgment) {
        return requests.isLost() || isMoreReceived(acknowledgment);
    }

    private boolean isMoreReceived(long acknowledgment) {
        return isBefore(owner.connection().presentedEnd(Direction.REQUEST), acknowledgment);
    }

    /** What the client had received when it began the head answers another one, and so does what was sent after more of it. */
    private boolean mayAnswerHeadAtHand(long sequence, long acknowledgment) {
        return !isBefore(sequence, requests.headAcknowledgment()) && !isMoreReceived(acknowledgment);
    }

    /** Whether a sequence number is before another; not where either is unknown. */
    private static boolean isBefore(long sequenceNumber, long other) {
        return sequenceNumber >= 0 && other >= 0 && (int) sequenceNumber - (int) other < 0;
    }

    /** An interim response passed: the final one begins behind it. */
    void passInterim(long sequence, int length) {
        if (first != null && sequence >= 0 && first.acknowledged == sequence) {
            first.acknowledged = (sequence + length) & 0xFFFFFFFFL;
        }
    }

    /** Whether the next response is for a request of HTTP/0.9. */
    boolean awaitsSimpleResponse() {
        return first != null && first.simple;
    }

    /** Somebody else needs the room: their responses are still told from those that follow, and dropped. */
    void giveUp(long timestampNanos) {
        while (first != null) {
            HttpExchange exchange = removeFirst();
            untracked++;
            context.counters.add(Counter.REQUESTS_UNTRACKED, exchange.ended ? 0 : 1);
            context.end(exchange, Exchange.End.RESPONSE_LOST, timestampNanos);
        }
    }

    /** Bytes are missing in which responses may have been. */
    void doubtAll() {
        untracked = 0;
        unexplained = true;
        missingEnd = owner.connection().presentedEnd(Direction.RESPONSE);
        doubtLine();
    }

    private void doubtLine() {
        for (HttpExchange exchange = first; exchange != null; exchange = exchange.next) {
            exchange.doubtful = true;
        }
    }

    /** No response will come. */
    void endAll(long timestampNanos) {
        untracked = 0;
        while (first != null) {
            HttpExchange exchange = removeFirst();
            context.end(
                    exchange,
                    exchange.doubtful ? Exchange.End.RESPONSE_LOST : Exchange.End.CLOSED_UNANSWERED,
                    timestampNanos);
        }
    }

    private HttpExchange removeFirst() {
        HttpExchange exchange = first;
        first = exchange.next;
        exchange.next = null;
        exchange.waiting = false;
        size--;
        context.waiting--;
        if (first == null) {
            last = null;
        }
        return exchange;
    }
}
