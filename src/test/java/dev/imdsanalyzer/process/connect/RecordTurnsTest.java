package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.kernel.bpf.RecordBytes;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.status.WallClock;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("linux")
class RecordTurnsTest {
    private static final int PORT = 40_000;
    private static final int KNOWN = 11;
    private static final int ANOTHER = 12;
    private static final ConnectOwner OWNER = new ConnectOwner(0, 0);

    private final Counters counters = new Counters();
    private final ConnectTable table =
            new ConnectTable(new CallerBudget(CallerBudget.DEFAULT_BYTES, new Counters()), new Counters());
    private long time = System.nanoTime() - 1_000_000_000L;
    private ProcessReader reader;
    private RecordTurns turns;

    @BeforeEach
    void openWithOneThatIsKnown() throws Exception {
        reader = new ProcessReader();
        turns = new RecordTurns(new ConnectTracker(new CallerResolver(reader, false, 0), table, counters, true));
        turns.beginPass(WallClock.nanos());
        give(connect(KNOWN));
        turns.endPass();
        turns.handleNext();
        turns.beginPass(WallClock.nanos());
    }

    @AfterEach
    void close() {
        reader.close();
    }

    private ByteBuffer connect(int pid) {
        time++;
        return RecordBytes.connect(time, time)
                .caller(pid, 0, "curl")
                .process("curl", 1, 0, 7)
                .bytes();
    }

    private ByteBuffer portOfThat(int sequence) {
        return RecordBytes.port(time, time, PORT)
                .address(10, 0, 0, 10)
                .caller(99, 0, "from-port")
                .sequence(sequence)
                .bytes();
    }

    private boolean give(ByteBuffer record) {
        boolean handled = turns.handleAtOnce(record);
        if (!handled) {
            turns.queue().put(record, OWNER);
        }
        return handled;
    }

    private ConnectAnswer captured(int sequence) {
        return table.captured(ConnectTableTest.ends(PORT), sequence, WallClock.nanos());
    }

    @Test
    void oneThatIsKnownIsNamedByWhoReadsTheRings() {
        assertThat(give(connect(KNOWN))).isTrue();
        assertThat(give(portOfThat(7))).isTrue();

        assertThat(captured(7).now().pid()).isEqualTo(KNOWN);
        assertThat(counters.get(Counter.CONNECT_EVENTS)).isEqualTo(2);
    }

    @Test
    void oneThatIsNotKnownIsLeftToTheOtherWithAllThatComesThen() throws Exception {
        assertThat(give(connect(ANOTHER))).isFalse();
        assertThat(give(portOfThat(7))).isFalse();
        assertThat(give(connect(KNOWN))).as("it would overtake").isFalse();
        ConnectAnswer answer = captured(7);
        assertThat(answer.now()).isNull();
        turns.endPass();
        turns.handleNext();
        turns.handleNext();

        assertThat(answer.now().pid()).isEqualTo(ANOTHER);
    }

    @Test
    void aFloodIsLeftToTheOther() {
        for (int i = 0; i < 4; i++) {
            assertThat(give(connect(KNOWN))).isTrue();
        }

        assertThat(give(connect(KNOWN))).isFalse();
    }

    @Test
    void afterAFloodHasBeenHandledTheNextPassIsAsAnyOther() throws Exception {
        for (int i = 0; i < 5; i++) {
            give(connect(KNOWN));
        }
        turns.endPass();
        turns.beginPass(WallClock.nanos());
        assertThat(give(connect(KNOWN))).as("one still waits").isFalse();
        turns.endPass();
        turns.handleNext();
        turns.handleNext();
        turns.beginPass(WallClock.nanos());

        assertThat(give(connect(KNOWN))).isTrue();
    }

    @Test
    void nothingIsHandledWhileTheOtherIsAtWork() {
        turns.alone(() -> assertThat(CompletableFuture.supplyAsync(() -> give(connect(KNOWN)))
                        .join())
                .isFalse());
    }

    @Test
    void aPassInWhichNothingWaitedIsOverAtOnce() {
        give(connect(KNOWN));
        long now = WallClock.nanos();
        assertThat(turns.queue().isBehind(now)).isTrue();
        turns.endPass();

        assertThat(turns.queue().isBehind(now)).isFalse();
    }
}
