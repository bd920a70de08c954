package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.imdsanalyzer.kernel.perf.CpuList;
import dev.imdsanalyzer.kernel.perf.PerfRings;
import dev.imdsanalyzer.kernel.perf.Tracefs;
import dev.imdsanalyzer.kernel.perf.TracepointFormat;
import dev.imdsanalyzer.kernel.perf.TracepointFormats;
import dev.imdsanalyzer.kernel.perf.TracepointHook;
import dev.imdsanalyzer.live.LiveTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@LiveTest
class ConnectProbeIT {
    /** What one record said, copied out of the ring. */
    private record Seen(int kind, int pid, int port, boolean lost, String path, String arguments, List<Integer> chain) {
        static Seen of(ConnectRecord record) {
            boolean connect = record.kind() == ConnectRecord.KIND_CONNECT;
            List<Integer> chain = new ArrayList<>();
            for (int i = 0; connect && i < record.ancestorCount(); i++) {
                chain.add(record.ancestorPid(i));
            }
            return new Seen(
                    record.kind(),
                    record.pid(),
                    record.localPort(),
                    record.has(ConnectRecord.FLAG_CONNECT_LOST),
                    connect ? new String(record.pathParts(), StandardCharsets.UTF_8) : "",
                    connect ? new String(record.arguments(), StandardCharsets.UTF_8) : "",
                    chain);
        }
    }

    private static List<Seen> drain(ConnectProbe probe) {
        ConnectRecord view = new ConnectRecord();
        List<Seen> seen = new ArrayList<>();
        probe.drain(record -> {
            assertThat(view.wrap(record)).isTrue();
            seen.add(Seen.of(view));
        });
        return seen;
    }

    private static ConnectProbe open(boolean tracefs, boolean ringBuffer) throws Exception {
        int cpus = CpuList.online().size();
        return Tracefs.call(() -> ConnectProbe.open(new ConnectProbeOptions(tracefs, ringBuffer, true, cpus, 128)));
    }

    @Test
    void findsAllOffsetsInTheRunningKernel() throws Exception {
        KernelLayout layout = KernelLayout.read(BtfReader.KERNEL);

        assertThat(layout.complete()).as(layout.toString()).isTrue();
        assertThat(layout.socket().hasNetworkNamespace()).isTrue();
        assertThat(layout.socket().hasSequenceNumbers()).isTrue();
        assertThat(layout.socket().hasEvent()).isTrue();
        assertThat(layout.place().hasFiles()).as(layout.toString()).isTrue();
        assertThat(layout.place().hasFirstProcess()).as(layout.toString()).isTrue();
        assertThat(layout.place().hasUserNamespaces()).as(layout.toString()).isTrue();
        assertThat(layout.exec().complete()).as(layout.toString()).isTrue();
    }

    /** Through the tracepoint or the raw one, which needs no tracefs; into one ring or into one for each CPU. */
    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void takesEverythingOutOfTheKernelItself(boolean tracefs, boolean ringBuffer) throws Exception {
        try (ConnectPeers peers = new ConnectPeers(true, line -> {});
                ConnectProbe probe = open(tracefs, ringBuffer)) {
            assertThat(probe.hook()).contains(tracefs ? "the tracepoint sock:" : "raw tracepoint");
            assertThat(probe.weaknesses()).isEmpty();
            Process client = peers.client("fire", "/latest/fire").start();
            String[] request = peers.nextRequest().split(" ", -1);
            assertThat(client.waitFor()).isZero();
            List<Seen> seen = drain(probe);

            assertThat(seen).extracting(Seen::pid).containsOnly((int) client.pid());
            Seen connect = seen.stream()
                    .filter(one -> one.kind() == ConnectRecord.KIND_CONNECT)
                    .findAny()
                    .orElseThrow();
            Seen port = seen.stream()
                    .filter(one -> one.kind() == ConnectRecord.KIND_PORT)
                    .findAny()
                    .orElseThrow();
            assertThat(seen).hasSize(2);
            assertThat(port.port()).isEqualTo(Integer.parseInt(request[1]));
            assertThat(connect.arguments()).isEqualTo(peers.program() + "\0fire\0/latest/fire\0");
            List<String> parts = List.of(connect.path().split("\0"));
            assertThat(parts.get(0)).isEqualTo("connect_peers");
            assertThat(parts).hasSize(peers.program().getNameCount());
            assertThat(connect.chain())
                    .startsWith((int) ProcessHandle.current().pid())
                    .endsWith(1);
        }
    }

