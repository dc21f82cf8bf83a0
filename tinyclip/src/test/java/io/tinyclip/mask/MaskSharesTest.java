package io.tinyclip.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskSharesTest {
    private static final float OPEN = 10;
    private static final float CLOSED = -10;

    @Test
    void tellsWhichHeadsAreOpenAndTheMostOpenNeuronsFirst() {
        Layout layout = MaskLayouts.masked(SmallShapes.smallest());
        MaskIndex index = MaskIndex.of(layout);
        float[] segment = new float[index.size()];
        Arrays.fill(segment, OPEN);
        LayerMasks layer = index.text().layers().get(0);
        segment[layer.heads().from()] = CLOSED;
        segment[layer.neurons().from()] = CLOSED;
        MaskShares shares = MaskShares.of(layout, MaskShares.flat(layout, segment));
        MaskShares.LayerShares told = shares.towers().get(1).layers().get(0);
        assertEquals(0, told.heads()[0], 1e-3);
        float[] neurons = new float[layer.neurons().size()];
        Arrays.fill(neurons, 1);
        neurons[neurons.length - 1] = 0;
        assertArrayEquals(neurons, told.neurons(), 1e-3f);
        assertEquals(layer.neurons().size(), told.neuronSize());
        assertEquals(
                List.of("image", "text"),
                shares.towers().stream().map(MaskShares.TowerShares::name).toList());
    }

    @Test
    void toldPartsMakeTheSparsityThatThePenaltyCounts() {
        ModelShape shape = SmallShapes.vitB32();
        Layout layout = MaskLayouts.masked(shape);
        float[] segment = new float[MaskIndex.of(layout).size()];
        for (int i = 0; i < segment.length; i++) {
            segment[i] = (Counter.below(5, i, 513) - 256) / 64f;
        }
        double remain = 0;
        List<TowerMasks> towers = MaskIndex.of(layout).towers();
        List<MaskShares.TowerShares> told =
                MaskShares.of(layout, MaskShares.flat(layout, segment)).towers();
        for (int t = 0; t < towers.size(); t++) {
            double width = mean(told.get(t).width()) * told.get(t).widthSize();
            for (MaskShares.LayerShares layer : told.get(t).layers()) {
                double heads = mean(layer.heads()) * layer.heads().length;
                double neurons = mean(layer.neurons()) * layer.neuronSize();
                remain += Budget.layer(width, towers.get(t).tower().headWidth(), heads, neurons);
            }
        }
        long counted = ParameterBudget.counted(shape);
        assertEquals(ParameterBudget.sparsity(layout, counted).expected(segment), 1 - remain / counted, 1e-6);
        told.forEach(tower -> assertTrue(descends(tower.width()) && tower.width().length == MaskShares.MOST));
    }

    @Test
    void refusesNumbersThatCannotBeOfTheLayout() {
        Layout layout = MaskLayouts.masked(SmallShapes.smallest());
        float[] flat = MaskShares.flat(layout, new float[MaskIndex.of(layout).size()]);
        for (int count : new int[] {0, flat.length - 1, flat.length + 1}) {
            float[] other = Arrays.copyOf(flat, count);
            assertThrows(IllegalArgumentException.class, () -> MaskShares.of(layout, other));
        }
    }

    @Test
    void tellsAtTheFirstAndTheLastStepAndSomeHundredTimesAtTheMost() {
        RunPlan plan = new RunPlan(
                1,
                32,
                8,
                4,
                List.of(new StagePlan(0.5, 12_345, 10)),
                false,
                new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.5, 0.05, 0.5, 1, 1));
        long told = IntStream.range(0, 12_345)
                .filter(step -> MaskShares.isTold(plan, new Cursor(0, Phase.INHERIT, step)))
                .count();
        assertTrue(told > 90 && told <= 101, "told " + told);
        assertTrue(MaskShares.isTold(plan, new Cursor(0, Phase.INHERIT, 0)));
        assertTrue(MaskShares.isTold(plan, new Cursor(0, Phase.INHERIT, 12_344)));
        assertFalse(MaskShares.isTold(plan, new Cursor(0, Phase.DISTILL, 0)));
    }

    private static double mean(float[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
    }

    private static boolean descends(float[] values) {
        return IntStream.range(1, values.length).allMatch(i -> values[i - 1] >= values[i]);
    }
}
