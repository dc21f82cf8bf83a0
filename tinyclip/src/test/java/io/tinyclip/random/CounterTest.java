package io.tinyclip.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CounterTest {
    private static final int DRAWS = 100_000;

    @Test
    void keysOfDifferentPartsDiffer() {
        Set<Long> keys = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            for (int a = 0; a < 50; a++) {
                keys.add(Counter.key(seed, a));
                for (int b = 0; b < 10; b++) {
                    keys.add(Counter.key(seed, a, b));
                }
            }
        }
        assertEquals(50 * 50 * 11, keys.size());
    }

    @Test
    void uniformHasMeanAndVarianceOfTheUnitInterval() {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double value = Counter.uniform(5, i);
            sum += value;
            squares += value * value;
        }
        assertEquals(0.5, sum / DRAWS, 0.005);
        assertEquals(1 / 3.0, squares / DRAWS, 0.005);
    }

    @Test
    void normalHasMeanZeroAndVarianceOne() {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double value = Counter.normal(6, i);
            sum += value;
            squares += value * value;
        }
        assertEquals(0, sum / DRAWS, 0.015);
        assertEquals(1, squares / DRAWS, 0.02);
    }

    @Test
    void belowReachesEveryValueAndNoOther() {
        int[] seen = new int[7];
        for (int i = 0; i < 7000; i++) {
            seen[Counter.below(7, i, 7)]++;
        }
        for (int count : seen) {
            assertTrue(count > 800 && count < 1200, "count " + count);
        }
    }
}
