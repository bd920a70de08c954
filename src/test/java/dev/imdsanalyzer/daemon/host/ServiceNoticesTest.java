package dev.imdsanalyzer.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@LinuxOnly("systemd's socket")
class ServiceNoticesTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> told = new ArrayList<>();
    private boolean full;

    @Test
    void watchdogIsToldEachQuarterOfItsTimeAndOnlyWhileAllMoves() {
        ServiceNotices notices = notices(Map.of("WATCHDOG_USEC", "60000000"));
        long start = System.nanoTime();
        for (int second = 1; second <= 62; second++) {
            notices.tick(start + second * SECOND, true);
        }
        assertThat(told).hasSize(4).containsOnly("WATCHDOG=1");
        notices.tick(start + 90 * SECOND, false);
        assertThat(told).hasSize(4);
    }

    @Test
    void nobodyIsWokenWhereNoWatchdogIsSetOrItIsAnotherProcesses() {
        long later = System.nanoTime() + 1000 * SECOND;
        notices(Map.of()).tick(later, true);
        notices(Map.of("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "1")).tick(later, true);
        assertThat(told).isEmpty();
    }

    @Test
    void aStateThatWasNotTakenIsToldAgain() {
        ServiceNotices notices = notices(Map.of());
        full = true;
        notices.tell("READY=1");
        notices.tell("STATUS=waiting");
        assertThat(told).isEmpty();
        full = false;
        notices.tick(System.nanoTime(), true);
        notices.tick(System.nanoTime(), true);
        assertThat(told).containsExactly("READY=1\nSTATUS=waiting");
    }

    @Test
    void aServiceIsWhatAManagerListensTo() {
        assertThat(notices(Map.of("NOTIFY_SOCKET", "@name")).isService()).isTrue();
        assertThat(notices(Map.of()).isService()).isFalse();
    }

    private ServiceNotices notices(Map<String, String> environment) {
        return new ServiceNotices(environment, this::take, () -> {});
    }

    private boolean take(String state) {
        if (!full) {
            told.add(state);
        }
        return !full;
    }
}
