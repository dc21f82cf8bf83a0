package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.Costs;
import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.Prices;
import io.tinyclip.model.Activation;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.Unit;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Cuts to budgets that are not counted in parameters. */
class CutByUnitTest {
    private static final int SEEDS = 40;

    /** Two layers of D = 4, two heads of K = 2 and three neurons: each half costs 4 for being there, a head 1 and a neuron 1. */
    private static final ModelShape TWO = model(two(), two());

    private static final BudgetPlan HALVES = Prices.alike(new LayerSeconds(1, 1, 0, 1, 1, 0));

    @Test
    void aLayerThatLosesItsLastHeadAndItsLastNeuronCostsNothing() {
        Layout layout = MaskSegments.masked(TWO);
        Costs costs = Costs.of(HALVES, TWO);
        assertEquals(2 * 2 * (4 + 2 + 4 + 3), inSeconds(costs, costs.teacher()));
        float[] segment = MaskSegments.all(layout, HardConcrete.BOUND);
        MaskIndex index = MaskIndex.of(layout);
        MaskSegments.fill(segment, index.image().layers().get(0).heads(), -2);
        MaskSegments.fill(segment, index.image().layers().get(0).neurons(), -2);
        // 39 of 52 seconds: without the image tower's first layer, of 13
        Kept kept = Cut.cut(layout, segment, costs.target(0.75), plan(0, Exportable.FALSE), costs);
        ModelShape after = kept.shapeAfter(TWO);
        assertEquals(
                List.of(new LayerShape(0, 0), new LayerShape(2, 3)),
                after.vision().layers());
        assertEquals(TWO.text(), after.text());
        assertEquals(39, inSeconds(costs, costs.counted(after)));
    }

    @Test
    void whatIsLeftOfAHalfIsPaidForWithItsFirstUnit() {
        Layout layout = MaskSegments.masked(TWO);
        Costs costs = Costs.of(HALVES, TWO);
        float[] segment = MaskSegments.all(layout, HardConcrete.BOUND);
        MaskSegments.fill(segment, MaskIndex.of(layout).text().layers().get(1).neurons(), -2);
        // Without these neurons 45 of 52; the first of them costs 5, for which 4 are not enough
        ModelShape less = cut(layout, segment, costs, 49.9 / 52);
        assertEquals(0, less.text().layers().get(1).neurons());
        ModelShape more = cut(layout, segment, costs, 51.0 / 52);
        assertEquals(2, more.text().layers().get(1).neurons());
    }

