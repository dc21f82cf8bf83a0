package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerTest {
    private static final long SEED = 11;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 16, 17, 283, 1000, 4096, 4097})
    void visitsEveryPairOnceInAPass(int size) {
        Sampler sampler = new Sampler(size, SEED, 1, 2);
        for (int pass = 0; pass < 2; pass++) {
            Set<Integer> seen = new HashSet<>();
            for (int step = 0; step < size; step++) {
                int index = sampler.index((long) pass * size + step, 0);
                assertTrue(index >= 0 && index < size);
                assertTrue(seen.add(index), "pair " + index + " came twice in pass " + pass);
            }
        }
    }

    @Test
    void showsNoPairTwiceInAPassWhenBatchesDoNotDivideTheSize() {
        Sampler sampler = new Sampler(283, SEED, 32, 1);
        assertEquals(8, sampler.stepsPerPass());
        assertEquals(8 * 32, new HashSet<>(indices(sampler, 0, 8, 32)).size());
    }

    @Test
    void recursAfterThePeriodAndNotBefore() {
        Sampler sampler = new Sampler(100, SEED, 10, 3);
        assertEquals(30, sampler.period());
        assertEquals(indices(sampler, 0, 30, 10), indices(sampler, 30, 60, 10));
        assertNotEquals(indices(sampler, 0, 10, 10), indices(sampler, 10, 20, 10));
        assertEquals(sampler.viewKey(4, 5), sampler.viewKey(4 + sampler.period(), 5));
    }

    @Test
    void givesEachViewOfEachPairItsOwnKey() {
        Sampler sampler = new Sampler(100, SEED, 10, 3);
        Set<Long> keys = new HashSet<>();
        for (long step = 0; step < sampler.period(); step++) {
            for (int position = 0; position < 10; position++) {
                keys.add(sampler.viewKey(step, position));
            }
        }
        assertEquals(300, keys.size());
    }

    @Test
    void ordersDifferentSeedsDifferently() {
        List<Integer> one = indices(new Sampler(1000, 1, 100, 1), 0, 10, 100);
        List<Integer> two = indices(new Sampler(1000, 2, 100, 1), 0, 10, 100);
        int same = 0;
        for (int i = 0; i < one.size(); i++) {
            same += one.get(i).equals(two.get(i)) ? 1 : 0;
        }
        assertTrue(same < 10, "random orders of 1000 agree in about one place, these in " + same);
    }

    @Test
    void leavesNoPairAtHomeMoreOftenThanChance() {
        int seeds = 4000;
        int[] first = new int[8];
        for (int seed = 0; seed < seeds; seed++) {
            first[new Sampler(8, seed, 8, 1).index(0, 0)]++;
        }
        for (int count : first) {
            assertEquals(seeds / 8.0, count, 150, "a pair comes first in an eighth of the orders");
        }
    }

    @Test
    void refusesABatchLargerThanTheData() {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> new Sampler(283, SEED, 512, 1));
        assertTrue(
                refusal.getMessage().contains("[512]") && refusal.getMessage().contains("[283 pairs]"));
    }

    private static List<Integer> indices(Sampler sampler, int fromStep, int toStep, int batch) {
        List<Integer> indices = new ArrayList<>();
        for (int step = fromStep; step < toStep; step++) {
            for (int position = 0; position < batch; position++) {
                indices.add(sampler.index(step, position));
            }
        }
        return indices;
    }
}
