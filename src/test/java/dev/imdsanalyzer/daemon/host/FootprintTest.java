package dev.imdsanalyzer.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@LinuxOnly("memory by /proc")
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
        private long residentAtCollection;
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
            residentAtCollection = resident;
            heap = heapAfterCollection;
        }

        @Override
        public void releasePages() {
            releases++;
            resident = residentAfterRelease;
        }
    }

    /** At which seconds from the start pages were released, while they are wanted again at once. */
    private List<Integer> releasesWithin(int seconds) {
        List<Integer> when = new ArrayList<>();
        for (int second = 0; second <= seconds; second++) {
            int before = memory.releases;
            footprint.trim(START + second * SECOND);
            if (memory.releases > before) {
                when.add(second);
            }
        }
        return when;
    }

    @Test
    void leavesALittleMemoryAlone() {
        assertThat(releasesWithin(300)).isEmpty();
        assertThat(memory.collections).isZero();
    }

    @Test
    void givesBackAtOnceWhatTheStartAloneNeeded() {
        memory.resident = 72 * MIB;
        memory.heap = 12 * MIB;

        footprint.trim(START);

        assertThat(memory.releases).as("before the collection and after it").isEqualTo(2);
        assertThat(memory.collections).isEqualTo(1);
    }

    @Test
    void givesBackPagesBeforeACollectionTouchesMany() {
        footprint.trim(START);
        memory.resident = 53 * MIB;
        memory.residentAfterRelease = 42 * MIB;
        memory.heap = 12 * MIB;

        footprint.trim(START + SECOND);

        assertThat(memory.collections).isEqualTo(1);
        assertThat(memory.residentAtCollection).isEqualTo(42 * MIB);
    }

    @Test
    void givesBackEachSecondWhatABurstBringsBack() {
        List<Integer> when = new ArrayList<>();
        for (int second = 0; second <= 20; second++) {
            memory.resident = 70 * MIB;
            int before = memory.releases;
            footprint.trim(START + second * SECOND);
            if (memory.releases > before) {
                when.add(second);
            }
        }

        assertThat(when).hasSize(21);
    }

    @Test
    void noticesABurstThatBeginsAfterALookAtLittle() {
        footprint.trim(START);
        memory.resident = 70 * MIB;

        footprint.trim(START + SECOND);

        assertThat(memory.releases).isEqualTo(1);
    }

    @Test
    void givesBackEverMoreSeldomWhatIsNotMuchAndIsWantedAgain() {
        List<Integer> when = new ArrayList<>();
        memory.residentAfterRelease = 42 * MIB;
        for (int second = 0; second <= 200; second++) {
            memory.resident = 50 * MIB;
            int before = memory.releases;
            footprint.trim(START + second * SECOND);
            if (memory.releases > before) {
                when.add(second);
            }
        }

        assertThat(when).containsExactly(0, 1, 3, 7, 15, 31, 63, 123, 183);
    }

    @Test
    void waitsTwiceAsLongEachTimeThatGivingBackWasOfNoUse() {
        memory.resident = 70 * MIB;
        memory.residentAfterRelease = 70 * MIB;

        assertThat(releasesWithin(220)).containsExactly(0, 5, 15, 35, 75, 135, 195);
    }

    @Test
    void waitsNoLongerThanAtFirstOnceLittleWasHeld() {
        memory.resident = 70 * MIB;
        memory.residentAfterRelease = 70 * MIB;
        releasesWithin(40);
        memory.resident = 45 * MIB;
        footprint.trim(START + 80 * SECOND);
        memory.resident = 70 * MIB;
        int before = memory.releases;

        footprint.trim(START + 80 * SECOND + SECOND / 2);
        assertThat(memory.releases).as("a look costs, too").isEqualTo(before);
        footprint.trim(START + 81 * SECOND);
        footprint.trim(START + 86 * SECOND);

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
    void letsTheHeapOfABurstGrowByAQuarterOfWhatIsAlive() {
        memory.heap = 20 * MIB;
        memory.heapAfterCollection = 12 * MIB;
        footprint.trim(START);

        memory.heap = 15 * MIB;
        footprint.trim(START + 5 * SECOND);
        assertThat(memory.collections).isEqualTo(1);
        memory.heap = 16 * MIB;
        footprint.trim(START + 6 * SECOND);

        assertThat(memory.collections).isEqualTo(2);
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
