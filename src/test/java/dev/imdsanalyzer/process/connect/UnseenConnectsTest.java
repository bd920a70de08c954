package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.UnseenConnect;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnseenConnectsTest {
    private static final long NOON = 1_700_000_000_000_000_000L;
    private static final long HOST = 4026531840L;
    private static final long POD = 4026532001L;
    private static final ConnectOwner OWNER = new ConnectOwner(0, 1);

    private final Counters counters = new Counters();
    private final ConnectTable table =
            new ConnectTable(new CallerBudget(CallerBudget.DEFAULT_BYTES, counters), counters);

    private static FourTuple ends(int port) {
        return new FourTuple(IpAddress.ipv4(0x0A000001), port, IpAddress.ipv4(0xA9FEA9FE), 80);
    }

    private void connect(int port, long nanos, long establishedNanos) {
        connect(port, nanos, establishedNanos, POD);
    }

    private void connect(int port, long nanos, long establishedNanos, long namespace) {
        Caller caller = new CallerBuilder(AttributionMethod.CONNECT)
                .pid(port)
                .startNanos(1)
                .networkNamespace(namespace)
                .build();
        table.connected(ends(port), port, nanos, caller, OWNER, establishedNanos);
    }

    private static RelayQuestion of(long openedNanos, long namespace) {
        Caller relay = new CallerBuilder(AttributionMethod.CONNECT)
                .pid(-812)
                .networkNamespace(namespace)
                .build();
        return new RelayQuestion(relay, openedNanos, Long.MAX_VALUE);
    }

    /** The connects within whose time the relay's own lies. */
    private List<UnseenConnect> around(long openedNanos) {
        return table.complete(of(openedNanos, HOST)).unseen().stream()
                .filter(one -> one.connectNanos() <= openedNanos && openedNanos <= one.establishedNanos())
                .toList();
    }

    private long unseen() {
        table.noteUnseen(NOON + 100 * ConnectTable.UNSEEN_NANOS, ConnectTable.UNSEEN_NANOS);
        return counters.get(Counter.CONNECTS_UNSEEN);
    }

    @Test
    void callThatMayBeForEitherLeavesTheOneThatTheNextCallCanOnlyBeFor() {
        connect(1, NOON, NOON + 300);
        connect(2, NOON + 100, NOON + 500);

        table.relayed(around(NOON + 200));
        table.relayed(around(NOON + 50));

        assertThat(unseen()).isZero();
    }

    @Test
    void asManyCallsAreForAsManyConnectsInWhateverOrderTheyAreLookedAt() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int connects = 2 + random.nextInt(30);
            int base = (int) seed * 100;
            List<Long> opened = new ArrayList<>();
            for (int i = 0; i < connects; i++) {
                long start = NOON + random.nextInt(1000);
                long own = start + random.nextInt(200);
                connect(base + i, start, own + random.nextInt(200));
                opened.add(own);
            }
            Collections.shuffle(opened, random);
            opened.forEach(own -> table.relayed(ofThisRun(around(own), base)));

            assertThat(unseen()).as("seed %d", seed).isZero();
        }
    }

    private static List<UnseenConnect> ofThisRun(List<UnseenConnect> all, int base) {
        return all.stream().filter(one -> one.ends().clientPort() >= base).toList();
    }

    @Test
    void moreConnectsThanCallsAreCountedToTheNumber() {
        IntStream.rangeClosed(1, 10).forEach(port -> connect(port, NOON + port, NOON + 100));

        IntStream.rangeClosed(1, 7).forEach(call -> table.relayed(around(NOON + 50)));

        assertThat(unseen()).isEqualTo(3);
    }

    @Test
    void whatWasToldAsUnseenIsNotPassedOnLater() {
        connect(1, NOON, NOON + 100);
        assertThat(unseen()).isEqualTo(1);
        connect(2, NOON + 10, NOON + 100);

        table.relayed(around(NOON + 50));

        assertThat(unseen()).isEqualTo(1);
    }

    @Test
    void manyMoreCallsThanConnectsEnd() {
        IntStream.rangeClosed(1, 3000).forEach(port -> connect(port, NOON + port, NOON + 10_000));

        IntStream.rangeClosed(1, 3000).forEach(call -> table.relayed(around(NOON + 5000)));

        assertThat(around(NOON + 5000)).hasSize(UnseenConnects.GIVEN);
        assertThat(unseen()).isEqualTo(3000 - UnseenConnects.GIVEN);
    }

    @Test
    void whatOthersConnectToElsewhereCrowdsOutNobody() {
        connect(1, NOON, NOON + 100, POD);
        IntStream.rangeClosed(2, 500).forEach(port -> connect(port, NOON + port, NOON + port, 4026532999L));

        RelayQuestion question = table.complete(of(NOON + 3_000_000_000L, POD));

        assertThat(question.unseen()).extracting(one -> one.caller().pid()).containsExactly(1);
        assertThat(question.more()).isFalse();
    }

    @Test
    void moreThanCanBeLookedAtAreTold() {
        IntStream.rangeClosed(1, UnseenConnects.GIVEN).forEach(port -> connect(port, NOON, NOON + 100));
        assertThat(table.complete(of(NOON + 50, HOST)).more()).isFalse();

        connect(9999, NOON, NOON + 100);

        RelayQuestion question = table.complete(of(NOON + 50, HOST));
        assertThat(question.more()).isTrue();
        assertThat(question.unseen()).hasSize(UnseenConnects.GIVEN);
    }

    @Test
    void thoseThatTheCaptureShowsAfterAllAreNotGiven() {
        connect(1, NOON, NOON + 100);
        table.captured(ends(1), 1, NOON + 50);

        assertThat(around(NOON + 50)).isEmpty();
        assertThat(unseen()).isZero();
    }
}
