package dev.imdsanalyzer.process.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UserSharesTest {
    private final AtomicLong clock = new AtomicLong();
    private final UserShares shares = new UserShares(clock::get);

    @Test
    void boundsTheFoldersOfEachUserAndNotRoots() {
        for (int i = 0; i < UserShares.FOLDERS; i++) {
            shares.watched(1000);
            shares.watched(0);
        }
        assertThat(shares.mayWatch(1000)).isFalse();
        assertThat(shares.mayWatch(1001)).isTrue();
        assertThat(shares.mayWatch(0)).isTrue();
        shares.unwatched(1000);
        assertThat(shares.mayWatch(1000)).isTrue();
    }

    @Test
    void boundsTheTimeOfEachUserInASecond() {
        shares.timed(1000, () -> clock.addAndGet(UserShares.NANOS));
        shares.timed(0, () -> clock.addAndGet(UserShares.NANOS));
        assertThat(shares.hasTime(1000)).isFalse();
        assertThat(shares.hasTime(1001)).isTrue();
        assertThat(shares.hasTime(0)).isTrue();
        clock.addAndGet(1_000_000_000L);
        assertThat(shares.hasTime(1000)).isTrue();
    }
}
