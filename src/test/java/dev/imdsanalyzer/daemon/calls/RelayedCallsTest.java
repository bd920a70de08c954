package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Behind.Certainty;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.UnseenConnect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RelayedCallsTest {
    private static final long MILLI = 1_000_000;
    private static final Caller RELAY = process(812, 5_000_000_123L);
    /** The same process as the other source knows it. */
    private static final Caller RELAY_BY_SOCKET = process(812, 5_000_000_000L);

    private static final Caller FIRST_POD = process(41, 7_000_000_000L);
    private static final Caller SECOND_POD = process(42, 7_000_000_000L);

    private record Told(ImdsCall call, Caller caller, Certainty link) {}

    private final List<Told> told = new ArrayList<>();
    private int answering = -1;
    private CompletableFuture<Behind> behind;
    private final RelayedCalls relayed = new RelayedCalls(
            new RelayedCalls.Relays() {
                @Override
                public boolean mayAnswer(ImdsCall call, Caller caller) {
                    return caller.pid() == answering;
                }

                @Override
                public CompletableFuture<Behind> behind(ImdsCall call, Caller caller) {
                    return behind;
                }
            },
            (call, caller, link) -> told.add(new Told(call, caller, link)));

    @Test
    void callWithinAnothersTimeForTheSameIsLinkedAlsoWhenItIsTheRelaysFirst() {
        answering = 812;
        second("/a", 10, 20);
        first("/a", 5, 25, FIRST_POD);
        relayed.expire(2_000 * MILLI);

        Told outer = told.get(1);
        assertThat(outer.caller.pid()).isEqualTo(41);
        assertThat(outer.caller.proxy()).isEqualTo(RELAY);
        assertThat(outer.link).isEqualTo(Certainty.PROVEN);
    }

    @Test
    void callsOfOthersAreNotHeldUp() {
        first("/a", 5, 25, FIRST_POD);
        relayed.add(call("/a", 10, 20, Set.of()), SECOND_POD);

        assertThat(told).hasSize(2);
        assertThat(relayed.isEmpty()).isTrue();
    }

    @Test
    void otherPathOrTimeOrAnotherRelayMakesItTheRelaysOwn() {
        first("/b", 5, 25, FIRST_POD);
        first("/a", 11, 25, FIRST_POD);
        first("/a", 5, 19, FIRST_POD);
        relayed.add(call("/a", 5, 25, Set.of(Finding.ANSWERED_LOCALLY)), behind(FIRST_POD, process(900, 1)));
        second("/a", 10, 20);
        relayed.expire(2_000 * MILLI);

        Told outer = told.get(4);
        assertThat(outer.caller).isEqualTo(RELAY);
        assertThat(outer.link).isEqualTo(Certainty.NOBODY);
    }

    @Test
    void severalWhoAskedForTheSameLeaveTheRelayAndSayIt() {
        first("/a", 5, 25, FIRST_POD);
        first("/a", 6, 26, SECOND_POD);
        second("/a", 10, 20);
        relayed.expire(2_000 * MILLI);

        Told outer = told.get(2);
        assertThat(outer.caller.pid()).isEqualTo(812);
        assertThat(outer.caller.reason()).isEqualTo(RelayedCalls.UNSURE);
        assertThat(outer.link).isEqualTo(Certainty.UNSURE);
    }

    @Test
    void callWaitsNoLongerThanItsTimeAndNoMoreThanTheirNumber() {
        first("/z", 1, 2, FIRST_POD);
        second("/a", 10, 20);
        relayed.expire(1_019 * MILLI);
        assertThat(told).hasSize(1);
        relayed.expire(1_020 * MILLI);
        assertThat(told).hasSize(2);
        for (int i = 0; i <= RelayedCalls.MAXIMUM; i++) {
            second("/a", 10, 20);
        }
        assertThat(told).hasSize(3);
        relayed.close();
        assertThat(told).hasSize(3 + RelayedCalls.MAXIMUM);
    }

    @Test
    void anotherProcessWithTheNumberOfARelayIsNone() {
        first("/a", 5, 25, FIRST_POD);
        relayed.add(call("/a", 10, 20, Set.of()), process(812, 90_000_000_000L));

        assertThat(told).hasSize(2);
    }

    @Test
    void programThatARelayPassedOnIsTheCallerAndTheRelayItsProxy() {
        UnseenConnect connect = new UnseenConnect(call("/a", 1, 2, Set.of()).fourTuple(), FIRST_POD, 1, 2);
        behind = new CompletableFuture<>();
        second("/a", 10, 20);
        assertThat(told).isEmpty();
        behind.complete(new Behind(Certainty.BY_TIME, List.of(connect)));
        relayed.expire(1_020 * MILLI);

        assertThat(told.get(0).caller.pid()).isEqualTo(FIRST_POD.pid());
        assertThat(told.get(0).caller.proxy()).isEqualTo(RELAY);
        assertThat(told.get(0).caller.reason()).isEqualTo(RelayedCalls.BY_TIME);
        assertThat(told.get(0).link).isEqualTo(Certainty.BY_TIME);

        behind = CompletableFuture.completedFuture(new Behind(Certainty.PROVEN, List.of(connect)));
        second("/a", 10, 20);
        relayed.close();
        assertThat(told.get(1).caller.proxy()).isEqualTo(RELAY);
        assertThat(told.get(1).caller.reason()).isNull();
    }

    @Test
    void callThatComesLateOnABusyHostStillWaitsForTheAnswerWhoIsBehindIt() {
        behind = new CompletableFuture<>();
        second("/a", 10, 20);
        relayed.expire(5_000 * MILLI);
        relayed.expire(5_000 * MILLI + RelayedCalls.BEHIND_NANOS - 1);
        assertThat(told).isEmpty();

        behind.complete(behindConnect());
        relayed.expire(5_000 * MILLI + RelayedCalls.BEHIND_NANOS - 1);

        assertThat(told.get(0).caller.pid()).isEqualTo(FIRST_POD.pid());
    }

    @Test
    void manyThatGetNoAnswerWaitTogetherAndNotOneAfterAnother() {
        behind = new CompletableFuture<>();
        for (int i = 0; i < 5; i++) {
            second("/a", 10, 20);
        }
        relayed.expire(5_000 * MILLI);
        relayed.expire(5_000 * MILLI + RelayedCalls.BEHIND_NANOS);

        assertThat(told).hasSize(5).allMatch(one -> one.link == Certainty.UNSURE);
    }

    @Test
    void atTheEndAnAnswerThatIsOnItsWayIsAwaited() {
        behind = new CompletableFuture<Behind>().completeOnTimeout(behindConnect(), 50, TimeUnit.MILLISECONDS);
        second("/a", 10, 20);
        relayed.close();

        assertThat(told.get(0).link).isEqualTo(Certainty.BY_TIME);
    }

    private static Behind behindConnect() {
        UnseenConnect connect = new UnseenConnect(call("/a", 1, 2, Set.of()).fourTuple(), FIRST_POD, 1, 2);
        return new Behind(Certainty.BY_TIME, List.of(connect));
    }

    @Test
    void relayIsTheCallerWhereNobodyKnowsForWhomAndWhereNoAnswerCameInTime() {
        behind = CompletableFuture.completedFuture(Behind.unsure());
        second("/a", 10, 20);
        behind = new CompletableFuture<>();
        second("/b", 10, 20);
        behind = CompletableFuture.completedFuture(Behind.NOBODY);
        second("/c", 10, 20);
        relayed.expire(1_020 * MILLI);
        relayed.expire(1_020 * MILLI + RelayedCalls.BEHIND_NANOS);

        assertThat(told).extracting(one -> one.caller.pid()).containsExactly(812, 812, 812);
        assertThat(told).extracting(Told::link).containsExactly(Certainty.UNSURE, Certainty.UNSURE, Certainty.NOBODY);
        assertThat(told)
                .extracting(one -> one.caller.reason())
                .containsExactly(RelayedCalls.UNSURE_RELAY, RelayedCalls.UNSURE_RELAY, null);
    }

    @Test
    void proxyThatIsGoneAtOnceIsTheOneThatAskedForTheSameMeanwhile() {
        answering = 812;
        second("/a", 10, 20);
        relayed.add(call("/a", 5, 25, Set.of(Finding.ANSWERED_LOCALLY)), FIRST_POD);
        assertThat(told).isEmpty();
        relayed.expire(1_025 * MILLI);

        assertThat(told).hasSize(2);
        assertThat(told.get(0).caller.pid()).isEqualTo(41);
        assertThat(told.get(0).caller.proxy()).isEqualTo(RELAY);
        assertThat(told.get(1).caller.proxy()).isEqualTo(RELAY);
        assertThat(told.get(1).caller.reason()).isEqualTo(RelayedCalls.BY_CALL);
    }

    @Test
    void proxyThatAskedNobodyStaysUnknown() {
        relayed.add(call("/a", 5, 25, Set.of(Finding.ANSWERED_LOCALLY)), FIRST_POD);
        relayed.expire(1_025 * MILLI);

        assertThat(told).singleElement().satisfies(one -> assertThat(one.caller).isEqualTo(FIRST_POD));
    }

    @Test
    void dockersForwarderLeadsToTheContainerThatAsks() {
        Caller forwarder = new CallerBuilder(process(700, 1))
                .executable("/usr/bin/docker-proxy")
                .commandLine("docker-proxy -proto tcp -host-port 8181 -container-ip 10.0.0.5 -container-port 8181")
                .build();
        answering = 812;
        second("/a", 10, 20);
        relayed.add(call("/a", 5, 25, Set.of(Finding.ANSWERED_LOCALLY)), behind(FIRST_POD, forwarder));
        relayed.expire(1_025 * MILLI);

        assertThat(told.get(1).caller.pid()).isEqualTo(41);
        assertThat(told.get(1).caller.proxy()).isEqualTo(RELAY);
    }

    /** As where the host's own OUTPUT rules redirect: the request is not seen, nor when it was made. */
    @Test
    void answerAloneIsForTheCallThatItsProxyMadeJustBefore() {
        answering = 812;
        second("/a", 10, 20);
        relayed.add(
                withoutRequest(call("/a", 21, 21, Set.of(Finding.ANSWERED_LOCALLY))),
                behind(FIRST_POD, RELAY_BY_SOCKET));
        relayed.expire(1_025 * MILLI);

        assertThat(told.get(1).caller.pid()).isEqualTo(41);
        assertThat(told.get(1).caller.proxy()).isEqualTo(RELAY);
    }

    private static ImdsCall withoutRequest(ImdsCall call) {
        return new ImdsCallBuilder()
                .flow(call.connectionId(), call.fourTuple(), call.timestampNanos(), -1)
                .noRequest()
                .response(200, null, 5, -1)
                .findings(call.findings(), null)
                .build();
    }

    private void first(String path, long fromMillis, long toMillis, Caller caller) {
        relayed.add(
                call(path, fromMillis, toMillis, Set.of(Finding.ANSWERED_LOCALLY)), behind(caller, RELAY_BY_SOCKET));
    }

    private void second(String path, long fromMillis, long toMillis) {
        relayed.add(call(path, fromMillis, toMillis, Set.of()), RELAY);
    }

    private static Caller behind(Caller caller, Caller relay) {
        return new CallerBuilder(caller).proxy(relay).build();
    }

    private static Caller process(int pid, long startNanos) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .startNanos(startNanos)
                .build();
    }

    private static ImdsCall call(String path, long fromMillis, long toMillis, Set<Finding> findings) {
        return new ImdsCallBuilder()
                .flow(
                        1,
                        new FourTuple(IpAddress.ipv4(0x0A000005), 40_000, IpAddress.IMDS_IPV4, 80),
                        fromMillis * MILLI,
                        (toMillis - fromMillis) * MILLI)
                .request("GET", path, null)
                .response(200, null, 5, -1)
                .findings(findings, null)
                .build();
    }
}
