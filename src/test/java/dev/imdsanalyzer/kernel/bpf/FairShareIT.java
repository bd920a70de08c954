package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.kernel.perf.CpuList;
import dev.imdsanalyzer.kernel.perf.Tracefs;
import dev.imdsanalyzer.live.LiveTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users who flood, and one who does not, while nobody reads: what the latter did is all in the ring. */
@LiveTest
class FairShareIT {
    private static final int FLOODER = 54_321;
    private static final int VICTIM = 54_000;
    /** Refused connects of the one who does not flood: two records each. */
    private static final int CONNECTS = 10;

    private ConnectPeers peers;
    /** What records said of losses. */
    private long told;

    @BeforeEach
    void open() throws Exception {
        peers = new ConnectPeers(false, line -> {});
        Files.setPosixFilePermissions(peers.program().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void close() throws IOException {
        peers.close();
    }

    private static ConnectProbe probe(boolean ringBuffer) throws Exception {
        int cpus = CpuList.online().size();
        return Tracefs.call(() -> ConnectProbe.open(new ConnectProbeOptions(true, ringBuffer, false, cpus, 128)));
    }

    private static List<String> as(int user, List<String> command) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
        all.addAll(command);
        return all;
    }

    /** Refused connects of a user in the host's network. */
    private void onTheHost(int user, int connects) throws IOException {
        List<String> command = as(user, peers.command("refused", "-", Integer.toString(connects)));
        ConnectPeers.run(peers.host().command(command));
    }

    /** Refused connects of a user in a network of his own, in user namespaces inside each other. */
    private void inHisOwnNetwork(int user, int connects, int levels) throws IOException {
        List<String> command = new ArrayList<>();
        for (int i = 1; i < levels; i++) {
            command.addAll(List.of("unshare", "--user", "--map-root-user"));
        }
        command.addAll(List.of("unshare", "--user", "--map-root-user", "--net", "sh", "-c"));
        command.add("ip link set lo up && ip addr add 169.254.169.254/32 dev lo && exec \"$@\"");
        command.add("sh");
        command.addAll(peers.command("refused", "-", Integer.toString(connects)));
        ConnectPeers.run(new ProcessBuilder(as(user, command)));
    }

    /** Records by the real user. */
    private Map<Long, Integer> drain(ConnectProbe probe) {
        ConnectRecord view = new ConnectRecord();
        Map<Long, Integer> records = new HashMap<>();
        probe.drain(record -> {
            assertThat(view.wrap(record)).isTrue();
            records.merge(view.uid(), 1, Integer::sum);
            told = Math.max(told, view.pastShare());
        });
        return records;
    }

    private static long lost(ConnectProbe probe, long user) {
        return probe.lossesByOwner().stream()
                .filter(loss -> loss.owner().user() == user)
                .mapToLong(ConnectLoss::records)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFloodInTheHostsNetworkCostsTheFlooderAlone(boolean ringBuffer) throws Exception {
        try (ConnectProbe probe = probe(ringBuffer)) {
            onTheHost(FLOODER, 2000);
            onTheHost(VICTIM, CONNECTS);
            onTheHost(FLOODER, 2000);
            onTheHost(VICTIM, CONNECTS);
            Map<Long, Integer> records = drain(probe);

            assertThat(records).containsEntry((long) VICTIM, 4 * CONNECTS);
            assertThat(lost(probe, VICTIM)).isZero();
            assertThat(lost(probe, FLOODER)).isPositive();
            assertThat(records.get((long) FLOODER) + lost(probe, FLOODER)).isEqualTo(8000);
            assertThat(told > 0).as("in records, where memory does not show it").isEqualTo(!ringBuffer);
            assertThat(probe.lost()).isEqualTo(probe.lostPastShare()).isEqualTo(lost(probe, FLOODER));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 9})
    void manyNetworksOfOneUserAreOneShare(int levels) throws Exception {
        try (ConnectProbe probe = probe(true)) {
            for (int i = 0; i < 12; i++) {
                inHisOwnNetwork(FLOODER, 300, levels);
            }
            onTheHost(VICTIM, CONNECTS);
            Map<Long, Integer> records = drain(probe);

            assertThat(records).containsEntry((long) VICTIM, 2 * CONNECTS);
            long owner = levels > 6 ? ConnectOwner.DEEP : FLOODER;
            assertThat(probe.lossesByOwner())
                    .singleElement()
                    .satisfies(loss -> assertThat(loss.owner()).isEqualTo(new ConnectOwner(owner, 0)));
            assertThat(records.get((long) FLOODER) + lost(probe, owner)).isEqualTo(12 * 600);
        }
    }

    /** As root of a container without a user namespace may. */
    @Test
    void manyUsersOfOneContainerAreOneShare() throws Exception {
        String each = "for user in $(seq " + FLOODER + " " + (FLOODER + 7)
                + "); do setpriv --reuid=$user --regid=$user --clear-groups \"$@\"; done";
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", each, "sh"));
        command.addAll(peers.command("refused", "-", "400"));
        try (ConnectProbe probe = probe(true)) {
            ConnectPeers.run(peers.host().command(command));
            onTheHost(VICTIM, CONNECTS);
            Map<Long, Integer> records = drain(probe);

            assertThat(records).containsEntry((long) VICTIM, 2 * CONNECTS);
            assertThat(probe.lossesByOwner()).singleElement().satisfies(loss -> {
                assertThat(loss.owner().user()).isEqualTo(ConnectOwner.MOUNTS);
                assertThat(loss.owner().space()).isPositive();
            });
            assertThat(records.values().stream().mapToInt(Integer::intValue).sum() + probe.lost())
                    .isEqualTo(8 * 800 + 2 * CONNECTS);
        }
    }

    @Test
    void manyUsersWhoFloodLeaveRoomForOneMore() throws Exception {
        try (ConnectProbe probe = probe(true)) {
            for (int i = 0; i < 8; i++) {
                onTheHost(FLOODER + i, 1500);
            }
            onTheHost(VICTIM, CONNECTS);
            Map<Long, Integer> records = drain(probe);

            assertThat(records).containsEntry((long) VICTIM, 2 * CONNECTS);
            for (long i = 0; i < 8; i++) {
                assertThat(lost(probe, FLOODER + i)).isPositive();
            }
            assertThat(probe.lostForLackOfRoom()).isZero();
        }
    }

    /** Two processors that take the last socket off at once leave it so. */
    @Test
    void aCountOfSocketsBelowZeroDeniesNobody() throws Exception {
        int before = KernelMaps.newest();
        try (ConnectProbe probe = probe(true)) {
            onTheHost(VICTIM, 1);
            KernelMaps.changeAll(before, "imds_shares", FairShare.STATE_BYTES, value -> {
                value.putLong(32, -1);
                value.putLong(40, System.nanoTime());
            });
            onTheHost(VICTIM, CONNECTS);

            assertThat(drain(probe)).containsEntry((long) VICTIM, 2 + 2 * CONNECTS);
            assertThat(lost(probe, VICTIM)).isZero();
        }
    }

    @Test
    void aShareIsNothingOnceTheReaderHasCaughtUp() throws Exception {
        try (ConnectProbe probe = probe(true)) {
            onTheHost(FLOODER, 2000);
            drain(probe);
            long lostBefore = probe.lost();
            for (int i = 0; i < 20; i++) {
                onTheHost(FLOODER, 50);
                assertThat(drain(probe)).containsEntry((long) FLOODER, 100);
            }
            assertThat(lostBefore).isPositive();
            assertThat(probe.lost()).isEqualTo(lostBefore);
        }
    }
}
