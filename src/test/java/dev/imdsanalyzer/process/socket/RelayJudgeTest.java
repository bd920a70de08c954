package dev.imdsanalyzer.process.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Behind.Certainty;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.UnseenConnect;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RelayJudgeTest {
    private static final long MILLI = 1_000_000;
    private static final long NOON = 1_795_000_000_000L * MILLI;
    private static final long HOST = 4026531840L;
    private static final long POD = 4026532001L;
    private static final long OTHER_POD = 4026532002L;

    private boolean carriesPackets;
    private boolean listens;
    private Set<Integer> open = Set.of();

    private final RelayJudge judge = new RelayJudge(new RelayEvidence(null) {
        @Override
        boolean carriesPackets(Caller caller) {
            return carriesPackets;
        }

        @Override
        Sockets sockets(Caller caller) {
            return new Sockets() {
                @Override
                public boolean answers(UnseenConnect connect) {
                    return open.contains(connect.caller().pid());
                }

                @Override
                public boolean listens() {
                    return listens;
                }
            };
        }
    });

    @Test
    void connectAroundTheRelaysOwnIsPassedOnByWhoeverCarriesThePackets() {
        carriesPackets = true;

        assertThat(behind(relay(HOST), 5, connect(41, POD, 4, 6))).isEqualTo(Certainty.BY_TIME);
        assertThat(behind(relay(HOST), 5, connect(41, POD, 4, 6), connect(42, POD, 10, 12)))
                .isEqualTo(Certainty.BY_TIME);
    }

    @Test
    void twoConnectsAroundOneLeaveItUnsure() {
        carriesPackets = true;

        Behind behind = judge(relay(HOST), 5, connect(42, OTHER_POD, 4, 7), connect(41, POD, 4, 6));

        assertThat(behind.certainty()).isEqualTo(Certainty.UNSURE);
        assertThat(behind.connects()).extracting(one -> one.caller().pid()).containsExactly(42, 41);
    }

    @Test
    void connectsOfOneProcessAreNoDoubtAboutWhoItIs() {
        carriesPackets = true;

        assertThat(behind(relay(HOST), 5, connect(41, POD, 3, 7), connect(41, POD, 4, 6)))
                .isEqualTo(Certainty.BY_TIME);
    }

    @Test
    void programThatCarriesNoPacketsCalledForItself() {
        assertThat(behind(relay(HOST), 5, connect(41, POD, 4, 6))).isEqualTo(Certainty.NOBODY);
    }

    @Test
    void connectsBeforeAndAfterTheRelaysOwnAreNotPassedOnByIt() {
        carriesPackets = true;

        assertThat(behind(relay(HOST), 15, connect(41, POD, 4, 6), connect(42, POD, 20, 21)))
                .isEqualTo(Certainty.NOBODY);
    }

    @Test
    void proxyThatHoldsTheOtherEndIsProven() {
        listens = true;
        open = Set.of(41);

        assertThat(behind(relay(POD), 8, connect(41, POD, 4, 5))).isEqualTo(Certainty.PROVEN);
        // Kept open on both sides, however long ago both were opened.
        assertThat(judge.judge(question(relay(POD), -90_000, 8, connect(41, POD, -60_000, -59_000)))
                        .certainty())
                .isEqualTo(Certainty.PROVEN);
    }

    @Test
    void twoThatHaveAConnectionToTheProxyLeaveItUnsure() {
        listens = true;
        open = Set.of(41, 42);

        assertThat(behind(relay(POD), 8, connect(41, POD, 4, 5), connect(42, POD, -500, -499)))
                .isEqualTo(Certainty.UNSURE);
    }

    @Test
    void oneThatClosedAMomentAgoMayHaveAskedAsWell() {
        listens = true;
        open = Set.of(42);

        assertThat(behind(relay(POD), 8, connect(41, POD, 4, 5), connect(42, POD, -5_000, -4_999)))
                .isEqualTo(Certainty.UNSURE);
    }

    @Test
    void proxyThatListensAndConnectsRightAfterAnotherConnectIsLinkedByTime() {
        listens = true;

        assertThat(behind(relay(POD), 8, connect(41, POD, 4, 5))).isEqualTo(Certainty.BY_TIME);
        assertThat(behind(relay(POD), 8, connect(41, POD, 4, 5), connect(42, POD, 5, 6)))
                .isEqualTo(Certainty.UNSURE);
        assertThat(behind(relay(POD), 8, connect(41, POD, -3_000, -2_999))).isEqualTo(Certainty.UNSURE);
    }

    @Test
    void neighbourInTheSameNetworkThatDoesNotListenCalledForItself() {
        assertThat(behind(relay(POD), 8, connect(41, POD, 4, 5))).isEqualTo(Certainty.NOBODY);
    }

    @Test
    void connectsInAnotherNetworkAreNoneOfASidecars() {
        listens = true;

        assertThat(behind(relay(POD), 8, connect(41, OTHER_POD, 4, 5))).isEqualTo(Certainty.NOBODY);
    }

    @Test
    void ownConnectsOfTheRelayAndThoseElsewhereOrLaterDoNotConcernIt() {
        RelayQuestion question = question(relay(POD), 8, 9);

        assertThat(concerns(question, connect(41, POD, 4, 5))).isTrue();
        assertThat(concerns(question, connect(812, POD, 4, 5))).isFalse();
        assertThat(concerns(question, connect(41, OTHER_POD, 4, 5))).isFalse();
        assertThat(concerns(question, connect(41, OTHER_POD, 4, 9))).isTrue();
        assertThat(concerns(question, connect(41, POD, 4, 10))).isFalse();
    }

    private static boolean concerns(RelayQuestion question, UnseenConnect connect) {
        return question.concerns(connect.caller(), connect.connectNanos(), connect.establishedNanos());
    }

    @Test
    void moreConnectsThanAreLookedAtHideNoOther() {
        listens = true;
        carriesPackets = true;
        List<UnseenConnect> seen = List.of(connect(41, POD, 4, 5));

        assertThat(judge.judge(question(relay(POD), 8, 9).with(seen, true)).certainty())
                .isEqualTo(Certainty.UNSURE);
        List<UnseenConnect> around = List.of(connect(41, OTHER_POD, 4, 9));
        assertThat(judge.judge(question(relay(POD), 8, 9).with(around, true)).certainty())
                .isEqualTo(Certainty.UNSURE);
        open = Set.of(41);
        assertThat(judge.judge(question(relay(POD), 8, 9).with(seen, true)).certainty())
                .isEqualTo(Certainty.UNSURE);
    }

    private Certainty behind(Caller relay, long openedMillis, UnseenConnect... unseen) {
        return judge(relay, openedMillis, unseen).certainty();
    }

    private Behind judge(Caller relay, long openedMillis, UnseenConnect... unseen) {
        return judge.judge(question(relay, openedMillis, openedMillis + 1, unseen));
    }

    private static RelayQuestion question(Caller relay, long openedMillis, long callMillis, UnseenConnect... unseen) {
        return new RelayQuestion(
                relay,
                NOON + openedMillis * MILLI,
                NOON + callMillis * MILLI,
                Stream.of(unseen).toList(),
                false);
    }

    private static Caller relay(long namespace) {
        return process(812, namespace);
    }

    private static Caller process(int pid, long namespace) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .startNanos(1_000_000_000L * pid)
                .ancestors(List.of())
                .networkNamespace(namespace)
                .build();
    }

    private static UnseenConnect connect(int pid, long namespace, long fromMillis, long answeredMillis) {
        return new UnseenConnect(
                new FourTuple(IpAddress.ipv4(0x0A000005), 40_000 + pid, IpAddress.IMDS_IPV4, 80),
                process(pid, namespace),
                NOON + fromMillis * MILLI,
                NOON + answeredMillis * MILLI);
    }
}
