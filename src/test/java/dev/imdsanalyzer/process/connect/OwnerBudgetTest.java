package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import org.junit.jupiter.api.Test;

@LinuxOnly("the kernel's records of connects")
class OwnerBudgetTest {
    private static final class Item implements OwnerBudget.Kept {
        private final ConnectOwner owner;
        private final Caller caller;

        Item(ConnectOwner owner, Caller caller) {
            this.owner = owner;
            this.caller = caller;
        }

        @Override
        public ConnectOwner owner() {
            return owner;
        }

        @Override
        public Caller caller() {
            return caller;
        }
    }

    private static final ConnectOwner FLOODER = new ConnectOwner(1000, 0);
    private static final ConnectOwner OTHER = new ConnectOwner(1001, 0);
    private static final int WEIGHT = caller().weight();

    /** Three callers fit, not four. */
    private final OwnerBudget<Item> budget = new OwnerBudget<>(4L * WEIGHT, 50, 10);

    private final Item first = new Item(OTHER, caller());

    private static Caller caller() {
        return new CallerBuilder(AttributionMethod.CONNECT).pid(7).name("curl").build();
    }

    @Test
    void nothingIsSurplusWithinTheBounds() {
        budget.add(first);
        budget.add(new Item(FLOODER, caller()));
        budget.add(new Item(FLOODER, caller()));

        assertThat(budget.surplus()).isNull();
    }

    @Test
    void theHeaviestOwnerGivesUpHisOldest() {
        budget.add(first);
        Item oldest = new Item(FLOODER, caller());
        budget.add(oldest);
        budget.add(new Item(FLOODER, caller()));
        budget.add(new Item(FLOODER, caller()));

        assertThat(budget.surplus()).isSameAs(oldest);
        budget.remove(oldest);
        assertThat(budget.surplus()).isNull();
    }

    @Test
    void theSameCallerCountsOnceButEachEntryCounts() {
        budget.add(first);
        Caller busy = caller();
        Item oldest = new Item(FLOODER, busy);
        budget.add(oldest);
        for (int i = 0; i < 48; i++) {
            budget.add(new Item(FLOODER, busy));
        }
        assertThat(budget.surplus()).isNull();
        budget.add(new Item(FLOODER, busy));
        assertThat(budget.surplus()).isSameAs(oldest);
    }

    @Test
    void aCallerWeighsAsLongAsSomebodyHasIt() {
        Caller busy = caller();
        Item one = new Item(FLOODER, busy);
        Item two = new Item(FLOODER, busy);
        budget.add(one);
        budget.add(two);
        budget.remove(one);
        budget.remove(one);
        budget.add(new Item(FLOODER, caller()));
        budget.add(new Item(FLOODER, caller()));
        budget.add(new Item(FLOODER, caller()));

        assertThat(budget.surplus()).isSameAs(two);
        budget.remove(two);
        assertThat(budget.surplus()).isNull();
    }
}