    @Test
    void takesTheRawTracepointByItselfWhereTracefsIsNotMounted() throws Exception {
        assumeFalse(Files.isDirectory(Path.of("/sys/kernel/tracing/events")), "tracefs is mounted on this machine");
        try (ConnectProbe probe = ConnectProbe.open(true)) {
            assertThat(probe.hook())
                    .isEqualTo("the raw tracepoint inet_sock_set_state, as tracefs is not mounted"
                            + " (mount -t tracefs tracefs /sys/kernel/tracing)");
        }
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void reportsRefusedConnectsToTheirEnd(boolean tracefs, boolean ringBuffer) throws Exception {
        try (ConnectPeers peers = new ConnectPeers(false, line -> {});
                ConnectProbe probe = open(tracefs, ringBuffer)) {
            ConnectPeers.run(peers.client("refused", "-", "100"));
            List<Seen> seen = drain(probe);

            assertThat(seen)
                    .filteredOn(one -> one.kind() == ConnectRecord.KIND_CONNECT)
                    .hasSize(100);
            assertThat(seen)
                    .filteredOn(one -> one.kind() == ConnectRecord.KIND_PORT)
                    .hasSize(100)
                    .allMatch(one -> one.port() > 0);
            assertThat(probe.lost()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void countsWhatFindsNoRoomInTheRing(boolean ringBuffer) throws Exception {
        try (ConnectPeers peers = new ConnectPeers(false, line -> {});
                ConnectProbe probe =
                        Tracefs.call(() -> ConnectProbe.open(new ConnectProbeOptions(true, ringBuffer, false, 1, 2)))) {
            ConnectPeers.run(peers.client("refused", "-", "200"));
            List<Seen> seen = drain(probe);

            assertThat(probe.lost()).isPositive();
            assertThat(seen.size() + probe.lost()).isEqualTo(400);
            ConnectPeers.run(peers.client("refused", "-", "3"));
            assertThat(drain(probe)).as("after the loss").hasSize(6).noneMatch(Seen::lost);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neitherDisturbsOtherTracersNorIsDisturbed(boolean tracefs) throws Exception {
        Tracefs.call(() -> {
            TracepointFormat format = TracepointFormat.read("sock", "inet_sock_set_state");
            BpfAssembler zero = new BpfAssembler().set(Register.R0, 0).exit();
            try (ConnectPeers peers = new ConnectPeers(false, line -> {});
                    PerfRings sampler = PerfRings.forTracepoint(CpuList.online(), 64, format.id());
                    ConnectProbe probe = open(tracefs, true)) {
                ConnectPeers.run(peers.client("refused", "-", "20"));
                assertThat(sampler.drain(record -> {})).as("samples beside us").isGreaterThanOrEqualTo(40);
                assertThat(drain(probe)).as("ours beside a sampler").hasSize(40);

                try (BpfProgram other = BpfProgram.load(BpfProgram.Type.TRACEPOINT, zero, "answers_zero");
                        TracepointHook hook = new TracepointHook(format.id(), other.descriptor())) {
                    ConnectPeers.run(peers.client("refused", "-", "20"));
                    assertThat(drain(probe))
                            .as("ours beside a program that answers 0")
                            .hasSize(40);
                    assertThat(hook).isNotNull();
                }
            }
            return null;
        });
    }

    @ParameterizedTest
    @CsvSource({"true,true,true", "false,true,true", "true,true,false", "false,false,false"})
    void everyVariantPassesTheVerifier(boolean separateReads, boolean cgroupId, boolean btf) throws Exception {
        KernelLayout layout = btf ? KernelLayout.read(BtfReader.KERNEL) : null;
        KernelFeatures features = new KernelFeatures(false, separateReads, cgroupId, layout);
        for (String version : List.of("5.4", "6.18")) {
            TracepointFormat format = TracepointFormats.read(version);
            try (BpfMap open = new BpfMap(BpfMap.Type.LRU_HASH, 8, ConnectRecord.HEADER_BYTES, 64, "open");
                    BpfMap scratch =
                            new BpfMap(BpfMap.Type.PERCPU_ARRAY, 4, ConnectRecord.MAXIMUM_BYTES, 1, "scratch");
                    BpfMap output = new BpfMap(BpfMap.Type.PERF_EVENT_ARRAY, 4, 4, CpuList.possible(), "output");
                    BpfMap shares =
                            new BpfMap(BpfMap.Type.LRU_HASH, 8, FairShare.STATE_BYTES, FairShare.OWNERS, "shares");
                    LossCounts lost = new LossCounts(false);
                    BpfProgram program = BpfProgram.load(
                            BpfProgram.Type.TRACEPOINT,
                            ConnectProgram.assemble(
                                    new TracepointFields(format),
                                    new ConnectMaps(open, scratch, output, 1 << 16, shares, lost, null, null),
                                    features),
                            "variant")) {
                assertThat(program.descriptor()).isPositive();
            }
        }
    }

    @Test
    void showsWhatTheVerifierSaysOfABadProgram() {
        BpfAssembler bad = new BpfAssembler()
                .load(Size.DOUBLE, Register.R0, Register.R9, 0)
                .exit();

        assertThatThrownBy(() -> BpfProgram.load(BpfProgram.Type.TRACEPOINT, bad, "bad"))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("R9 !read_ok");
    }
}
