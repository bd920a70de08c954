package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What was found, and whose databases used their time up. */
class KnownOwnersTest {
    private static final long RETRY = 1_000;
    private static final int KEPT = 1_024;
    private static final OwningPackage TOOL = new OwningPackage("tool", "1", "deb");

    private final KnownOwners known = new KnownOwners(RETRY);
    private final LeftAlone alone = new LeftAlone(RETRY);

    private static KnownOwners.FileKey key(int inode) {
        return new KnownOwners.FileKey(Party.HOST, "/bin/a", 1, inode, 0);
    }

    private static Party container(int number) {
        return new Party("container-" + number);
    }

    @Test
    void anAnswerHoldsForEverAndAPassingOneForAWhile() {
        KnownOwners.Answer found = new KnownOwners.Answer(TOOL, false, 0);
        KnownOwners.Answer failed = new KnownOwners.Answer(null, true, 500);
        known.put(key(1), found);
        known.put(key(2), failed);

        assertThat(known.get(key(1), Long.MAX_VALUE)).isSameAs(found);
        assertThat(known.get(key(2), 500 + RETRY - 1)).isSameAs(failed);
        assertThat(known.get(key(2), 500 + RETRY)).isNull();
        assertThat(known.get(key(3), 0)).isNull();
    }

    @Test
    void theOneThatNobodyAskedForMakesRoom() {
        KnownOwners.Answer found = new KnownOwners.Answer(TOOL, false, 0);
        for (int inode = 0; inode < KEPT; inode++) {
            known.put(key(inode), found);
        }
        assertThat(known.get(key(0), 0)).as("all have room").isSameAs(found);
        known.put(key(KEPT), found);
        assertThat(known.get(key(0), 0)).as("asked for a moment ago").isSameAs(found);
        assertThat(known.get(key(1), 0)).as("the oldest").isNull();
        assertThat(known.get(key(2), 0)).isSameAs(found);
    }

    @Test
    void aPartyIsLeftAloneForAWhile() {
        alone.add(container(1), 100);
        assertThat(alone.has(container(1), 100 + RETRY - 1)).isTrue();
        assertThat(alone.has(container(1), 100 + RETRY)).isFalse();
        assertThat(alone.has(container(1), 100)).as("forgotten").isFalse();
        assertThat(alone.has(container(2), 100)).isFalse();
    }

    @Test
    void theHostIsNeverLeftAlone() {
        alone.add(Party.HOST, 0);
        assertThat(alone.has(Party.HOST, 0)).isFalse();
    }

    @Test
    void ofPartiesThatAreLeftAloneTheOldestMakesRoom() {
        for (int number = 0; number < KEPT; number++) {
            alone.add(container(number), 0);
        }
        assertThat(alone.has(container(0), 1)).as("all have room").isTrue();
        alone.add(container(0), 1);
        alone.add(container(KEPT), 1);
        assertThat(alone.has(container(0), 1)).as("left alone anew").isTrue();
        assertThat(alone.has(container(1), 1)).isFalse();
        assertThat(alone.has(container(2), 1)).isTrue();
    }
}
