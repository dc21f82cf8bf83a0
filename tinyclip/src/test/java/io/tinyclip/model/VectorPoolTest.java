package io.tinyclip.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class VectorPoolTest {
    private final VectorPool pool = new VectorPool();

    @Test
    void givesAgainWhatWasGivenBackAndNothingTwice() {
        FloatVector first = pool.take(100);
        pool.give(first);
        assertSame(first, pool.take(100));
        assertNotSame(first, pool.take(100));
    }

    @Test
    void keepsNothingOfAnotherSize() {
        FloatVector small = pool.take(100);
        pool.give(small);
        assertEquals(101, pool.take(101).size());
        assertNotSame(small, pool.take(100));
    }
}
