package dev.imdsanalyzer.tcp.segment;

/** What is known of one direction by sequence numbers: where it begins, how far it was sent, and how far it was received. */
public abstract class SequenceMarks {
    private boolean beginningKnown;
    private int beginning;
    private int sentEnd;
    private int seenEnd;
    private boolean acknowledgmentSeen;
    private int acknowledged;
    private boolean payloadSeen;
    private int payloadEnd;

    /** The handshake tells the first byte's number; {@code joined} says whether bytes were seen before that was known. */
    protected final void noteBeginning(int sequenceNumber, boolean joined) {
        sentEnd = joined ? SequenceNumber.last(sentEnd, sequenceNumber) : sequenceNumber;
        seenEnd = sentEnd;
        beginningKnown = true;
        beginning = sequenceNumber;
    }

    protected final void noteJoin(int sequenceNumber) {
        sentEnd = sequenceNumber;
        seenEnd = sequenceNumber;
    }

    /** Whether that is before the stream's first byte. */
    public final boolean isBeforeBeginning(int sequenceNumber) {
        return beginningKnown && SequenceNumber.isBefore(sequenceNumber, beginning);
    }

    /** A segment with that end was seen, taken by the receiver or not. */
    protected final void noteSeen(int end) {
        seenEnd = SequenceNumber.last(seenEnd, end);
    }

    /** One was seen that nothing speaks against. */
    protected final void noteSent(int end) {
        sentEnd = SequenceNumber.last(sentEnd, end);
    }

    /** Behind the payload of all segments that were seen. */
    public final int seenEnd() {
        return seenEnd;
    }

    /** Behind those that nothing speaks against, FIN included, delivered or not. */
    public final int sentEnd() {
        return sentEnd;
    }

    protected final void noteAcknowledgment(int sequenceNumber) {
        acknowledged = acknowledgmentSeen ? SequenceNumber.last(acknowledged, sequenceNumber) : sequenceNumber;
        acknowledgmentSeen = true;
    }

    /** Whether the receiver was heard at all. */
    public final boolean isAcknowledgmentSeen() {
        return acknowledgmentSeen;
    }

    /** How far the receiver has it; means something once it was heard. */
    public final int acknowledged() {
        return acknowledged;
    }

    /** Whether the receiver has all before that number. */
    public final boolean isAcknowledged(int end) {
        return acknowledgmentSeen && !SequenceNumber.isBefore(acknowledged, end);
    }

    /** Whether the receiver has bytes behind that number. */
    public final boolean isAcknowledgedBeyond(int next) {
        return acknowledgmentSeen && SequenceNumber.isBefore(next, acknowledged);
    }

    /** Whether there was payload that the receiver does not have whole, by what is known. */
    public final boolean isPayloadUnreceived() {
        return payloadSeen && !isAcknowledged(payloadEnd);
    }

    protected final void notePayloadEnd(int end) {
        payloadEnd = payloadSeen ? SequenceNumber.last(payloadEnd, end) : end;
        payloadSeen = true;
    }

    /** Whether there was payload, and the receiver has all of it. */
    public final boolean isPayloadAcknowledged() {
        return payloadSeen && isAcknowledged(payloadEnd);
    }
}
