package dev.imdsanalyzer.live;

import dev.imdsanalyzer.live.NetworkCase.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every place of {@link NetworkCase.Place}, and an analyzer on all interfaces and on each of the named ones. */
final class NetworkScene implements AutoCloseable {
    private static final List<String> DEVICES = List.of("any", "eth0", "br0", "veth", "wire1");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Original packets of each twin in a zone of its own; answers find their way by the connection's mark. */
    private static final String NFT_TWINS = """
            table ip twins {
                chain zones { type filter hook prerouting priority -300;
                    iifname "twin1" ct original zone set 1; iifname "twin2" ct original zone set 2; }
                chain marks { type filter hook prerouting priority -150;
                    iifname "twin1" ct mark set 1; iifname "twin2" ct mark set 2;
                    iifname "eth0" meta mark set ct mark; }
                chain after { type nat hook postrouting priority 100;
                    ip saddr 172.18.0.2 oifname "eth0" masquerade; }
            }
            """;

    private final Path folder;
    private final Topology topology = Topology.create(2);
    private final List<AutoCloseable> parts = new ArrayList<>(List.of(topology));
    private final Map<Place, NetworkNamespace> places = new EnumMap<>(Place.class);
    private final Map<String, Analyzer> analyzers = new LinkedHashMap<>();
    private final ImdsEmulator emulator;
    private final Wire wire;

    /** @param folder takes every file */
    NetworkScene(Path folder) {
        this.folder = folder;
        try {
            emulator = keep(ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl")));
            emulator.set("hop-limit", "64");
            wire = keep(Wire.lay(topology));
            places.put(Place.HOST, topology.host());
            places.put(Place.BRIDGED_1, topology.container(0));
            places.put(Place.BRIDGED_2, topology.container(1));
            places.put(Place.WIRED, wire.caller());
            places.put(Place.ROUTED, routed());
            places.put(Place.TWIN_1, twin("1"));
            places.put(Place.TWIN_2, twin("2"));
            topology.host().feed(NFT_TWINS, "nft", "-f", "-");
            for (String device : DEVICES) {
                Path own = Files.createDirectory(folder.resolve(device));
                analyzers.put(device, keep(Analyzer.startOn(topology.host(), own, device, null)));
            }
        } catch (IOException failure) {
            close();
            throw new UncheckedIOException(failure);
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(0, part);
        return part;
    }

    private NetworkNamespace routed() {
        NetworkNamespace routed = keep(NetworkNamespace.create());
        topology.host()
                .ip(
                        "link add veth type veth peer name eth0 netns " + routed.pid(),
                        "address add 172.19.0.1/24 dev veth",
                        "address add fd00:19::1/64 dev veth nodad",
                        "link set veth up");
        routed.ip(
                "link set lo up",
                "address add 172.19.0.2/24 dev eth0",
                "address add fd00:19::2/64 dev eth0 nodad",
                "link set eth0 up",
                "route add default via 172.19.0.1",
                "route add default via fd00:19::1");
        topology.imds().ip("route add 172.19.0.0/24 via 10.0.0.10", "route add fd00:19::/64 via fd00:10::10");
        return routed;
    }

    private NetworkNamespace twin(String number) {
        NetworkNamespace twin = keep(NetworkNamespace.create());
        String link = "twin" + number;
        topology.host()
                .ip(
                        "link add " + link + " type veth peer name eth0 netns " + twin.pid(),
                        "address add 172.18.0.1/32 dev " + link,
                        "link set " + link + " up",
                        "route add 172.18.0.2/32 dev " + link + " table 10" + number,
                        "rule add fwmark " + number + " lookup 10" + number);
        twin.ip(
                "link set lo up",
                "address add 172.18.0.2/24 dev eth0",
                "link set eth0 up",
                "route add default via 172.18.0.1");
        return twin;
    }

    /** Makes the calls of a case, and returns when its clients have ended. */
    void run(NetworkCase network) {
        wire.set(network.wire());
        Path second = folder.resolve(network.name() + ".second");
        List<Process> processes = network.places().stream()
                .map(place -> start(network, places.get(place), second))
                .toList();
        if (network.command().get(0).equals("held")) {
            Await.until(
                    "every caller of " + network + " has made its first call",
                    LIMIT,
                    () -> truth(network).size() == processes.size(),
                    () -> output(network));
            write(second);
        }
        for (Process process : processes) {
            if (!Processes.exits(process, LIMIT) || process.exitValue() != 0) {
                throw new AssertionError("a caller of " + network + " failed\n" + output(network));
            }
        }
    }

    private Process start(NetworkCase network, NetworkNamespace namespace, Path second) {
        List<String> command = new ArrayList<>(
                List.of(Python.PROGRAM, ClientPrograms.python("network_client.py"), network.address(), network.name()));
        command.addAll(network.command());
        if (network.command().get(0).equals("held")) {
            command.add(second.toString());
        }
        return Processes.start(namespace
                .command(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(outputOf(network).toFile())));
    }

    private Path outputOf(NetworkCase network) {
        return folder.resolve(network.name() + ".out");
    }

    private String output(NetworkCase network) {
        try {
            return Files.readString(outputOf(network));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void write(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What IMDS saw of the case. */
    List<TruthRecord> truth(NetworkCase network) {
        return emulator.truth().stream()
                .filter(one -> network.made(one.target()))
                .toList();
    }

    /** What the analyzer on that interface logged of it. */
    List<LogLine> lines(NetworkCase network, String device) {
        return analyzers.get(device).requests().stream()
                .filter(line -> network.made(line.target()))
                .toList();
    }

    /** Ends the analyzers, once each has as many lines as it should have of these cases: they will write no more. */
    void finish(List<NetworkCase> cases) {
        for (Map.Entry<String, Analyzer> one : analyzers.entrySet()) {
            Await.holds(
                    Duration.ofSeconds(10),
                    () -> cases.stream()
                            .filter(network -> one.getKey().equals("any")
                                    || network.devices().contains(one.getKey()))
                            .allMatch(network -> lines(network, one.getKey()).size() >= network.calls()));
            one.getValue().stop();
        }
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
