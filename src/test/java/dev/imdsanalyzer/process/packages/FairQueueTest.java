package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tasks of several parties. */
class FairQueueTest {
    private final FairQueue<String, String> queue = new FairQueue<>(6, 4);

    @Test
    void givesEachPartyItsTurnHoweverManyTasksAnotherHas() throws InterruptedException {
        for (String task : new String[] {"a1", "a2", "a3", "b1", "c1", "b2"}) {
            assertThat(queue.offer(task.substring(0, 1), task)).isTrue();
        }
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            order.append(queue.take());
        }
        assertThat(order).hasToString("a1b1c1a2b2a3");
    }

    @Test
    void hasRoomForOthersWhereOnePartyHasFilledItsOwn() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            assertThat(queue.offer("a", "a" + i)).isTrue();
        }
        assertThat(queue.offer("a", "a4")).isFalse();
        assertThat(queue.offer("b", "b0")).isTrue();
        assertThat(queue.offer("c", "c0")).isTrue();
        assertThat(queue.offer("d", "d0")).isFalse();
        assertThat(queue.take()).isEqualTo("a0");
        assertThat(queue.drain()).containsExactly("b0", "c0", "a1", "a2", "a3");
        assertThat(queue.drain()).as("nothing is left").isEmpty();
        assertThat(queue.offer("a", "a5")).isTrue();
    }
}