    @ParameterizedTest
    @EnumSource
    void neverExceedsTheBudgetAndMissesItByLessThanAnyUnit(Unit unit) {
        for (ModelShape shape : List.of(SmallShapes.uneven(), SmallShapes.middling(), TWO)) {
            Costs costs = Costs.of(Prices.of(unit), shape);
            Layout layout = MaskSegments.masked(shape);
            for (int seed = 0; seed < SEEDS; seed++) {
                long target = costs.target(0.1 + 0.85 * seed / SEEDS);
                float[] segment = MaskSegments.random(layout, seed, 4.6);
                Kept kept = Cut.cut(layout, segment, target, plan(0, Exportable.FALSE), costs);
                assertEquals(kept, Cut.cut(layout, segment.clone(), target, plan(0, Exportable.FALSE), costs));
                ModelShape after = kept.shapeAfter(shape);
                long missing = target - costs.counted(after);
                assertTrue(missing >= 0, unit + ", seed " + seed + ": " + -missing + " too many");
                assertTrue(missing < smallestThatMayGrow(shape, after, costs), unit + ", seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsToTheBudgetWithItsPadding(Unit unit) {
        ModelShape shape = SmallShapes.middling();
        Costs costs = Costs.of(Prices.of(unit), shape);
        Layout layout = MaskSegments.masked(shape);
        for (int seed = 0; seed < SEEDS; seed++) {
            long target = costs.target(0.3 + 0.7 * seed / SEEDS);
            float[] segment = MaskSegments.random(layout, seed, 4.6);
            ModelShape after = Cut.cut(layout, segment, target, plan(1, Exportable.DENSE), costs)
                    .shapeAfter(shape);
            assertTrue(padded(costs, after.vision()) + padded(costs, after.text()) <= target, unit + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @CsvSource({"SECONDS, counted microseconds", "MACS, counted multiply-accumulates"})
    void refusesWhatNoCutCanMeetInItsUnit(Unit unit, String noun) {
        ModelShape shape = SmallShapes.middling();
        MaskPlan mask = plan(4, Exportable.FALSE).with(Prices.of(unit));
        RunPlan tight = run(mask, 0.01);
        String message = assertThrows(InvalidInputException.class, () -> Cut.requirePossible(shape, tight))
                .getMessage();
        assertTrue(message.startsWith("keep [0.01] of the teacher's [") && message.contains("] " + noun), message);
        String possible = message.replaceAll(".*raise keep to \\[([0-9.]+)].*", "$1");
        assertDoesNotThrow(() -> Cut.requirePossible(shape, run(mask, Double.parseDouble(possible))));
    }

    @Test
    void aStudentChosenByHandKeepsItsShareOfTheUnit() {
        ModelShape half = model(two().subList(0, 1), two());
        assertEquals(0.75, ManualInheritance.keep(half, TWO, HALVES));
        assertEquals(0.75, ManualInheritance.keep(half, TWO, BudgetPlan.MACS), 0.2);
        ModelShape resnet = SmallShapes.resnet();
        assertThrows(InvalidInputException.class, () -> ManualInheritance.keep(resnet, resnet, HALVES));
    }

    private static ModelShape cut(Layout layout, float[] segment, Costs costs, double keep) {
        return Cut.cut(layout, segment, costs.target(keep), plan(0, Exportable.FALSE), costs)
                .shapeAfter(layout.shape());
    }

    private static double inSeconds(Costs costs, long counted) {
        return Double.parseDouble(costs.told(counted)) / 1e6;
    }

    private static long padded(Costs costs, Tower tower) {
        int most = tower.layers().stream().mapToInt(LayerShape::neurons).max().orElse(0);
        return costs.padded(tower, tower.width(), most);
    }

    /** Of one more channel, head or neuron of any group that has lost some. */
    private static long smallestThatMayGrow(ModelShape before, ModelShape after, Costs costs) {
        long image = smallestThatMayGrow(before.vision(), after.vision(), costs);
        return Math.min(image, smallestThatMayGrow(before.text(), after.text(), costs));
    }

    private static long smallestThatMayGrow(Tower before, Tower after, Costs costs) {
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < after.layers().size(); i++) {
            LayerShape most = before.layers().get(i);
            LayerShape now = after.layers().get(i);
            if (now.heads() < most.heads()) {
                smallest = Math.min(smallest, grown(after, i, new LayerShape(now.heads() + 1, now.neurons()), costs));
            }
            if (now.neurons() < most.neurons()) {
                smallest = Math.min(smallest, grown(after, i, new LayerShape(now.heads(), now.neurons() + 1), costs));
            }
        }
        return after.width() < before.width()
                ? Math.min(
                        smallest, costs.counted(wide(after, after.width() + 1, after.layers())) - costs.counted(after))
                : smallest;
    }

    private static long grown(Tower after, int layer, LayerShape shape, Costs costs) {
        List<LayerShape> layers = new ArrayList<>(after.layers());
        layers.set(layer, shape);
        return costs.counted(wide(after, after.width(), layers)) - costs.counted(after);
    }

    private static Tower wide(Tower tower, int width, List<LayerShape> layers) {
        return tower instanceof VisionTransformer i
                ? new VisionTransformer(i.imageSize(), i.patchSize(), width, i.headWidth(), layers)
                : new TextTower(
                        ((TextTower) tower).contextLength(),
                        ((TextTower) tower).vocabulary(),
                        width,
                        tower.headWidth(),
                        layers);
    }

    private static RunPlan run(MaskPlan mask, double keep) {
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        return new RunPlan(1, 8, 2, 1, List.of(new StagePlan(keep, 500, 1)), false, optimizer, mask);
    }

    private static MaskPlan plan(int minimumHeads, Exportable exportable) {
        return new MaskPlan(0.02, 0.02, 0.33, 1, minimumHeads, false, exportable);
    }

    private static List<LayerShape> two() {
        return List.of(new LayerShape(2, 3), new LayerShape(2, 3));
    }

    private static ModelShape model(List<LayerShape> image, List<LayerShape> text) {
        return new ModelShape(
                3, Activation.GELU, new VisionTransformer(4, 2, 4, 2, image), new TextTower(3, 11, 4, 2, text));
    }
}
