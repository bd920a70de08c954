package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes down what the decoder says, exchanges numbered from 1, and holds it to the contract of {@link ExchangeHandler}. */
final class EventLog implements ExchangeHandler {
    final List<String> events = new ArrayList<>();
    final List<Exchange> exchanges = new ArrayList<>();
    private final Set<Exchange> ended = new HashSet<>();
    private final Set<Direction> malformed = new HashSet<>();
    private boolean closed;

    @Override
    public void onOpen(Connection connection) {
        assertThat(events).isEmpty();
    }

    @Override
    public void onRequest(Exchange exchange, RequestHead head) {
        assertThat(exchange.requestSeen()).isTrue();
        assertThat(exchange.responseSeen()).isFalse();
        assertThat(malformed).doesNotContain(Direction.REQUEST);
        events.add(number(exchange) + " request " + HeadDriver.describe(head));
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        assertThat(exchange.responseSeen()).isTrue();
        assertThat(malformed).doesNotContain(Direction.RESPONSE);
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
    public void onMalformed(Connection connection, Direction direction, Anomaly anomaly, long timestampNanos) {
        boolean readsOn = direction == Direction.REQUEST && anomaly == Anomaly.BAD_BODY_LENGTH;
        assertThat(readsOn ? !malformed.contains(direction) : malformed.add(direction))
                .as("last of its direction")
                .isTrue();
        events.add("malformed " + direction + " " + anomaly);
    }

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        assertThat(closed).isFalse();
        assertThat(ended).containsAll(exchanges);
        closed = true;
    }

    private String number(Exchange exchange) {
        assertThat(closed).isFalse();
        assertThat(ended).doesNotContain(exchange);
        if (exchange.attachment() == null) {
            exchanges.add(exchange);
            exchange.attach("#" + exchanges.size());
        }
        return (String) exchange.attachment();
    }
}
