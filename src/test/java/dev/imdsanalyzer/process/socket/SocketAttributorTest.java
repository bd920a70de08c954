package dev.imdsanalyzer.process.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.PendingAttribution;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against real connections over loopback, with a listener of its own. */
@LinuxOnly("sockets by netlink(7) and /proc")
class SocketAttributorTest {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Counters counters = new Counters();
    private final List<Process> children = new ArrayList<>();
    private SocketAttributor attributor;
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        attributor = new SocketAttributor(
                counters, PackageOwners.NONE, new CallerBudget(CallerBudget.DEFAULT_BYTES, counters));
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void stop() throws IOException {
        children.forEach(Process::destroyForcibly);
        server.close();
        attributor.close();
    }

    @Test
    void namesThisProcessByItsOwnConnection() throws Exception {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            Caller caller = callerOf(Connections.ends(client));
            assertThat(caller.pid()).as(caller.reason()).isEqualTo((int)
                    ProcessHandle.current().pid());
            assertThat(caller.method()).isEqualTo(AttributionMethod.SOCKET);
            assertThat(caller.name()).isEqualTo("java");
            assertThat(caller.reason()).isNull();
        }
    }

    @Test
    void namesThisProcessByAConnectionOfIpv6() throws Exception {
        try (ServerSocket server6 = new ServerSocket(0, 50, InetAddress.getByName("::1"));
                Socket client = new Socket(server6.getInetAddress(), server6.getLocalPort())) {
            assertThat(callerOf(Connections.ends(client)).pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
        }
    }

    @Test
    void namesAChildWithItsArgumentsAndParents() throws Exception {
        Process child = shell("exec 3<>/dev/tcp/127.0.0.1/$0; read line", server.getLocalPort());
        try (Socket accepted = server.accept()) {
            Caller caller = callerOf(Connections.endsOfPeer(accepted));
            assertThat(caller.pid()).isEqualTo((int) child.pid());
            assertThat(caller.commandLine())
                    .isEqualTo("bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0; read line' " + server.getLocalPort());
            assertThat(caller.ancestors().get(0).pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThat(caller.userName()).isEqualTo(System.getProperty("user.name"));
        }
    }

    @Test
    void namesManyCallersOneAfterAnother() throws Exception {
        for (int i = 0; i < 23; i++) {
            Process child = shell("exec 3<>/dev/tcp/127.0.0.1/$0; read line", server.getLocalPort());
            try (Socket accepted = server.accept()) {
                assertThat(callerOf(Connections.endsOfPeer(accepted)).pid()).isEqualTo((int) child.pid());
            }
            child.destroyForcibly();
        }
    }

    @Test
    void namesTheYoungestOfSeveralHoldersAndTellsOfTheOthers() throws Exception {
        Process child = shell("exec 3<>/dev/tcp/127.0.0.1/$0; sleep 1000 & echo $!; wait", server.getLocalPort());
        int grandchild = Integer.parseInt(child.inputReader().readLine());
        try (Socket accepted = server.accept()) {
            Caller caller = callerOf(Connections.endsOfPeer(accepted));
            assertThat(caller.pid()).isEqualTo(grandchild);
            assertThat(caller.reason()).isEqualTo("the socket is also held by bash[" + child.pid() + "]");
        } finally {
            ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void namesNobodyForAConnectionThatNeverWas() throws Exception {
        FourTuple ends = Connections.loopback(1, server.getLocalPort());
        Caller caller = callerOf(ends);
        assertThat(caller).isEqualTo(Caller.unknown("the connection was gone before its socket was looked up"));
    }

    @Test
    void doesNotTakeTheListenerForTheClient() throws Exception {
        // The kernel answers an exact question about a missing connection with the listener of the local port.
        FourTuple ends = Connections.loopback(server.getLocalPort(), 1);
        assertThat(callerOf(ends).method()).isEqualTo(AttributionMethod.NONE);
    }

    @Test
    void namesNobodyForAConnectionThatIsClosed() throws Exception {
        FourTuple ends;
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            ends = Connections.ends(client);
            client.shutdownOutput();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        }
        Caller caller = callerOf(ends);
        assertThat(caller.pid()).isEqualTo(-1);
        assertThat(caller.reason()).startsWith("the connection was ");
    }

    @Test
    void keepsTheAnswerForAConnectionThatIsSeenAgainInMidLife() throws Exception {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            FourTuple ends = Connections.ends(client);
            Caller first = callerOf(ends);
            assertThat(first.method()).isEqualTo(AttributionMethod.SOCKET);
            assertThat(seenInMidLife(ends)).isSameAs(first);
            assertThat(callerOf(ends)).isNotSameAs(first);
        }
    }

    @Test
    void looksAgainWhereAnotherSocketHasTheConnectionsPort() throws Exception {
        FourTuple ends;
        Process before = shell("exec 3<>/dev/tcp/127.0.0.1/$0; read line", server.getLocalPort());
        try (Socket accepted = server.accept()) {
            ends = Connections.endsOfPeer(accepted);
            assertThat(callerOf(ends).pid()).isEqualTo((int) before.pid());
            accepted.setSoLinger(true, 0);
        }
        before.destroyForcibly().waitFor();
        try (Socket after = new Socket()) {
            after.setReuseAddress(true);
            after.bind(new InetSocketAddress("127.0.0.1", ends.clientPort()));
            after.connect(server.getLocalSocketAddress());
            assertThat(seenInMidLife(ends).pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
        }
    }

    @Test
    void looksAgainWhereNobodyWasFoundBefore() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, server.getInetAddress())) {
            port = free.getLocalPort();
        }
        FourTuple ends = Connections.loopback(port, server.getLocalPort());
        assertThat(callerOf(ends).method()).isEqualTo(AttributionMethod.NONE);
        try (Socket client = new Socket()) {
            client.setReuseAddress(true);
            client.bind(new InetSocketAddress("127.0.0.1", port));
            client.connect(server.getLocalSocketAddress());
            assertThat(seenInMidLife(ends).pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
        }
    }

    private Caller seenInMidLife(FourTuple ends) throws InterruptedException {
        return attributor.connectionOpened(ends, 0, -1).caller(PATIENCE_NANOS);
    }

    @Test
    void countsWhatDoesNotFitIntoTheQueueAndAnswersTheRest() throws Exception {
        List<Attribution> answers = new ArrayList<>();
        while (counters.get(Counter.ATTRIBUTION_QUEUE_DROPS) == 0) {
            answers.add(attributor.connectionOpened(Connections.loopback(answers.size() % 60_000 + 1, 1), 0, 1));
        }
        assertThat(answers.get(answers.size() - 1).settled()).isTrue();
        assertThat(answers.get(answers.size() - 1).caller(0).reason()).startsWith("too many connections");
        attributor.close();
        assertThat(answers).allMatch(Attribution::settled);
    }

    @Test
    void answersAtOnceThatNothingIsKnownYetWhenTheTimeIsUp() throws Exception {
        PendingAttribution attribution = new PendingAttribution(Caller.unknown("not yet"), null);
        assertThat(attribution.caller(0).reason()).isEqualTo("not yet");
        attribution.improve(Caller.unknown("in part"));
        assertThat(attribution.caller(0).reason()).isEqualTo("in part");
        attribution.settle(Caller.unknown("whole"));
        attribution.improve(Caller.unknown("late"));
        assertThat(attribution.caller(0).reason()).isEqualTo("whole");
    }

    private Caller callerOf(FourTuple ends) throws InterruptedException {
        return attributor.connectionOpened(ends, 0, 1).caller(PATIENCE_NANOS);
    }

    private Process shell(String script, int port) throws IOException {
        Process child = new ProcessBuilder("bash", "-c", script, Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        children.add(child);
        return child;
    }
}
