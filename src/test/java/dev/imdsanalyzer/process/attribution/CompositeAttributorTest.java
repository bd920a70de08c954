package dev.imdsanalyzer.process.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PendingAttribution;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CompositeAttributorTest {
    private static final FourTuple ENDS =
            new FourTuple(IpAddress.ipv4(0x0A000001), 40_000, IpAddress.ipv4(0xA9FEA9FE), 80);

    private final Caller bySocket =
            new CallerBuilder(AttributionMethod.SOCKET).pid(2).build();
    private final AtomicBoolean closed = new AtomicBoolean();

    @Test
    void withoutTheConnectSourceTheSocketAnswersAtOnce() throws InterruptedException {
        Attributor sockets = new Attributor() {
            @Override
            public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
                return PendingAttribution.settled(bySocket);
            }

            @Override
            public boolean ready() {
                return true;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        try (CompositeAttributor both = new CompositeAttributor(null, "no tracefs", sockets)) {
            assertThat(both.unavailableReason()).isEqualTo("no tracefs");
            assertThat(both.ready()).isTrue();
            assertThat(both.connectionOpened(ENDS, 0, 1).caller(0)).isSameAs(bySocket);
        }
        assertThat(closed).isTrue();
    }
}
