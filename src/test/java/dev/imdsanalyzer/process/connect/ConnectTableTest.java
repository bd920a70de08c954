package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@LinuxOnly("the kernel's records of connects")
class ConnectTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOON = 1_795_000_000L * SECOND;

    private static final long UNKNOWN = -1;
    private static final ConnectOwner OWNER = new ConnectOwner(0, 0);

    private final Counters counters = new Counters();
    private final ConnectTable table =
            new ConnectTable(new CallerBudget(CallerBudget.DEFAULT_BYTES, counters), counters);
    private final FourTuple ends = ends(40_000);
    private final Caller curl = caller(1);
    private final Caller wget = caller(2);

    @Test
    void joinsAConnectThatWasReportedFirst() {
        table.connected(ends, 7, NOON, curl, OWNER);

        assertThat(table.captured(ends, 7, NOON + 1000).now()).isSameAs(curl);
        assertThat(table.connectCount()).isZero();
    }

    @Test
    void joinsAConnectionThatWasCapturedFirst() {
        ConnectAnswer answer = table.captured(ends, 7, NOON + 1000);
        assertThat(answer.settled()).isFalse();

        table.connected(ends, 7, NOON, curl, OWNER);

        assertThat(answer.now()).isSameAs(curl);
        assertThat(table.waitingCount()).isZero();
        assertThat(table.connectCount()).isZero();
    }

    @Test
    void countsOnceWhatWasAnsweredAndNeverCaptured() {
        table.connected(ends(40_001), 7, NOON, curl, OWNER, NOON + 500);
        table.connected(ends(40_002), 8, NOON, curl, OWNER, NOON + 500);
        table.connected(ends(40_003), 9, NOON, curl, OWNER, Connect.NEVER);
        table.captured(ends(40_002), 8, NOON + 1000);

        noteUnseen(NOON + ConnectTable.UNSEEN_NANOS - 1);
        assertThat(counters.get(Counter.CONNECTS_UNSEEN)).isZero();
        noteUnseen(NOON + ConnectTable.UNSEEN_NANOS);
        noteUnseen(NOON + 2 * ConnectTable.UNSEEN_NANOS);
        assertThat(counters.get(Counter.CONNECTS_UNSEEN)).isEqualTo(1);
        assertThat(table.takeUnseen()).containsExactly(Map.entry("a process[1]", 1L));
        assertThat(table.takeUnseen()).isEmpty();
    }

    private void noteUnseen(long nanos) {
        table.noteUnseen(nanos, ConnectTable.UNSEEN_NANOS);
    }

    /** For a relay in their network namespace. */
    private List<UnseenConnect> unseenBy(long callNanos) {
        Caller relay = new CallerBuilder(AttributionMethod.CONNECT)
                .pid(812)
                .networkNamespace(curl.networkNamespace())
                .build();
        return table.complete(new RelayQuestion(relay, callNanos, callNanos)).unseen();
    }

    @Test
    void whatARelayHasPassedOnIsNotCountedAsUnseen() {
        table.connected(ends(40_001), 7, NOON, curl, OWNER, NOON + 500);
        table.connected(ends(40_002), 8, NOON + 1000, wget, OWNER, NOON + 2000);
        table.connected(ends(40_003), 9, NOON + 3000, wget, OWNER, Connect.NEVER);

        List<UnseenConnect> unseen = unseenBy(NOON + 2000);
        assertThat(unseen).extracting(UnseenConnect::caller).containsExactly(wget, curl);
        assertThat(unseenBy(NOON + 1999)).hasSize(1);
        table.relayed(unseen);

        noteUnseen(NOON + ConnectTable.UNSEEN_NANOS + SECOND);
        assertThat(counters.get(Counter.CONNECTS_UNSEEN)).isEqualTo(1);
        assertThat(table.takeUnseen()).containsOnlyKeys("a process[2]");
        table.relayed(unseen);
        // A second call on the same connection is for the same program.
        assertThat(unseenBy(NOON + 2000)).hasSize(2);
    }

    @Test
    void thoseWhoConnectUnseenAreNamedUpToABound() {
        for (int pid = 1; pid <= 40; pid++) {
            table.connected(ends(pid), pid, NOON, caller(pid), OWNER, NOON);
        }

        noteUnseen(NOON + ConnectTable.UNSEEN_NANOS);

        Map<String, Long> unseen = table.takeUnseen();
        assertThat(unseen).hasSize(17).containsEntry("others", 24L);
    }

    @Test
    void momentOfTheFirstSegmentIsRememberedForAPair() {
        table.connected(ends, 7, NOON, curl, OWNER);
        table.captured(ends, 7, NOON + 1000);

        assertThat(table.openedNanos(ends)).isEqualTo(NOON + 1000);
        assertThat(table.openedNanos(ends(40_001))).isEqualTo(-1);
    }

    @Test
    void expectsNoConnectForEver() {
        ConnectAnswer old = table.captured(ends, 7, NOON);

        table.captured(ends(40_001), 8, NOON + ConnectTable.MAXIMUM_AGE_NANOS + 1);

        assertThat(old.givenUp()).isTrue();
        assertThat(table.waitingCount()).isEqualTo(1);
    }

    @Test
    void givesEachConnectToOneConnectionOnly() {
        table.connected(ends, 7, NOON, curl, OWNER);
        table.connected(ends, UNKNOWN, NOON, curl, OWNER);

        assertThat(table.captured(ends, 7, NOON).settled()).isTrue();
        assertThat(table.captured(ends, 7, NOON).settled()).isTrue();
        assertThat(table.captured(ends, 7, NOON).settled()).isFalse();
    }

    @Test
    void tellsTwoNamespacesWithOneFourTupleApartByTheirSequenceNumbers() {
        ConnectAnswer early = table.captured(ends, 8, NOON);
        table.connected(ends, 7, NOON, curl, OWNER);
        assertThat(early.settled()).isFalse();
        table.connected(ends, 8, NOON, wget, OWNER);

        assertThat(early.now()).isSameAs(wget);
        assertThat(table.captured(ends, 7, NOON).now()).isSameAs(curl);
    }

    @Test
    void neverNamesAConnectionByAConnectWithAnotherSequenceNumber() {
        table.connected(ends, 7, NOON, curl, OWNER);

        assertThat(table.captured(ends, 8, NOON).settled()).isFalse();
        assertThat(table.connectCount()).isEqualTo(1);
    }

    @Test
    void seesThroughAMasqueradeThatChangedAddressAndPort() {
        FourTuple behind = ends(1024);
        table.connected(ends, 0xFFFFFFFFL, NOON, curl, OWNER);
        ConnectAnswer other = table.captured(behind, 9, NOON);

        assertThat(table.captured(behind, 0xFFFFFFFFL, NOON).now()).isSameAs(curl);
        table.connected(ends(40_001), 9, NOON, wget, OWNER);
        assertThat(other.now()).isSameAs(wget);
    }

    @Test
    void prefersTheUnchangedFourTupleAmongEqualSequenceNumbers() {
        table.connected(ends(40_001), 7, NOON, wget, OWNER);
        table.connected(ends, 7, NOON + SECOND / 2, curl, OWNER);

        assertThat(table.captured(ends, 7, NOON).now()).isSameAs(curl);
    }

    @Test
    void doesNotJoinAcrossTheTwoAddressesOfImds() {
        FourTuple ipv6 = new FourTuple(new IpAddress(1, 2, true), 40_000, IpAddress.IMDS_IPV6, 80);
        table.connected(ipv6, 7, NOON, curl, OWNER);

        assertThat(table.captured(ends, 7, NOON).settled()).isFalse();
    }

    @Test
    void saysNoNameWhereTwoCallersHaveOneSequenceNumberInOneMoment() throws InterruptedException {
        table.connected(ends, 7, NOON, curl, OWNER);
        table.connected(ends, 7, NOON + 1, wget, OWNER);
        assertAmbiguous(table.captured(ends, 7, NOON));

        table.connected(ends(40_001), 9, NOON, curl, OWNER);
        table.connected(ends(40_002), 9, NOON, wget, OWNER);
        assertAmbiguous(table.captured(ends(1024), 9, NOON));
    }

    @Test
    void joinsByTheFourTupleAndTheTimeWithoutSequenceNumbers() {
        table.connected(ends, UNKNOWN, NOON, curl, OWNER);
        table.connected(ends, UNKNOWN, NOON + 10 * SECOND, wget, OWNER);

        assertThat(table.captured(ends, 7, NOON + 10 * SECOND + 500).now()).isSameAs(wget);
        assertThat(table.captured(ends, 8, NOON + 500).now()).isSameAs(curl);
        assertThat(table.captured(ends(40_001), 9, NOON).settled()).isFalse();
    }

    @Test
    void saysNoNameWhereTwoCallersHaveOneFourTupleInOneMoment() throws InterruptedException {
        table.connected(ends, UNKNOWN, NOON, curl, OWNER);
        table.connected(ends, UNKNOWN, NOON + SECOND / 10, wget, OWNER);

        assertAmbiguous(table.captured(ends, 7, NOON + 500));
        assertAmbiguous(table.captured(ends, 8, NOON + SECOND / 10 + 500));
    }

    @Test
    void joinsAConnectionWhoseSynWasNotCapturedWithAnEarlierConnectOnly() {
        ConnectAnswer lost = table.captured(ends, UNKNOWN, NOON);
        table.connected(ends, 7, NOON + 10 * SECOND, wget, OWNER);
        assertThat(lost.settled()).isFalse();
        table.connected(ends, 8, NOON - 500_000, curl, OWNER);

        assertThat(lost.now()).isSameAs(curl);
    }

    @Test
    void neverShowsADoubtfulNameToWhoeverWaitsForIt() {
        List<Caller> shown = new ArrayList<>();
        table.connected(ends, UNKNOWN, NOON, curl, OWNER);
        table.captured(ends, 7, NOON);
        ConnectAnswer second = table.captured(ends, 8, NOON);
        second.whenAnswered(() -> shown.add(second.now()));

        table.connected(ends, UNKNOWN, NOON + 1, wget, OWNER);

        assertThat(shown).extracting(Caller::pid).containsExactly(-1);
    }

    @Test
    void takesANameBackThatASecondCallerMakesDoubtful() throws InterruptedException {
        ConnectAnswer first = table.captured(ends, 7, NOON);
        table.connected(ends, UNKNOWN, NOON, curl, OWNER);
        assertThat(first.now()).isSameAs(curl);
        ConnectAnswer second = table.captured(ends, 8, NOON + SECOND);
        table.connected(ends, UNKNOWN, NOON + SECOND, wget, OWNER);

        assertAmbiguous(first);
        assertAmbiguous(second);
    }

    @Test
    void takesANameBackThatTurnsOutToBeAnothersBySequenceNumber() throws InterruptedException {
        table.connected(ends, 7, NOON, curl, OWNER);
        ConnectAnswer joinedLate = table.captured(ends, UNKNOWN, NOON);
        assertThat(joinedLate.now()).isSameAs(curl);

        assertThat(table.captured(ends, 7, NOON).now()).isSameAs(curl);
        assertAmbiguous(joinedLate);
    }

    @Test
    void namesAProcessThatUsesOnePortAgainAtOnce() {
        for (int i = 0; i < 3; i++) {
            table.connected(ends, UNKNOWN, NOON + i * SECOND / 10, curl, OWNER);
            assertThat(table.captured(ends, i, NOON + i * SECOND / 10).now()).isSameAs(curl);
        }
    }

    @Test
    void neverNamesAConnectionByALaterConnect() {
        ConnectAnswer old = table.captured(ends, UNKNOWN, NOON);
        table.connected(ends, 7, NOON + 10 * SECOND, curl, OWNER);

        assertThat(old.settled()).isFalse();
        assertThat(table.captured(ends, 7, NOON + 10 * SECOND).now()).isSameAs(curl);
    }

    @Test
    void answersLateAfterGivingUp() throws InterruptedException {
        ConnectAnswer answer = table.captured(ends, 7, NOON);
        table.giveUpWaiting();
        assertThat(answer.givenUp()).isTrue();
        assertThat(answer.await(Long.MAX_VALUE)).isNull();

        table.connected(ends, 7, NOON, curl, OWNER);

        assertThat(answer.givenUp()).isFalse();
        assertThat(answer.now()).isSameAs(curl);
    }

    @Test
    void forgetsAnAnswerThatNobodyExpects() {
        ConnectAnswer answer = table.captured(ends, 7, NOON);
        table.forget(ends, answer);
        table.connected(ends, 7, NOON, curl, OWNER);

        assertThat(answer.settled()).isFalse();
        assertThat(table.waitingCount()).isZero();
    }

    @Test
    void knowsWhereALookUpByFourTupleCouldFindAnotherConnection() {
        assertThat(table.hasTwin(ends, 7, NOON)).isFalse();
        table.connected(ends, 8, NOON, curl, OWNER);
        assertThat(table.hasTwin(ends, 7, NOON))
                .as("a connect that nobody captured")
                .isTrue();
        assertThat(table.hasTwin(ends, 8, NOON)).as("itself").isFalse();
        assertThat(table.hasTwin(ends, 7, NOON + 3 * SECOND)).as("long after").isFalse();
        assertThat(table.hasTwin(ends, UNKNOWN, NOON)).isFalse();
        assertThat(table.hasTwin(ends(40_001), 7, NOON)).isFalse();

        table.captured(ends, 8, NOON);
        assertThat(table.connectCount()).isZero();
        assertThat(table.hasTwin(ends, 7, NOON)).as("a pair").isTrue();

        table.captured(ends(40_001), 9, NOON);
        assertThat(table.hasTwin(ends(40_001), 7, NOON)).as("a captured one").isTrue();
    }

    @Test
    void dropsTheOldestConnectsAtItsBound() {
        for (int i = 0; i <= ConnectTable.MAXIMUM_CONNECTS; i++) {
            table.connected(ends(i), i, NOON + i, curl, OWNER);
        }

        assertThat(table.connectCount()).isEqualTo(ConnectTable.MAXIMUM_CONNECTS);
        assertThat(table.captured(ends(0), 0, NOON).settled()).isFalse();
        assertThat(table.captured(ends(1), 1, NOON).settled()).isTrue();
    }

    @Test
    void boundsTheBytesOfCallersThatNobodyCapturesAndLetsTheFlooderPay() {
        ConnectOwner flooder = new ConnectOwner(1000, 0);
        table.connected(ends(1), 1, NOON, curl, OWNER);
        int connects = 1000;
        for (int i = 0; i < connects; i++) {
            Caller heavy =
                    new CallerBuilder(caller(2)).commandLine("x".repeat(4000)).build();
            table.connected(ends(2 + i), 2 + i, NOON + i, heavy, flooder);
        }

        assertThat(counters.get(Counter.CALLERS_GIVEN_UP))
                .isGreaterThan(connects / 4)
                .isEqualTo(connects + 1 - table.connectCount());
        assertThat(table.captured(ends(1), 1, NOON).now())
                .as("the other's, though older")
                .isSameAs(curl);
    }

    @Test
    void forgetsConnectsThatNobodyCaptured() {
        table.connected(ends(1), 1, NOON, curl, OWNER);
        table.connected(ends(2), 2, NOON + ConnectTable.MAXIMUM_AGE_NANOS + 1, curl, OWNER);

        assertThat(table.connectCount()).isEqualTo(1);
    }

    @Test
    void keepsConnectsThatWereTakenByFourTupleForAMomentOnly() {
        table.connected(ends, UNKNOWN, NOON, curl, OWNER);
        table.captured(ends, UNKNOWN, NOON);
        assertThat(table.connectCount()).isEqualTo(1);
        table.connected(ends(1), 1, NOON + ConnectTable.CLOCK_SLACK_NANOS + 1, wget, OWNER);

        assertThat(table.connectCount()).isEqualTo(1);
    }

    @Test
    void givesUpTheOldestWaitingAtItsBound() {
        ConnectAnswer first = table.captured(ends(0), 0, NOON);
        for (int i = 1; i <= ConnectTable.MAXIMUM_WAITING; i++) {
            table.captured(ends(i), i, NOON);
        }

        assertThat(first.givenUp()).isTrue();
        assertThat(table.waitingCount()).isEqualTo(ConnectTable.MAXIMUM_WAITING);
    }

    /** As when somebody connects in a network of his own, where nothing is captured, each time as another program. */
    @Test
    void boundsConnectsThatAreNeverCapturedByTheirCallersWeightAndCountsThem() {
        int many = 3_000;
        Caller last = null;
        for (int i = 0; i < many; i++) {
            last = new CallerBuilder(AttributionMethod.CONNECT)
                    .pid(i)
                    .commandLine("x".repeat(4_000))
                    .build();
            table.connected(ends(i), i, NOON + i, last, OWNER);
        }
        int kept = table.connectCount();
        assertThat((long) kept * last.weight()).isLessThanOrEqualTo(ConnectTable.MAXIMUM_BYTES);
        assertThat(counters.get(Counter.CALLERS_GIVEN_UP)).isEqualTo(many - kept);
        assertThat(table.captured(ends(many - 1), many - 1, NOON + many).now()).isSameAs(last);
    }

    private static void assertAmbiguous(ConnectAnswer answer) throws InterruptedException {
        Caller caller = answer.caller(0);
        assertThat(caller.method()).isEqualTo(AttributionMethod.NONE);
        assertThat(caller.reason()).startsWith("ambiguous: ");
    }

    static FourTuple ends(int port) {
        return new FourTuple(IpAddress.ipv4(0x0A00000A + (port >>> 16)), port & 0xFFFF, IpAddress.IMDS_IPV4, 80);
    }

    static Caller caller(int pid) {
        return new CallerBuilder(AttributionMethod.CONNECT).pid(pid).build();
    }
}
