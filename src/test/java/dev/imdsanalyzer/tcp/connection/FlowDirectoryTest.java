package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.RecordingHandler;
import dev.imdsanalyzer.tcp.stream.ReassemblyContext;
import org.junit.jupiter.api.Test;

class FlowDirectoryTest {
    private static final String INSIDE = " from=172.17.0.2:40000 if=5 ttl=64";
    private static final String OUTSIDE = " from=10.0.0.5:61000 if=2 ttl=63";
    private static final long SECOND = 1_000_000_000L;

    private final FlowDirectory directory = new FlowDirectory(16);
    private final TrackedConnection connection = new TrackedConnection(
            1, 0, 0, new ReassemblyContext(ReassemblyLimits.defaults(), new RecordingHandler(), new Counters()));

    private static TcpSegment segment(String notation) {
        return SegmentNotation.parse(notation);
    }

    private void open() {
        TcpSegment syn = segment("> S 1000" + INSIDE);
        directory.add(connection, syn);
        directory.addHandshake(connection, syn).seen(syn, 0);
    }

    private TrackedConnection behindTheMasquerade(int sequenceNumber, long now) {
        return directory.findByHandshake(segment("> S " + sequenceNumber + OUTSIDE), now);
    }

    @Test
    void aHandshakeIsFoundByItsNumberForThreeSeconds() {
        open();

        assertThat(behindTheMasquerade(1000, 3 * SECOND)).isSameAs(connection);
        assertThat(behindTheMasquerade(1000, 3 * SECOND + 1)).isNull();
        assertThat(behindTheMasquerade(1001, 0)).isNull();
        assertThat(directory.findByHandshake(segment("> S 1000" + INSIDE), 0))
                .as("a packet comes by each place once")
                .isNull();
    }

    @Test
    void nothingIsLeftOfAConnectionThatIsRemoved() {
        open();
        assertThat(directory.find(segment("> S 1000" + INSIDE), 0)).isNotNull();

        directory.remove(connection);

        assertThat(behindTheMasquerade(1000, 0)).isNull();
        assertThat(directory.find(segment("> S 1000" + INSIDE), 0)).isNull();
    }

    @Test
    void ofEqualHandshakesOnlyTheNewestIsKept() {
        open();
        TrackedConnection second = new TrackedConnection(
                2, 0, 0, new ReassemblyContext(ReassemblyLimits.defaults(), new RecordingHandler(), new Counters()));
        TcpSegment syn = segment("> S 1000 from=172.17.0.3:40000 if=6 ttl=64");
        directory.add(second, syn);
        directory.addHandshake(second, syn).seen(syn, 0);
        assertThat(behindTheMasquerade(1000, 0)).isSameAs(second);

        directory.remove(second);
        assertThat(behindTheMasquerade(1000, 0)).isNull();
    }
}
