package dev.imdsanalyzer.imds.exchange;

import dev.imdsanalyzer.http.Anomaly;
import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.imds.CallHandler;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.util.ArrayList;
import java.util.List;

/** Plays exchanges to an {@link ExchangeTracker} and keeps the calls that come out. */
public final class Exchanges {
    static final long START = 1_795_264_496_789_123_000L;

    final List<ImdsCall> calls = new ArrayList<>();
    final Counters counters = new Counters();
    public final FakeConnection connection = FakeConnection.undecoded();
    final ExchangeTracker tracker;
    public long responseBodyBytes = 56;
    private long now = START;

    public Exchanges() {
        tracker = new ExchangeTracker(calls::add, new ImdsSettings("i-0123456789abcdef0"), counters);
    }

    /** The calls go there instead. */
    public Exchanges(CallHandler handler) {
        tracker = new ExchangeTracker(handler, new ImdsSettings(null), counters);
    }

    /** A request and its answer, whole; null where one was not seen. Gives the call, however long it had to wait. */
    public ImdsCall answered(String request, String response) {
        play(request, response, Exchange.End.ANSWERED);
        pass(HeldCalls.MAX_WAIT_NANOS);
        return only();
    }

    public ImdsCall unanswered(String request, CloseReason reason) {
        play(request, null, Exchange.End.CLOSED_UNANSWERED);
        close(reason);
        return only();
    }

    public void play(String request, String response, Exchange.End end) {
        OneExchange exchange = new OneExchange(connection, request != null, response != null, now, responseBodyBytes);
        if (request != null) {
            tracker.onRequest(exchange, new HeadText(request));
        }
        if (response != null) {
            tracker.onResponse(exchange, new HeadText(response));
        }
        tracker.onEnd(exchange, end, now + 2_000_000);
        now += 10_000_000;
    }

    /** Bytes that are no HTTP and have no answer. */
    public ImdsCall malformed(Anomaly anomaly) {
        OneExchange exchange = new OneExchange(connection, true, false, now, -1);
        tracker.onMalformed(exchange, anomaly);
        tracker.onMalformedResponse(connection, Anomaly.BAD_STATUS_LINE, now);
        tracker.onEnd(exchange, Exchange.End.TIMED_OUT, now);
        return only();
    }

    public void close(CloseReason reason) {
        tracker.onClose(connection, reason, now);
    }

    public void pass(long nanos) {
        now += nanos;
        tracker.expire(now);
    }

    public ImdsCall only() {
        if (calls.size() != 1) {
            throw new AssertionError("expected one call, got " + calls);
        }
        return calls.get(0);
    }

    private static final class OneExchange implements Exchange {
        private final Connection connection;
        private final boolean requestSeen;
        private final boolean responseSeen;
        private final long start;
        private final long responseBodyBytes;
        private Object attachment;

        OneExchange(
                Connection connection, boolean requestSeen, boolean responseSeen, long start, long responseBodyBytes) {
            this.responseBodyBytes = responseBodyBytes;
            this.connection = connection;
            this.requestSeen = requestSeen;
            this.responseSeen = responseSeen;
            this.start = start;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        @Override
        public boolean requestSeen() {
            return requestSeen;
        }

        @Override
        public boolean uncertain() {
            return false;
        }

        @Override
        public long requestNanos() {
            return start;
        }

        @Override
        public boolean responseSeen() {
            return responseSeen;
        }

        @Override
        public long responseNanos() {
            return responseSeen ? start + 812_345 : 0;
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
}
