package io.tinyclip.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;
import io.tinyclip.random.Counter;
import org.junit.jupiter.api.Test;

class ShardOptimizerTest {
    @Test
    void hasTheBitsOfArraysOnTheHeapForEveryRange() {
        hasTheBitsOfArraysOnTheHeap(Layout.of(SmallShapes.middling(), 4_000, true, true));
    }

    /** Of more floats than one core takes. */
    @Test
    void hasThemByAllCores() {
        Layout layout = Layout.of(SmallShapes.middling(), 40_000, true, true);
        assertTrue(layout.size() > 3 << 18, "floats: " + layout.size());
        hasTheBitsOfArraysOnTheHeap(layout);
    }

    private static void hasTheBitsOfArraysOnTheHeap(Layout layout) {
        float[] all = new float[layout.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) Counter.uniform(1, i) - 0.5f;
        }
        OptimizerPlan plan = new OptimizerPlan(1e-2, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        AdamW adamW = new AdamW(plan);
        AdamW.Update update = new AdamW.Update(new Rates(1e-2, 1e-1, 1e-1, 1e-2), 0.5f, 3);
        int masks = layout.maskStart();
        for (Range range : new Range[] {new Range(0, layout.size()), new Range(masks - 9_001, layout.size())}) {
            AdamW.State heap = new AdamW.State(
                    part(all, range, 1), new float[range.length()], part(all, range, 2), part(all, range, 0));
            ShardOptimizer.State outside = new ShardOptimizer.State(
                    FloatVector.of(heap.weights()),
                    FloatVector.allocate(range.length()),
                    FloatVector.of(heap.first()),
                    FloatVector.of(heap.second()));
            float[] gradient = part(all, range, 3);
            adamW.apply(layout, range, heap, gradient, update);
            new ShardOptimizer(plan).apply(layout, range, outside, FloatVector.of(gradient), update);
            assertArrayEquals(heap.updated(), outside.updated().toArray());
            assertArrayEquals(heap.first(), outside.first().toArray());
            assertArrayEquals(heap.second(), outside.second().toArray());
        }
    }

    /** Values of a range, other ones for each factor; for 0 their squares, as second moments are. */
    private static float[] part(float[] all, Range range, int factor) {
        float[] part = new float[range.length()];
        for (int i = 0; i < part.length; i++) {
            float value = all[range.from() + i] + 0.01f * (i % 7 - 3);
            part[i] = factor == 0 ? value * value : value * factor;
        }
        return part;
    }
}
