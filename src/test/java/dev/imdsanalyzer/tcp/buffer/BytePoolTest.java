package dev.imdsanalyzer.tcp.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytePoolTest {
    @Test
    void lendsPowersOfTwoFrom256Up() {
        BytePool pool = new BytePool(1 << 20);
        assertThat(pool.borrow(1)).hasSize(256);
        assertThat(pool.borrow(256)).hasSize(256);
        assertThat(pool.borrow(257)).hasSize(512);
        assertThat(pool.borrow(65_536)).hasSize(65_536);
        assertThat(pool.lentBytes()).isEqualTo(256 + 256 + 512 + 65_536);
    }

    @Test
    void lendsAReturnedArrayAgain() {
        BytePool pool = new BytePool(1024);
        byte[] array = pool.borrow(300);
        pool.giveBack(array);
        assertThat(pool.borrow(500)).isSameAs(array);
    }

    @Test
    void lendsUpToTheBudgetAndNoFurther() {
        BytePool pool = new BytePool(512);
        byte[] first = pool.borrow(256);
        assertThat(pool.borrow(256)).isNotNull();
        assertThat(pool.borrow(1)).isNull();
        pool.giveBack(first);
        assertThat(pool.borrow(1)).isSameAs(first);
    }

    @Test
    void returnedArraysOfAnotherLengthDoNotUseUpTheBudget() {
        BytePool pool = new BytePool(1024);
        byte[] large = pool.borrow(1024);
        pool.giveBack(large);
        assertThat(pool.borrow(256)).hasSize(256);
        assertThat(pool.heldBytes()).isEqualTo(256);
    }

    @Test
    void neverHoldsMoreThanTheBudget() {
        BytePool pool = new BytePool(100_000);
        Random random = new Random(1);
        List<byte[]> lent = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(2) == 0 && !lent.isEmpty()) {
                pool.giveBack(lent.remove(random.nextInt(lent.size())));
            } else {
                byte[] array = pool.borrow(1 + random.nextInt(8_000));
                if (array == null) {
                    refused++;
                } else {
                    lent.add(array);
                }
            }
            assertThat(pool.heldBytes()).isLessThanOrEqualTo(100_000);
            assertThat(pool.lentBytes())
                    .isEqualTo(lent.stream().mapToLong(a -> a.length).sum());
        }
        assertThat(refused).isPositive();
    }
}
