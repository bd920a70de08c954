package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;

/** A handler that only looks at requests, and a way to give it bytes in all segmentations. */
interface Probe extends ExchangeHandler {
    void onMalformed(Anomaly anomaly);

    @Override
    default void onOpen(Connection connection) {}

    @Override
    default void onResponse(Exchange exchange, ResponseHead head) {}

    @Override
    default void onEnd(Exchange exchange, Exchange.End end, long timestampNanos) {}

    @Override
    default void onRequestBegun(Exchange exchange, RequestHead head, int from) {}

    @Override
    default void onMoreFields(Exchange exchange, RequestHead head) {}

    @Override
    default void onMalformed(Exchange exchange, Anomaly anomaly) {
        onMalformed(anomaly);
    }

    @Override
    default void onMalformedResponse(Connection connection, Anomaly anomaly, long timestampNanos) {
        onMalformed(anomaly);
    }

    @Override
    default void onClose(Connection connection, CloseReason reason, long timestampNanos) {}

    /** The result for the client's bytes given whole, split at every offset and byte by byte: always the same. */
    static <P extends Probe, R> R allWays(String bytes, Supplier<P> probes, Function<P, R> result) {
        R whole = result.apply(run(bytes, bytes.length(), bytes.length(), probes.get()));
        assertThat(result.apply(run(bytes, 1, 1, probes.get())))
                .as("byte by byte")
                .isEqualTo(whole);
        for (int split = 1; split < bytes.length(); split++) {
            assertThat(result.apply(run(bytes, split, bytes.length(), probes.get())))
                    .as("split at %d", split)
                    .isEqualTo(whole);
        }
        return whole;
    }

    /** Gives {@code first} bytes and then pieces of {@code size}. */
    private static <P extends Probe> P run(String text, int first, int size, P probe) {
        byte[] bytes = Bytes.of(text);
        HttpDecoder decoder = new HttpDecoder(probe, HttpLimits.defaults(), new Counters());
        FakeConnection connection = new FakeConnection(1, true);
        decoder.onOpen(connection);
        int used = 0;
        for (int end = Math.min(first, bytes.length); ; end = Math.min(end + size, bytes.length)) {
            byte[] piece = Arrays.copyOfRange(bytes, used, end);
            if (piece.length > 0) {
                byte[] buffer = Bytes.poisoned(piece, piece.length, 3, '\n');
                used += decoder.onBytes(connection, Direction.REQUEST, buffer, 3, piece.length, 1);
            }
            if (end == bytes.length) {
                break;
            }
        }
        decoder.onClose(connection, CloseReason.FINISHED, 1);
        return probe;
    }
}
