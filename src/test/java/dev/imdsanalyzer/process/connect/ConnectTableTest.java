package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import org.junit.jupiter.api.Test;

class ConnectTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOON = 1_795_000_000L * SECOND;

    private final ConnectTable table = new ConnectTable();
    private final FourTuple ends = ends(40_000);
    private final Caller curl = caller(1);
    private final Caller wget = caller(2);

    @Test
    void joinsAConnectThatWasReportedFirst() {
        table.connected(ends, NOON, curl);

        assertThat(table.captured(ends, NOON + 1000).now()).isSameAs(curl);
        assertThat(table.connectCount()).isZero();
    }

    @Test
    void joinsAConnectionThatWasCapturedFirst() {
        ConnectAnswer answer = table.captured(ends, NOON + 1000);
        assertThat(answer.settled()).isFalse();

        table.connected(ends, NOON, curl);

        assertThat(answer.now()).isSameAs(curl);
        assertThat(table.waitingCount()).isZero();
    }

    @Test
    void givesEachConnectToOneConnectionOnly() {
        table.connected(ends, NOON, curl);

        assertThat(table.captured(ends, NOON).settled()).isTrue();
        assertThat(table.captured(ends, NOON).settled()).isFalse();
    }

    @Test
    void tellsTwoNamespacesWithOneFourTupleApartByTheirTimes() {
        table.connected(ends, NOON, curl);
        table.connected(ends, NOON + SECOND / 10, wget);

        assertThat(table.captured(ends, NOON + SECOND / 10 + 500).now()).isSameAs(wget);
        assertThat(table.captured(ends, NOON + 500).now()).isSameAs(curl);
    }

    @Test
    void takesTheLatestConnectWhereAPortIsUsedAgain() {
        table.connected(ends, NOON, curl);
        table.connected(ends, NOON + 60 * SECOND, wget);

        assertThat(table.captured(ends, NOON + 60 * SECOND).now()).isSameAs(wget);
    }

    @Test
    void neverNamesAConnectionByALaterConnect() {
        ConnectAnswer old = table.captured(ends, NOON);
        table.connected(ends, NOON + 10 * SECOND, curl);

        assertThat(old.settled()).isFalse();
        assertThat(table.captured(ends, NOON + 10 * SECOND).now()).isSameAs(curl);
    }

    @Test
    void answersLateAfterGivingUp() throws InterruptedException {
        ConnectAnswer answer = table.captured(ends, NOON);
        table.giveUpWaiting();
        assertThat(answer.givenUp()).isTrue();
        assertThat(answer.await(Long.MAX_VALUE)).isNull();

        table.connected(ends, NOON, curl);

        assertThat(answer.givenUp()).isFalse();
        assertThat(answer.now()).isSameAs(curl);
    }

    @Test
    void dropsTheOldestConnectsAtItsBound() {
        for (int i = 0; i <= ConnectTable.MAXIMUM_CONNECTS; i++) {
            table.connected(ends(i), NOON + i, curl);
        }

        assertThat(table.connectCount()).isEqualTo(ConnectTable.MAXIMUM_CONNECTS);
        assertThat(table.captured(ends(0), NOON).settled()).isFalse();
        assertThat(table.captured(ends(1), NOON).settled()).isTrue();
    }

    @Test
    void forgetsConnectsThatNobodyCaptured() {
        table.connected(ends(1), NOON, curl);
        table.connected(ends(2), NOON + ConnectTable.MAXIMUM_AGE_NANOS + 1, curl);

        assertThat(table.connectCount()).isEqualTo(1);
    }

    @Test
    void givesUpTheOldestWaitingAtItsBound() {
        ConnectAnswer first = table.captured(ends(0), NOON);
        for (int i = 1; i <= ConnectTable.MAXIMUM_WAITING; i++) {
            table.captured(ends(i), NOON);
        }

        assertThat(first.givenUp()).isTrue();
        assertThat(table.waitingCount()).isEqualTo(ConnectTable.MAXIMUM_WAITING);
    }

    static FourTuple ends(int port) {
        return new FourTuple(IpAddress.ipv4(0x0A00000A + (port >>> 16)), port & 0xFFFF, IpAddress.IMDS_IPV4, 80);
    }

    static Caller caller(int pid) {
        return new CallerBuilder(AttributionMethod.CONNECT).pid(pid).build();
    }
}
