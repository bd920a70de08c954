package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.live.LiveTest;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@LiveTest
class ConnectSourceIT {
    private static ConnectFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new ConnectFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "fire", "wait6", "mapped", "thread", "nonblock", "mptcp"})
    void namesTheProcessThatConnects(String mode) throws Exception {
        Process client =
                fixture.client(fixture.topology.host(), mode, "/latest/" + mode).start();
        Caller caller = fixture.caller(fixture.next());
        assertThat(client.waitFor()).isZero();

        assertThat(caller.method()).isEqualTo(AttributionMethod.CONNECT);
        assertThat(caller.pid()).isEqualTo((int) client.pid());
        assertThat(caller.name()).isEqualTo("connect_peers");
        assertThat(caller.commandLine()).isEqualTo(fixture.program + " " + mode + " /latest/" + mode);
        assertThat(caller.userId()).isZero();
        assertThat(caller.ancestors())
                .extracting(Ancestor::pid)
                .startsWith((int) ProcessHandle.current().pid())
                .endsWith(1);
        assertThat(fixture.counters.get(Counter.CONNECT_EVENTS_LOST)).isZero();
    }
}
