package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.kernel.bpf.RecordBytes;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.status.WallClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LinuxOnly("the kernel's records of connects")
class ConnectTrackerTest {
    private static final int PORT = 40_000;
    private static final long SOCKET = 0xFFFF_8880_0000_1000L;

    private final Counters counters = new Counters();
    private final ConnectTable table =
            new ConnectTable(new CallerBudget(CallerBudget.DEFAULT_BYTES, new Counters()), new Counters());
    /** A moment ago by the kernel's clock, and each next connect a little later. */
    private final long now = System.nanoTime() - 1_000_000_000L;

    private ProcessReader reader;
    private ConnectTracker tracker;

    @BeforeEach
    void open() throws IOException {
        reader = new ProcessReader();
        tracker = new ConnectTracker(new CallerResolver(reader, false, 0), table, counters, false);
    }

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void joinsTheCallerOfTheFirstRecordWithThePortOfTheSecond() {
        tracker.onRecord(connect(SOCKET, now, 11));
        tracker.onRecord(port(SOCKET, now, 7));

        assertThat(callerOf(7).pid()).isEqualTo(11);
        assertThat(callerOf(7)).as("given once").isNull();
        assertThat(counters.get(Counter.CONNECT_EVENTS)).isEqualTo(1);
    }

    @Test
    void joinsRecordsThatCameInTheWrongOrder() {
        tracker.onRecord(port(SOCKET, now, 7));
        tracker.onRecord(connect(SOCKET, now, 11));
        assertThat(tracker.endPass()).as("another pass is needed").isTrue();
        assertThat(callerOf(7)).isNull();
        assertThat(tracker.endPass()).isFalse();

        assertThat(table.captured(ConnectTableTest.ends(PORT), 7, WallClock.nanos())
                        .now()
                        .pid())
                .isEqualTo(11);
    }

    @Test
    void namesByTheSecondRecordWhenTheFirstOneNeverComes() {
        tracker.onRecord(port(SOCKET, now, 7));
        tracker.endPass();
        tracker.endPass();

        Caller caller = callerOf(7);
        assertThat(caller.pid()).isEqualTo(99);
        assertThat(caller.name()).isEqualTo("from-port");
    }

    @Test
    void doesNotWaitForAFirstRecordThatTheKernelHasLost() {
        tracker.onRecord(RecordBytes.port(SOCKET, now, PORT)
                .address(10, 0, 0, 10)
                .caller(99, 0, "from-port")
                .flag(ConnectRecord.FLAG_CONNECT_LOST)
                .sequence(7)
                .bytes());

        assertThat(callerOf(7).pid()).isEqualTo(99);
        assertThat(counters.get(Counter.CONNECT_EVENTS)).isEqualTo(1);
    }

    @Test
    void tellsConnectsOfOneSocketAddressApartByTheirTimes() {
        tracker.onRecord(connect(SOCKET, now, 11));
        tracker.onRecord(connect(SOCKET, now + 1000, 22));
        tracker.onRecord(port(SOCKET, now + 1000, 8));
        tracker.onRecord(port(SOCKET, now, 7));

        assertThat(callerOf(8).pid()).isEqualTo(22);
        assertThat(callerOf(7).pid()).isEqualTo(11);
    }

    @Test
    void forgetsAConnectThatGotNoPort() {
        tracker.onRecord(connect(SOCKET, now, 11));
        tracker.onRecord(RecordBytes.port(SOCKET, now, 0).address(10, 0, 0, 10).bytes());
        tracker.onRecord(port(SOCKET, now, 7));
        tracker.endPass();
        tracker.endPass();

        assertThat(callerOf(7).pid()).as("of the later record itself").isEqualTo(99);
        assertThat(table.connectCount()).isZero();
    }

    @Test
    void leavesTheKernelsOwnConnectionsAlone() {
        tracker.onRecord(RecordBytes.connect(SOCKET, now)
                .caller(2, 0, "kthreadd")
                .flag(ConnectRecord.FLAG_KERNEL_THREAD)
                .bytes());
        tracker.onRecord(RecordBytes.port(SOCKET, now, PORT)
                .address(10, 0, 0, 10)
                .flag(ConnectRecord.FLAG_KERNEL_THREAD)
                .sequence(7)
                .bytes());
        tracker.endPass();
        tracker.endPass();

        assertThat(callerOf(7)).isNull();
    }

    @Test
    void countsARecordThatIsTooShort() {
        tracker.onRecord(ByteBuffer.allocate(16));

        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isEqualTo(1);
    }

    @Test
    void forgetsTheOldestConnectsAtItsBound() {
        for (int i = 0; i <= OpenConnects.MAXIMUM; i++) {
            tracker.onRecord(connect(SOCKET + i, now, 11));
        }
        tracker.onRecord(port(SOCKET, now, 7));
        tracker.onRecord(port(SOCKET + 1, now, 8));

        assertThat(callerOf(7)).isNull();
        assertThat(callerOf(8).pid()).isEqualTo(11);
    }

    @Test
    void aFloodOfConnectsWithoutAPortCostsTheFlooderAlone() {
        tracker.onRecord(connect(SOCKET, now, 11));
        for (int i = 1; i <= OpenConnects.MAXIMUM; i++) {
            tracker.onRecord(RecordBytes.connect(SOCKET + i, now)
                    .caller(12, 1000, "flood")
                    .owner(1000, 0)
                    .bytes());
        }
        tracker.onRecord(port(SOCKET, now, 7));

        assertThat(callerOf(7).pid()).isEqualTo(11);
        assertThat(counters.get(Counter.CALLERS_GIVEN_UP)).isEqualTo(1);
    }

    @Test
    void saysWhyACallerIsWeakerWhoseRecordWasLost() {
        tracker.onRecord(RecordBytes.port(SOCKET, now, PORT)
                .caller(11, 0, "curl")
                .flag(ConnectRecord.FLAG_CONNECT_LOST)
                .sequence(7)
                .bytes());

        assertThat(callerOf(7).reason()).isNotNull();
    }

    /** As the first record is read after a start: an error would come out here. */
    @Test
    void aRehearsalReadsThisProcess() {
        assertThat(new CallerResolver(reader, true, 0).rehearse().pid())
                .isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void joinsIpv6Connections() {
        tracker.onRecord(connect(SOCKET, now, 11));
        tracker.onRecord(RecordBytes.port(SOCKET, now, PORT)
                .address(0xFD, 0, 0, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2)
                .flag(ConnectRecord.FLAG_IPV6)
                .sequence(7)
                .bytes());

        assertThat(table.captured(ConnectFixture.fourTuple("fd00:17::2", PORT), 7, WallClock.nanos())
                        .now()
                        .pid())
                .isEqualTo(11);
    }

    private static ByteBuffer connect(long socket, long time, int pid) {
        return RecordBytes.connect(socket, time).caller(pid, 0, "curl").bytes();
    }

    private static ByteBuffer port(long socket, long time, int initialSequenceNumber) {
        return RecordBytes.port(socket, time, PORT)
                .address(10, 0, 0, 10)
                .caller(99, 0, "from-port")
                .sequence(initialSequenceNumber)
                .bytes();
    }

    /** Who made the connection; null if it is not known now. */
    private Caller callerOf(int initialSequenceNumber) {
        ConnectAnswer answer = table.captured(ConnectTableTest.ends(PORT), initialSequenceNumber, WallClock.nanos());
        table.forget(ConnectTableTest.ends(PORT), answer);
        return answer.now();
    }
}
