package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelayedCallsTest {
    private static final long MILLI = 1_000_000;
    private static final Caller RELAY = process(812, 5_000_000_123L);
    /** The same process as the other source knows it. */
    private static final Caller RELAY_BY_SOCKET = process(812, 5_000_000_000L);

    private static final Caller FIRST_POD = process(41, 7_000_000_000L);
    private static final Caller SECOND_POD = process(42, 7_000_000_000L);

    private record Told(ImdsCall call, Caller caller, boolean behindUnknown) {}

    private final List<Told> told = new ArrayList<>();
    private int answering = -1;
    private final RelayedCalls relayed = new RelayedCalls(
            pid -> pid == answering, (call, caller, unknown) -> told.add(new Told(call, caller, unknown)));

    @Test
    void callWithinAnothersTimeForTheSameIsLinkedAlsoWhenItIsTheRelaysFirst() {
        answering = 812;
        second("/a", 10, 20);
        first("/a", 5, 25, FIRST_POD);
        relayed.expire(2_000 * MILLI);

        Told outer = told.get(1);
        assertThat(outer.caller.pid()).isEqualTo(41);
        assertThat(outer.caller.proxy()).isEqualTo(RELAY);
        assertThat(outer.behindUnknown).isFalse();
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
        assertThat(outer.behindUnknown).isFalse();
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
        assertThat(outer.behindUnknown).isTrue();
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
        return new ImdsCall(
                1,
                new FourTuple(IpAddress.ipv4(0x0A000005), 40_000, IpAddress.IMDS_IPV4, 80),
                fromMillis * MILLI,
                (toMillis - fromMillis) * MILLI,
                ImdsVersion.V1,
                Operation.GET,
                Category.META_DATA,
                Outcome.SUCCESS,
                false,
                -1,
                -1,
                "GET",
                "1.1",
                path,
                null,
                null,
                null,
                null,
                null,
                200,
                5,
                null,
                findings,
                null,
                null);
    }
}
