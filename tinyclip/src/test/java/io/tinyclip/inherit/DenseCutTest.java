package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.Costs;
import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.ParameterBudget;
import io.tinyclip.mask.TowerMasks;
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
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cut whose budget counts the student as formats with uniform layers hold it. */
class DenseCutTest {
    private static final int SEEDS = 300;
    private static final Costs COSTS = Costs.of(BudgetPlan.PARAMETERS, SmallShapes.smallest());

    /**
     * Two layers of D = 4 with two heads of K = 2 and three neurons each, and a text tower that is saturated. A layer of the
     * whole width costs 4 * 4 * 4 + 4 * 4 = 80 with its heads, and 2 * 4 + 1 = 9 a neuron and 4 more.
     */
    @Test
    void takesTheNeuronThatIsWeakestOverAllLayers() {
        ModelShape shape = model(two(2, 3), two(2, 3), 2);
        Layout layout = MaskSegments.masked(shape);
        MaskIndex index = MaskIndex.of(layout);
        float[] segment = MaskSegments.all(layout, HardConcrete.BOUND);
        // Sorted, the image tower's layers score 4, 3, 1 and 4, 1, -4: 4, 2 and -1.5 together
        score(segment, index.image().layers().get(0).neurons(), 3, 1, 4);
        score(segment, index.image().layers().get(1).neurons(), -4, 4, 1);
        // Those of the text tower 4, 4, 2 and 4, 4, -4: 4, 4 and -1 together
        score(segment, index.text().layers().get(0).neurons(), 4, 2, 4);
        score(segment, index.text().layers().get(1).neurons(), 4, -4, 4);
        // A head that the masks would rather lose is padded anyhow, so it stays
        score(segment, index.image().layers().get(1).heads(), -4, 4);
        assertEquals(444, ParameterBudget.counted(shape));

        Kept kept = ParameterBudget.cut(layout, segment, 444 - 17, plan(1, 0));

        assertEquals(List.of(layer(2, 0, 2), layer(2, 1, 2)), kept.image().layers());
        assertEquals(List.of(layer(2, 0, 1, 2), layer(2, 0, 1, 2)), kept.text().layers());
        assertEquals(426, ParameterBudget.counted(kept.shapeAfter(shape)));
        Kept less = ParameterBudget.cut(layout, segment, 444 - 19, plan(1, 0));
        assertEquals(List.of(layer(2, 0, 2), layer(2, 0, 2)), less.text().layers());
        assertEquals(408, ParameterBudget.counted(less.shapeAfter(shape)));
    }

