package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowTableTest {
    private static final class Numbered extends FlowTable.Entry<Numbered> {}

    @Test
    void keepsSeveralEntriesOfAKeyNewestFirst() {
        FlowTable<Numbered> table = new FlowTable<>(1);
        Numbered older = new Numbered();
        Numbered newer = new Numbered();
        table.add(7, older);
        table.add(7, newer);
        assertThat(table.first(7)).isSameAs(newer);
        assertThat(table.next(newer)).isSameAs(older);
        assertThat(table.next(older)).isNull();
        table.remove(newer);
        assertThat(table.first(7)).isSameAs(older);
    }

    @Test
    void removingWhatIsNotThereDoesNothing() {
        FlowTable<Numbered> table = new FlowTable<>(1);
        Numbered entry = new Numbered();
        table.add(7, entry);
        table.remove(entry);
        table.remove(entry);
        assertThat(table.first(7)).isNull();
    }

    @Test
    void agreesWithAMapHoweverFullItIs() {
        Random random = new Random(1);
        FlowTable<Numbered> table = new FlowTable<>(10);
        Map<Long, ArrayDeque<Numbered>> model = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long key = random.nextInt(300);
            ArrayDeque<Numbered> entries = model.computeIfAbsent(key, k -> new ArrayDeque<>());
            if (random.nextInt(5) < 3) {
                Numbered entry = new Numbered();
                table.add(key, entry);
                entries.push(entry);
            } else if (!entries.isEmpty()) {
                table.remove(random.nextBoolean() ? entries.pop() : entries.pollLast());
            }
            assertThat(table.first(key)).isSameAs(entries.peek());
        }
    }
}
