package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FootprintTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MIB = 1L << 20;

    /** The monotonic clock may begin anywhere, below zero too. */
    private static final long START = -7 * SECOND;

    private final FakeMemory memory = new FakeMemory();
    private final Footprint footprint = new Footprint(memory);

    private static final class FakeMemory implements Footprint.Memory {
        private long resident = 40 * MIB;
        private long residentAfterRelease = 50 * MIB;
        private long heap = 6 * MIB;
        private long heapAfterCollection = 6 * MIB;
        private int collections;
        private int releases;

        @Override
        public long residentBytes() {
            return resident;
        }

        @Override
        public long heapBytes() {
            return heap;
        }

        @Override
        public void collect() {
            collections++;
            heap = heapAfterCollection;
        }

        @Override
        public void releasePages() {
            releases++;
            resident = residentAfterRelease;
        }
    }

    /** At which seconds from the start pages were released, where within a second so much is resident again. */
    private List<Integer> releasesWithin(int seconds, long residentAgain) {
        memory.resident = residentAgain;
        List<Integer> when = new ArrayList<>();
        for (int second = 0; second <= seconds; second++) {
            int before = memory.releases;
            footprint.trim(START + second * SECOND);
            if (memory.releases > before) {
                when.add(second);
            }
            memory.resident = residentAgain;
        }
        return when;
    }

    @Test
    void leavesALittleMemoryAlone() {
        assertThat(releasesWithin(300, 40 * MIB)).isEmpty();
        assertThat(memory.collections).isZero();
    }

    @Test
    void givesBackAtOnceWhatTheStartAloneNeeded() {
        memory.resident = 72 * MIB;
        memory.heap = 12 * MIB;

        footprint.trim(START);

        assertThat(memory.releases).isEqualTo(1);
        assertThat(memory.collections).isEqualTo(1);
    }

    @Test
    void waitsTwiceAsLongEachTimeThatPagesAreWantedAgain() {
        assertThat(releasesWithin(220, 70 * MIB)).containsExactly(0, 5, 15, 35, 75, 135, 195);
    }

    @Test
    void doesNotReleaseOverAndOverWhatIsInUse() {
        memory.residentAfterRelease = 60 * MIB;

        assertThat(releasesWithin(300, 61 * MIB)).containsExactly(0);
    }

    @Test
    void releasesAgainWhatIsResidentBeyondThatLater() {
        memory.residentAfterRelease = 60 * MIB;
        releasesWithin(100, 61 * MIB);
        memory.resident = 62 * MIB;

        footprint.trim(START + 120 * SECOND);

        assertThat(memory.releases).isEqualTo(2);
    }

    @Test
    void waitsNoLongerThanAtFirstOnceLittleWasHeld() {
        releasesWithin(40, 70 * MIB);
        memory.resident = 50 * MIB;
        footprint.trim(START + 80 * SECOND);
        memory.resident = 70 * MIB;
        int before = memory.releases;

        footprint.trim(START + 81 * SECOND);
        assertThat(memory.releases).as("a look costs, too").isEqualTo(before);
        footprint.trim(START + 100 * SECOND);
        memory.resident = 70 * MIB;
        footprint.trim(START + 105 * SECOND);

        assertThat(memory.releases).isEqualTo(before + 2);
    }

    @Test
    void collectsTheHeapWhileABurstMakesItGrowAndNotMoreOftenThanEachFiveSeconds() {
        List<Integer> when = new ArrayList<>();
        for (int second = 0; second <= 20; second++) {
            int before = memory.collections;
            footprint.trim(START + second * SECOND);
            if (memory.collections > before) {
                when.add(second);
            }
            memory.heap += 2 * MIB;
        }

        assertThat(when).containsExactly(3, 8, 13, 18);
    }

    @Test
    void doesNotCollectOverAndOverWhatIsAlive() {
        memory.heap = 20 * MIB;
        memory.heapAfterCollection = 20 * MIB;
        for (int second = 0; second < 15; second++) {
            footprint.trim(START + second * SECOND);
        }
        assertThat(memory.collections).isEqualTo(1);

        memory.heapAfterCollection = 6 * MIB;
        footprint.trim(START + 15 * SECOND);
        assertThat(memory.collections).as("later the burst may be over").isEqualTo(2);
    }
}
