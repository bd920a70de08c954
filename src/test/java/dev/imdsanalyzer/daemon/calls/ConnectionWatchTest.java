package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.Direction;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionWatchTest {
    private static final FourTuple MASQUERADED = ends(0x0A000005, 61_000);
    private static final FourTuple OWN = ends(0xAC110002, 40_112);
    private static final byte[] BYTES = {'G'};

    private final List<FourTuple> lookedUp = new ArrayList<>();
    private final List<FourTuple> answering = new ArrayList<>();
    private boolean local;
    private final ConnectionWatch watch = new ConnectionWatch(nothing(), new Recorder(), new AnsweringNow(), true);
    private FourTuple ends = MASQUERADED;
    private final Connection connection = connection();

    @Test
    void connectionIsLookedUpOnceAsLongAsItsEndsStay() {
        watch.onOpen(connection);
        watch.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 1);
        watch.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 2);

        assertThat(lookedUp).containsExactly(MASQUERADED);
        assertThat(watch.size()).isEqualTo(1);
    }

    @Test
    void connectionWhoseOwnEndsComeLaterIsLookedUpByThemAtItsRequest() {
        watch.onOpen(connection);
        Attribution first = watch.attributionOf(7);
        ends = OWN;
        watch.onBytes(connection, Direction.RESPONSE, BYTES, 0, 1, 1);
        assertThat(lookedUp).containsExactly(MASQUERADED);
        watch.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 1);

        assertThat(lookedUp).containsExactly(MASQUERADED, OWN);
        assertThat(watch.attributionOf(7)).isNotSameAs(first);
    }

    @Test
    void closedConnectionIsForgotten() {
        watch.onOpen(connection);
        watch.onClose(connection, CloseReason.FINISHED, 3);

        assertThat(watch.attributionOf(7)).isNull();
        assertThat(watch.size()).isZero();
    }

    @Test
    void processThatAnswersIsLookedUpOnceAndOnlyWhereAnswersWereMadeHere() {
        watch.onOpen(connection);
        watch.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 1);
        assertThat(answering).isEmpty();
        assertThat(watch.answeringOf(7)).isNull();

        local = true;
        watch.onBytes(connection, Direction.RESPONSE, BYTES, 0, 1, 2);
        watch.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 3);
        assertThat(answering).containsExactly(MASQUERADED);
        assertThat(watch.answeringOf(7)).isNotNull();
    }

    @Test
    void answerThatCameInAfterAllIsNotALocalOne() {
        local = true;
        watch.onOpen(connection);
        watch.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 1);
        local = false;

        assertThat(watch.answeringOf(7)).isNull();
    }

    @Test
    void captureOnOneDeviceLooksForNobodyWhoAnswers() {
        ConnectionWatch one = new ConnectionWatch(nothing(), new Recorder(), new AnsweringNow(), false);
        local = true;
        one.onOpen(connection);
        one.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 1);

        assertThat(answering).isEmpty();
        assertThat(one.answeringOf(7)).isNull();
    }

    @Test
    void processThatAnsweredIsForgottenWithItsConnection() {
        local = true;
        watch.onOpen(connection);
        watch.onBytes(connection, Direction.REQUEST, BYTES, 0, 1, 1);
        watch.onClose(connection, CloseReason.FINISHED, 3);

        assertThat(watch.answeringOf(7)).isNull();
    }

    private final class Recorder implements Attributor {
        @Override
        public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
            lookedUp.add(fourTuple);
            return new Attribution() {
                @Override
                public boolean settled() {
                    return true;
                }

                @Override
                public Caller caller(long timeoutNanos) {
                    return Caller.unknown(fourTuple.equals(OWN) ? "own" : "masqueraded");
                }
            };
        }

        @Override
        public Attribution answering(FourTuple fourTuple) {
            answering.add(fourTuple);
            return connectionOpened(fourTuple, 0, 0);
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void close() {}
    }

    private Connection connection() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "id" -> 7L;
                    case "fourTuple" -> ends;
                    case "openedNanos" -> 1L;
                    case "initialSequenceNumber" -> 77L;
                    case "answeredFromHere" -> local;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static ConnectionHandler nothing() {
        return (ConnectionHandler) Proxy.newProxyInstance(
                ConnectionHandler.class.getClassLoader(),
                new Class<?>[] {ConnectionHandler.class},
                (proxy, method, arguments) -> method.getReturnType() == int.class ? 0 : null);
    }

    private static FourTuple ends(int client, int port) {
        return new FourTuple(IpAddress.ipv4(client), port, IpAddress.IMDS_IPV4, 80);
    }
}
