package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.live.LiveTest;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.connect.ConnectFixture.Served;
import dev.imdsanalyzer.status.Counter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@LiveTest
class ConnectSourceIT {
    private static ConnectFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new ConnectFixture(true);
    }

    @AfterAll
    static void stop() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void nothingWeakensItOnTheKernelOfThisTest() {
        assertThat(fixture.source.weaknesses()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "fire", "wait6", "mapped", "thread", "nonblock", "mptcp"})
    void namesTheProcessThatConnects(String mode) throws Exception {
        Process client = fixture.peers.client(mode, "/latest/" + mode).start();
        Caller caller = fixture.caller(fixture.next());
        assertThat(client.waitFor()).isZero();

        assertThat(caller.method()).isEqualTo(AttributionMethod.CONNECT);
        assertThat(caller.pid()).isEqualTo((int) client.pid());
        assertThat(caller.name()).isEqualTo("connect_peers");
        assertThat(caller.commandLine()).isEqualTo(fixture.peers.program() + " " + mode + " /latest/" + mode);
        assertThat(caller.executable()).isEqualTo(fixture.peers.program().toString());
        assertThat(caller.userId()).isZero();
        assertThat(caller.ancestors())
                .extracting(Ancestor::pid)
                .startsWith((int) ProcessHandle.current().pid())
                .endsWith(1);
        assertThat(fixture.counters.get(Counter.CONNECT_EVENTS_LOST)).isZero();
    }

    @Test
    void namesTheChildThatConnectsThroughItsParentsSocket() throws Exception {
        Process client = fixture.peers.client("child", "/latest/child").start();
        Caller caller = fixture.caller(fixture.next());
        int child = Integer.parseInt(client.inputReader().readLine());

        assertThat(caller.pid()).isEqualTo(child);
        assertThat(caller.ancestors().get(0).pid()).isEqualTo((int) client.pid());
    }

    @Test
    void namesEveryConnectionOfOneProcess() throws Exception {
        Process client = fixture.peers.client("many", "/latest/many", "200").start();
        List<Integer> pids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            pids.add(fixture.caller(fixture.next()).pid());
        }

        assertThat(pids).containsOnly((int) client.pid());
    }

    @Test
    void namesTheChainOfShellsAndASecretFreeCommandLine() throws Exception {
        Process shell = fixture.peers
                .host()
                .command(List.of(
                        "sh",
                        "-c",
                        "sh -c '" + fixture.peers.program() + " wait /chain 1 --password=geheim; true'; true"))
                .start();
        Caller caller = fixture.caller(fixture.next());

        assertThat(caller.ancestors().get(1).pid()).isEqualTo((int) shell.pid());
        assertThat(caller.ancestors().get(0).name()).isEqualTo("sh");
        assertThat(caller.commandLine()).contains(" wait /chain 1 --password=").doesNotContain("geheim");
        assertThat(shell.waitFor()).isZero();
    }

    @Test
    void namesCallersInAContainersNamespace() throws Exception {
        Process client = fixture.peers
                .container()
                .command(fixture.peers.command("wait", "/latest/container"))
                .start();
        Served served = fixture.next();
        // The server sees the masqueraded address; the caller's own is the one that the kernel reports.
        FourTuple own =
                ConnectFixture.fourTuple("172.17.0.2", served.fourTuple().clientPort());
        Caller caller = fixture.source.captured(own, served.seenNanos(), -1).caller(ConnectFixture.LIMIT_NANOS);

        assertThat(caller.pid()).isEqualTo((int) client.pid());
        assertThat(client.waitFor()).isZero();
    }
}
