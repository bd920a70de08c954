package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FramePauseTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Long> pauses = new ArrayList<>();
    private final FramePause pause = new FramePause(pauses::add);

    private static long wallNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private void oldFrames(int count) {
        for (int i = 0; i < count; i++) {
            pause.before(wallNanos() - SECOND);
        }
    }

    /** Captured just now, however long this test was interrupted before. */
    private void freshFrame() {
        int before = pauses.size();
        while (pauses.size() == before) {
            pause.before(wallNanos());
        }
    }

    @Test
    void noFrameWaitsWhereItIsNotAllowed() {
        pause.before(wallNanos());
        assertThat(pauses).isEmpty();
    }

    @Test
    void aFrameThatHasWaitedBehindOthersWaitsNoMore() {
        pause.allow(true);
        oldFrames(1000);
        assertThat(pauses).isEmpty();
    }

    @Test
    void aFreshOneWaitsLongWhereFewCameSinceTheLastPauseAndAShortTimeWhereManyDid() {
        pause.allow(true);
        freshFrame();
        oldFrames(100);
        freshFrame();
        oldFrames(1000);
        freshFrame();
        oldFrames(10);
        freshFrame();
        assertThat(pauses)
                .containsExactly(
                        FramePause.LONG_NANOS, FramePause.LONG_NANOS, FramePause.SHORT_NANOS, FramePause.LONG_NANOS);
    }

    @Test
    void aFrameFromAWallClockThatWasSetBackDoesNotWait() {
        pause.allow(true);
        pause.before(wallNanos() + 3600 * SECOND);
        assertThat(pauses).isEmpty();
    }
}
