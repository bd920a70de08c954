package dev.imdsanalyzer.http;

import dev.imdsanalyzer.tcp.Direction;

/**
 * What one direction makes of its bytes: by what a head of it is known, and what it does with heads, with bodies, and with bytes that
 * are neither or are missing. Which bytes are what is found out by {@link MessageStream}.
 */
abstract class MessageEvents<P extends HeadParser> {
    protected abstract Direction direction();

    /** A head is complete, or the last piece of one. Says by {@link MessageStream#expectBody} what follows it. */
    protected abstract void onHead(P head, long headNanos, long timestampNanos);

    /** A head is longer than the limit, and this is the next piece of it. */
    protected abstract void onHeadPiece(P head, long headNanos, long timestampNanos);

    /** Some of a head is there, more is to come; it may be a candidate only. */
    protected abstract void onHeadBegun(P head, long headNanos);

    /** The start line of a head was read, the rest of it is lost; nothing that stood in the bytes may be asked for. */
    protected abstract void onHeadLost(P head, long headNanos, long timestampNanos);

    /** What was begun is no head. */
    protected abstract void onCandidateRejected();

    /** Whether a plain head may begin there, as far as there are bytes. */
    protected abstract boolean mayBegin(byte[] buffer, int from, int end);

    /** Whether a candidate may be believed whose start line is read. */
    protected abstract boolean isPlain(P head);

    /** Whether a head may follow this byte where nobody knows what the bytes are. */
    protected abstract boolean isBoundary(byte octet);

    /** Bytes that were no head. True if they can be explained: the stream then runs on to the end of the connection. */
    protected abstract boolean isHeadless();

    /** Heads that end behind that position may have been others. */
    protected abstract void onHeadsConflicting(long from, long timestampNanos);

    /** Bytes that are no head, and cannot be explained. Told once for all up to the next head. */
    protected abstract void onBadBytes(Anomaly anomaly, long timestampNanos);

    /** Nobody can tell where the message at hand ends. */
    protected abstract void onBadBody(Anomaly anomaly, long timestampNanos);

    /** A head was found in the place of the body of a message that was answered already. */
    protected abstract void onBodyMissing();

    /** Content whose size was not known before. */
    protected abstract void onContent(long bytes);

    /** A message's last byte was passed. */
    protected abstract void onMessageEnd(long timestampNanos);

    /** Content is missing, but the place in the message is known. */
    protected abstract void onContentLost();

    /** Bytes are missing and the place in the stream is lost with them. */
    protected abstract void onPlaceLost(long timestampNanos);
}
