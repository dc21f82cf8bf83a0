package io.tinyclip.squares;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.random.Counter;
import io.tinyclip.squares.Allocation.Choice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllocationTest {
    /** Budgets up to 8,192 are their own grid. */
    @Test
    void noOtherSizesLoseLessWithinASmallBudget() {
        for (int instance = 0; instance < 300; instance++) {
            long key = Counter.key(1, instance);
            List<List<Choice>> parts = random(key, 1);
            double budget = 20 + Counter.below(key, 1000, 80);
            double least = least(parts, 0, budget);
            if (least == Double.POSITIVE_INFINITY) {
                assertThrows(IllegalArgumentException.class, () -> Allocation.of(parts, budget));
            } else {
                List<Choice> chosen = Allocation.of(parts, budget);
                assertEquals(parts.size(), chosen.size());
                assertTrue(cost(chosen) <= budget);
                assertEquals(least, error(chosen), 1e-12);
            }
        }
    }

    /** Rounding takes less than a unit of a part, so it loses no more than the best of a budget that is so much smaller. */
    @Test
    void ofALargeBudgetOnlyTheGridIsLost() {
        double scale = 0x1p44 + 12345;
        for (int instance = 0; instance < 100; instance++) {
            long key = Counter.key(2, instance);
            List<List<Choice>> parts = random(key, scale);
            double budget = (90 + Counter.below(key, 1000, 60)) * scale;
            List<Choice> chosen = Allocation.of(parts, budget);
            assertTrue(cost(chosen) <= budget);
            double smaller = budget - parts.size() * Math.ceil(budget / 8192);
            assertTrue(error(chosen) <= least(parts, 0, smaller) + 1e-12);
            assertTrue(error(chosen) >= least(parts, 0, budget) - 1e-12);
        }
    }

    @Test
    void ofEqualErrorsTheCheaperWinsAndThenTheLargerSizeInTheEarlierPart() {
        List<Choice> part = List.of(new Choice(1, 1, 2), new Choice(2, 2, 1), new Choice(3, 3, 1));
        assertEquals(List.of(part.get(1), part.get(1)), Allocation.of(List.of(part, part), 6));
        assertEquals(List.of(part.get(1), part.get(0)), Allocation.of(List.of(part, part), 3));
        List<Choice> same = List.of(new Choice(4, 1, 1), new Choice(7, 1, 1), new Choice(5, 1, 1));
        assertEquals(List.of(same.get(1)), Allocation.of(List.of(same), 1));
    }

    /** 3,333 of 10,000 are 2,731 of 8,192: two fit on the grid, and three do truly. */
    @Test
    void whatRoundingLeftOverIsUsed() {
        List<Choice> part = List.of(new Choice(1, 0, 1), new Choice(2, 3333, 0.5), new Choice(3, 3334, 0.5));
        assertEquals(List.of(part.get(1), part.get(1), part.get(1)), Allocation.of(List.of(part, part, part), 10_000));
        List<Choice> third = List.of(new Choice(1, 3333, 1), new Choice(2, 3334, 0.5));
        List<Choice> chosen = Allocation.of(List.of(third, third, third), 10_000);
        assertEquals(List.of(third.get(1), third.get(0), third.get(0)), chosen);
    }

    /** Three thirds fill the budget to the last tick, and on the grid nothing fits. */
    @Test
    void theCheapestFitEvenWhereTheGridHasNoRoomForThem() {
        List<Choice> part = List.of(new Choice(2, 20_000, 0), new Choice(1, 10_001, 1));
        List<List<Choice>> parts = List.of(part, part, part);
        assertEquals(List.of(part.get(1), part.get(1), part.get(1)), Allocation.of(parts, 30_003));
        assertEquals(List.of(part.get(0), part.get(1), part.get(1)), Allocation.of(parts, 40_002));
        assertThrows(IllegalArgumentException.class, () -> Allocation.of(parts, 30_002));
    }

    @Test
    void refusesWhatIsNoCostOrNoBudget() {
        assertThrows(IllegalArgumentException.class, () -> new Choice(1, 0.5, 0));
        assertThrows(IllegalArgumentException.class, () -> new Choice(1, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Choice(1, 0x1p53, 0));
        assertThrows(IllegalArgumentException.class, () -> new Choice(1, 1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Allocation.of(List.of(List.of()), 1));
        assertThrows(IllegalArgumentException.class, () -> Allocation.of(List.of(), Double.NaN));
        List<Choice> free = List.of(new Choice(1, 0, 3));
        assertEquals(List.of(free.get(0)), Allocation.of(List.of(free), 0));
        assertEquals(List.of(), Allocation.of(List.of(), 0));
    }

    private static List<List<Choice>> random(long key, double scale) {
        List<List<Choice>> parts = new ArrayList<>();
        int count = 2 + Counter.below(key, 0, 3);
        for (int part = 0; part < count; part++) {
            List<Choice> choices = new ArrayList<>();
            long own = Counter.key(key, part);
            for (int i = 0; i < 2 + Counter.below(own, 0, 4); i++) {
                choices.add(new Choice(
                        i, scale * (1 + Counter.below(own, 3 * i + 1, 40)), Counter.uniform(own, 3 * i + 2)));
            }
            parts.add(choices);
        }
        return parts;
    }

    private static double least(List<List<Choice>> parts, int part, double budget) {
        if (part == parts.size()) {
            return 0;
        }
        return parts.get(part).stream()
                .filter(it -> it.cost() <= budget)
                .mapToDouble(it -> it.error() + least(parts, part + 1, budget - it.cost()))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private static double cost(List<Choice> choices) {
        return choices.stream().mapToDouble(Choice::cost).sum();
    }

    private static double error(List<Choice> choices) {
        return choices.stream().mapToDouble(Choice::error).sum();
    }
}