    @Test
    void fewerNeuronsThanOthersCostAsMuchAsTheirs() {
        ModelShape uneven = model(List.of(new LayerShape(2, 5), new LayerShape(1, 0)), two(2, 3), 2);
        Layout layout = MaskSegments.masked(uneven);
        Kept kept = ParameterBudget.cut(
                layout, MaskSegments.all(layout, HardConcrete.BOUND), 2 * padded(uneven), plan(1, 0));
        assertEquals(Kept.everything(uneven), kept);
        assertEquals(2 * (80 + 5 * 9 + 4), padded(uneven.vision()));
        Kept less = ParameterBudget.cut(
                layout, MaskSegments.all(layout, HardConcrete.BOUND), padded(uneven) - 1, plan(1, 0));
        assertTrue(padded(less.shapeAfter(uneven)) < padded(uneven));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "1, 3", "8, 0", "8, 2", "64, 1"})
    void isWhatTryingAllSizesGives(int roundTo, int minimumHeads) {
        MaskPlan plan = plan(roundTo, minimumHeads);
        int cuts = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            ModelShape shape = random(seed, roundTo);
            Layout layout = MaskSegments.masked(shape);
            float[] scores = scores(layout, seed);
            long target =
                    ParameterBudget.target(0.05 + 0.95 * Counter.uniform(seed, 3), ParameterBudget.counted(shape));
            String where = "seed " + seed + ", " + plan;
            long least =
                    new TowerSizes(shape.vision(), plan).least(COSTS) + new TowerSizes(shape.text(), plan).least(COSTS);
            if (target < least) {
                assertThrows(
                        InvalidInputException.class, () -> ParameterBudget.cut(layout, scores, target, plan), where);
                continue;
            }
            cuts++;
            Kept kept = ParameterBudget.cut(layout, scores, target, plan);
            assertEquals(kept, ParameterBudget.cut(layout, scores.clone(), target, plan), where);
            ModelShape after = kept.shapeAfter(shape);
            assertTrue(padded(after) <= target, where);
            assertHeadsFillTheWidth(shape.vision(), after.vision(), where);
            assertHeadsFillTheWidth(shape.text(), after.text(), where);
            assertEquals(exhaustive(new Case(layout, scores, target, roundTo), after), most(after), where);
        }
        assertTrue(cuts > SEEDS / 3, "many cuts are possible, but only " + cuts + " were");
    }

    @Test
    void foreseesWhatNoMasksCanMeet() {
        ModelShape shape = SmallShapes.middling();
        Layout layout = MaskSegments.masked(shape);
        float[] closed = MaskSegments.all(layout, -HardConcrete.BOUND);
        long least = new TowerSizes(shape.vision(), plan(1, 2)).least(COSTS)
                + new TowerSizes(shape.text(), plan(1, 2)).least(COSTS);
        ModelShape after =
                ParameterBudget.cut(layout, closed, least, plan(1, 2)).shapeAfter(shape);
        assertEquals(least, padded(after));
        assertThrows(InvalidInputException.class, () -> ParameterBudget.cut(layout, closed, least - 1, plan(1, 2)));
    }

    private static void assertHeadsFillTheWidth(Tower before, Tower after, String where) {
        for (int i = 0; i < before.layers().size(); i++) {
            int room = after.width() / after.headWidth();
            assertEquals(
                    Math.min(room, before.layers().get(i).heads()),
                    after.layers().get(i).heads(),
                    where);
        }
        assertEquals(0, after.width() % after.headWidth(), where);
    }

    private record Case(Layout layout, float[] scores, long target, int roundTo) {}

    /** A step of a tower: one more unit of every layer. */
    private record Step(int tower, int size, double score) {}

    /**
     * The most neurons of each tower beside the widths that stayed: the steps are ranked by their mean score, and of all prefixes
     * of that ranking the longest counts that the budget allows, then whatever else fits in the same order.
     */
    private static List<Integer> exhaustive(Case it, ModelShape after) {
        List<Step> steps = steps(it);
        int[] best = new int[2];
        for (int length = 0; length <= steps.size(); length++) {
            int[] sizes = new int[2];
            steps.subList(0, length).forEach(step -> sizes[step.tower] = Math.max(sizes[step.tower], step.size));
            if (price(after, sizes) <= it.target) {
                best = sizes;
            }
        }
        for (Step step : steps) {
            int[] more = best.clone();
            more[step.tower] = Math.max(more[step.tower], step.size);
            if (price(after, more) <= it.target) {
                best = more;
            }
        }
        return IntStream.of(best).boxed().toList();
    }

    private static long price(ModelShape after, int[] sizes) {
        return alike(after.vision(), sizes[0]) + alike(after.text(), sizes[1]);
    }

    /** Floats of a model whose layers are all alike, without a formula. */
    private static long alike(Tower tower, int neurons) {
        LayerShape layer = new LayerShape(tower.width() / tower.headWidth(), Math.max(1, neurons));
        List<LayerShape> layers = Collections.nCopies(tower.layers().size(), layer);
        ModelShape shape = model(layers, List.of(), tower.headWidth(), tower.width());
        return Layout.of(shape, 1, false, false).segments().stream()
                .filter(segment ->
                        segment.name().contains(".attn.") || segment.name().contains(".mlp."))
                .mapToLong(segment -> segment.count())
                .sum();
    }

    private static List<Step> steps(Case it) {
        List<Step> steps = new ArrayList<>();
        List<TowerMasks> towers = MaskIndex.of(it.layout).towers();
        for (int tower = 0; tower < towers.size(); tower++) {
            List<double[]> sorted = new ArrayList<>();
            towers.get(tower).layers().forEach(layer -> sorted.add(descending(it.scores, layer.neurons())));
            int most = sorted.stream().mapToInt(layer -> layer.length).max().orElse(0);
            for (int size = Math.min(most, it.roundTo), at = 0; at < most; size = Math.min(most, size + it.roundTo)) {
                int rank = at;
                double mean = sorted.stream()
                        .mapToDouble(layer -> rank < layer.length ? layer[rank] : -HardConcrete.BOUND)
                        .average()
                        .orElseThrow();
                steps.add(new Step(tower, size, (float) mean));
                at = size;
            }
        }
        steps.sort(Comparator.comparingDouble(Step::score).reversed());
        return steps;
    }

    private static double[] descending(float[] scores, MaskGroup group) {
        return IntStream.range(group.from(), group.end())
                .mapToDouble(i -> -scores[i])
                .sorted()
                .map(score -> -score)
                .toArray();
    }

    private static List<Integer> most(ModelShape after) {
        return List.of(most(after.vision()), most(after.text()));
    }

    private static int most(Tower tower) {
        return tower.layers().stream().mapToInt(LayerShape::neurons).max().orElse(0);
    }

    private static long padded(ModelShape shape) {
        return padded(shape.vision()) + padded(shape.text());
    }

    private static long padded(Tower tower) {
        int most = tower.layers().stream().mapToInt(LayerShape::neurons).max().orElse(0);
        return COSTS.padded(tower, tower.width(), most);
    }

    /** Without ties, so that the order of the ranking leaves no choice. */
    private static float[] scores(Layout layout, long seed) {
        float[] scores = new float[layout.size() - layout.maskStart()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (8 * Counter.uniform(Counter.key(seed, 7), i) - 4);
        }
        return scores;
    }

    private static ModelShape random(long seed, int roundTo) {
        long key = Counter.key(seed, 11);
        int headWidth = 1 + Counter.below(key, 0, 4);
        List<List<LayerShape>> towers = new ArrayList<>();
        for (int tower = 0; tower < 2; tower++) {
            List<LayerShape> layers = new ArrayList<>();
            for (int i = 0; i <= Counter.below(key, 10 + tower, 3); i++) {
                int at = 100 * (tower + 1) + 2 * i;
                layers.add(new LayerShape(Counter.below(key, at, 6), Counter.below(key, at + 1, 6 * roundTo)));
            }
            towers.add(layers);
        }
        int widths = 1 + Counter.below(key, 1, 6);
        return model(towers.get(0), towers.get(1), headWidth, headWidth * widths);
    }

    private static void score(float[] segment, MaskGroup group, float... scores) {
        System.arraycopy(scores, 0, segment, group.from(), scores.length);
    }

    private static LayerKept layer(int heads, int... neurons) {
        return new LayerKept(Axis.range(heads), neurons);
    }

    private static List<LayerShape> two(int heads, int neurons) {
        return Collections.nCopies(2, new LayerShape(heads, neurons));
    }

    private static ModelShape model(List<LayerShape> image, List<LayerShape> text, int headWidth) {
        return model(image, text, headWidth, 4);
    }

    private static ModelShape model(List<LayerShape> image, List<LayerShape> text, int headWidth, int width) {
        return new ModelShape(
                3,
                Activation.GELU,
                new VisionTransformer(4, 2, width, headWidth, image),
                new TextTower(3, 5, width, headWidth, text));
    }

    private static MaskPlan plan(int roundTo, int minimumHeads) {
        return new MaskPlan(0.02, 0.02, 0.33, roundTo, minimumHeads, false, Exportable.DENSE);
    }
}
