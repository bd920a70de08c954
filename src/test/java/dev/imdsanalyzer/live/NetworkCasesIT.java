package dev.imdsanalyzer.live;

import static dev.imdsanalyzer.live.NetworkCase.on;
import static dev.imdsanalyzer.live.NetworkCase.wired;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.live.NetworkCase.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One call is one line, whatever the network does to its packets; and two calls are two. */
@LiveTest
class NetworkCasesIT {
    private static final NetworkCase CALLS = on(Place.BRIDGED_1, "bridge-masquerade", 3, "calls");
    private static final NetworkCase LARGE = on(Place.BRIDGED_1, "super-segment-request", 1, "large", "20000");

    @TempDir
    static Path folder;

    private static NetworkScene scene;

    private static List<NetworkCase> cases() {
        List<NetworkCase> all = new ArrayList<>();
        Stream.of(
                        on(Place.HOST, "eni", 3, "calls"),
                        on(Place.ROUTED, "veth-routed", 3, "calls"),
                        CALLS,
                        LARGE,
                        wired("plain", "bridge-only", 3, "calls"),
                        wired("vlan", "vlan", 3, "calls"),
                        wired("qinq", "vlan-in-vlan", 3, "calls"),
                        wired("fragmented", "fragmented-last-first", 3, "calls"),
                        wired("duplicated", "every-segment-twice", 3, "calls"),
                        wired("reordered", "reordered", 1, "burst", "8"),
                        wired("lost-request", "retransmitted-request", 3, "calls"),
                        wired("lost-response", "retransmitted-response", 3, "calls"))
                .forEach(one -> all.addAll(List.of(one, one.overIpv6())));
        all.addAll(List.of(
                wired("extension-headers", "extension-headers", 3, "calls").overIpv6(),
                wired("lost-syn", "retransmitted-syn", 3, "calls"),
                on(Place.HOST, "super-segment-request-eni", 1, "large", "60000"),
                on(Place.BRIDGED_1, "super-segment-answer", 1, "body", "200000"),
                on(Place.BRIDGED_1, "eight-small-segments", 1, "burst", "8"),
                on(Place.BRIDGED_1, "keep-alive", 23, "keep-alive", "23"),
                on(Place.BRIDGED_1, "pipelined", 23, "pipelined", "23"),
                on(Place.HOST, "port-reused-at-once-eni", 3, "reuse", "40001"),
                on(Place.BRIDGED_1, "port-reused-at-once", 3, "reuse", "40002"),
                both(Place.BRIDGED_1, Place.BRIDGED_2, "same-port-in-two-containers", "40003"),
                both(Place.TWIN_1, Place.TWIN_2, "same-address-and-port-in-two-containers", "40004")));
        return all;
    }

    private static NetworkCase both(Place first, Place second, String name, String port) {
        return new NetworkCase(name, List.of(first, second), "plain", false, 4, List.of("held", port));
    }

    @BeforeAll
    static void makeTheCalls() {
        scene = new NetworkScene(folder);
        cases().forEach(scene::run);
        scene.finish(cases());
        System.out.println(table());
    }

    @AfterAll
    static void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void callIsOneLineOnAllInterfacesTogether(NetworkCase network) {
        assertThat(scene.truth(network)).hasSize(network.calls());

        List<LogLine> lines = scene.lines(network, "any");
        LoggedCalls.assertEachIsLoggedOnce(scene.truth(network), lines);
        assertThat(lines).allSatisfy(line -> {
            assertThat(network.sources()).contains(line.text("source.ip").orElse("none"));
            assertThat(line.number("event.duration").orElseThrow()).isPositive();
        });
        assertThat(lines.stream().map(line -> line.text("process.pid").orElse("nobody")))
                .as("a process in each place")
                .doesNotContain("nobody")
                .satisfies(pids -> assertThat(pids.stream().distinct()).hasSameSizeAs(network.places()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void callIsOneLineOnEachInterfaceByItself(NetworkCase network) {
        for (String device : network.devices()) {
            LoggedCalls.assertEachIsLoggedOnce(scene.truth(network), scene.lines(network, device));
        }
    }

    private static String table() {
        String head =
                String.format("%-46s %5s %5s %5s  %s%n", "network case", "calls", "lines", "any", "on one interface");
        return head
                + cases().stream()
                        .map(network -> String.format(
                                "%-46s %5d %5d %5d  %s",
                                network,
                                scene.truth(network).size(),
                                network.calls(),
                                scene.lines(network, "any").size(),
                                network.devices().stream()
                                        .map(device -> device + " "
                                                + scene.lines(network, device).size())
                                        .collect(Collectors.joining(", "))))
                        .collect(Collectors.joining(System.lineSeparator()));
    }
}
