package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes down what the decoder says, exchanges numbered from 1, and holds it to the contract of {@link ExchangeHandler}. */
final class EventLog implements ExchangeHandler {
    final List<String> events = new ArrayList<>();
    final List<Exchange> exchanges = new ArrayList<>();
    private final Set<Exchange> ended = new HashSet<>();
    /** What is known of a request whose head is not complete. */
    private final Map<Exchange, String> begun = new HashMap<>();

    private boolean closed;

    /** Another connection begins. */
    void reopen() {
        closed = false;
    }

    @Override
    public void onOpen(Connection connection) {
        assertThat(closed).isFalse();
    }

    @Override
    public void onRequestBegun(Exchange exchange, RequestHead head, int from) {
        assertThat(exchange.requestSeen()).isTrue();
        assertThat(from == 0 || begun.containsKey(exchange)).isTrue();
        begun.put(exchange, HeadDriver.describeNames(head));
    }

    @Override
    public void onRequest(Exchange exchange, RequestHead head) {
        assertThat(exchange.requestSeen()).isTrue();
        assertThat(exchange.responseSeen()).isFalse();
        begun.remove(exchange);
        String odd = head.oddity() == null ? "" : " " + head.oddity();
        events.add(number(exchange) + " request " + HeadDriver.describe(head) + odd);
    }

    @Override
    public void onMoreFields(Exchange exchange, RequestHead head) {
        events.add(number(exchange) + " more " + head.fieldCount());
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        assertThat(exchange.responseSeen()).isTrue();
        events.add(number(exchange)
                + (exchange.requestSeen() ? " response " : " unmatched response ")
                + HeadDriver.describe(head));
    }

    @Override
    public void onEnd(Exchange exchange, Exchange.End end, long timestampNanos) {
        String number = number(exchange);
        assertThat(ended.add(exchange)).as("first end").isTrue();
        String body = exchange.responseSeen() ? " " + exchange.responseBodyBytes() : "";
        events.add(number + " end " + end + body);
    }

    @Override
    public void onMalformed(Exchange exchange, Anomaly anomaly) {
        String known = begun.containsKey(exchange) ? " " + begun.remove(exchange) : "";
        events.add(number(exchange) + " malformed " + anomaly + known);
    }

    @Override
    public void onMalformedResponse(Connection connection, Anomaly anomaly, long timestampNanos) {
        events.add("malformed response " + anomaly);
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        assertThat(closed).isFalse();
        boolean goesOn = reason == CloseReason.IDLE || reason == CloseReason.EVICTED;
        assertThat(goesOn || ended.containsAll(exchanges)).isTrue();
        closed = true;
    }

    private String number(Exchange exchange) {
        assertThat(ended).doesNotContain(exchange);
        if (exchange.attachment() == null) {
            exchanges.add(exchange);
            exchange.attach("#" + exchanges.size());
        }
        return (String) exchange.attachment();
    }
}
