package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.ParameterBudget;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Activation;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cut promises of any masks: random models, scores with and without ties, random budgets. */
class CutBudgetTest {
    private static final int SEEDS = 300;

    /** A model, its scores and what may stay of it. */
    private record Case(Layout layout, float[] scores, long target) {
        ModelShape shape() {
            return layout.shape();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "1, 2", "8, 0", "8, 1", "8, 3", "64, 0", "64, 1"})
    void meetsTheTargetWithinOneUnitAndKeepsTheStrongest(int roundTo, int minimumHeads) {
        check(new MaskPlan(0.02, 0.02, 0.33, roundTo, minimumHeads));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "1, 3", "8, 0", "8, 2", "64, 0", "64, 1"})
    void leavesExportableSizesToo(int roundTo, int minimumHeads) {
        check(new MaskPlan(0.02, 0.02, 0.33, roundTo, minimumHeads, false, Exportable.TRUE));
    }

    private static void check(MaskPlan plan) {
        int cuts = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Case it = random(seed, plan);
            String where = "seed " + seed + ", " + plan;
            if (it.target < least(it.shape(), plan)) {
                assertThrows(
                        InvalidInputException.class,
                        () -> ParameterBudget.cut(it.layout, it.scores, it.target, plan),
                        where);
                continue;
            }
            cuts++;
            Kept kept = ParameterBudget.cut(it.layout, it.scores, it.target, plan);
            ModelShape after = kept.shapeAfter(it.shape());
            assertWithinOneUnit(it, after, plan, where);
            assertSizes(it.shape(), after, plan, where);
            assertStrongest(it, kept, where);
        }
        assertTrue(cuts > SEEDS / 2, "most cuts are possible, but only " + cuts + " were");
    }

    private static void assertWithinOneUnit(Case it, ModelShape after, MaskPlan plan, String where) {
        long missing = it.target - countedByTensors(after);
        long unit = smallestThatMayGrow(it.shape(), after, plan);
        assertTrue(missing >= 0, where + ": " + -missing + " too many");
        assertTrue(
                missing < unit, where + ": missing " + missing + " where a unit of " + unit + " could still be added");
    }

    /** Floats of attention and feed-forward tensors: the count without a formula. */
    private static long countedByTensors(ModelShape shape) {
        return Layout.of(shape, 1, false, false).segments().stream()
                .filter(segment ->
                        segment.name().contains(".attn.") || segment.name().contains(".mlp."))
                .mapToLong(segment -> segment.count())
                .sum();
    }

    /** What the least step up of any group adds; without bound where everything stayed. */
    private static long smallestThatMayGrow(ModelShape before, ModelShape after, MaskPlan plan) {
        long now = countedByTensors(after);
        return larger(before, after, plan).stream()
                .mapToLong(grown -> countedByTensors(grown) - now)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static List<ModelShape> larger(ModelShape before, ModelShape after, MaskPlan plan) {
        List<ModelShape> larger = new ArrayList<>();
        VisionTransformer image = after.vision();
        TextTower text = after.text();
        for (TowerSize size : TowerSize.of(image).larger(before.vision(), plan)) {
            larger.add(model(size, TowerSize.of(text), image.headWidth()));
        }
        for (TowerSize size : TowerSize.of(text).larger(before.text(), plan)) {
            larger.add(model(TowerSize.of(image), size, image.headWidth()));
        }
        return larger;
    }

    /** Width and layers of a tower. */
    private record TowerSize(int width, List<LayerShape> layers) {
        static TowerSize of(Tower tower) {
            return new TowerSize(tower.width(), tower.layers());
        }

        /** With one group a step larger. */
        List<TowerSize> larger(Tower before, MaskPlan plan) {
            List<TowerSize> larger = new ArrayList<>();
            if (width < before.width()) {
                larger.add(new TowerSize(up(width, before.width(), widthStep(before, plan)), layers));
            }
            for (int i = 0; i < layers.size(); i++) {
                LayerShape now = layers.get(i);
                LayerShape most = before.layers().get(i);
                boolean room = !plan.fitsUniformLayers() || (now.heads() + 1) * before.headWidth() <= width;
                if (now.heads() < most.heads() && room) {
                    larger.add(with(i, new LayerShape(now.heads() + 1, now.neurons())));
                }
                if (now.neurons() < most.neurons()) {
                    larger.add(with(i, new LayerShape(now.heads(), up(now.neurons(), most.neurons(), plan.roundTo()))));
                }
            }
            return larger;
        }

        private TowerSize with(int layer, LayerShape shape) {
            List<LayerShape> changed = new ArrayList<>(layers);
            changed.set(layer, shape);
            return new TowerSize(width, changed);
        }

        private static int up(int size, int most, int roundTo) {
            return Math.min(most, (size / roundTo + 1) * roundTo);
        }
    }

    private static void assertSizes(ModelShape before, ModelShape after, MaskPlan plan, String where) {
        assertSizes(before.vision(), after.vision(), plan, where);
        assertSizes(before.text(), after.text(), plan, where);
    }

    private static void assertSizes(Tower before, Tower after, MaskPlan plan, String where) {
        assertTrue(isSize(after.width(), before.width(), plan.roundTo()) && after.width() > 0, where);
        for (int i = 0; i < before.layers().size(); i++) {
            LayerShape was = before.layers().get(i);
            LayerShape is = after.layers().get(i);
            assertTrue(isSize(is.neurons(), was.neurons(), plan.roundTo()), where);
            assertTrue(is.heads() >= leastHeads(before, was, plan), where);
            assertTrue(!plan.fitsUniformLayers() || is.heads() * after.headWidth() <= after.width(), where);
        }
        assertTrue(!plan.fitsUniformLayers() || after.width() % after.headWidth() == 0, where);
    }

    private static boolean isSize(int size, int whole, int roundTo) {
        return size % roundTo == 0 || size == whole;
    }

    private static void assertStrongest(Case it, Kept kept, String where) {
        MaskIndex index = MaskIndex.of(it.layout);
        assertStrongest(it.scores, index.image(), kept.image(), where);
        assertStrongest(it.scores, index.text(), kept.text(), where);
    }

    private static void assertStrongest(float[] scores, TowerMasks masks, TowerKept kept, String where) {
        assertStrongest(scores, masks.width(), kept.width(), where);
        for (int i = 0; i < masks.layers().size(); i++) {
            LayerKept layer = kept.layers().get(i);
            assertStrongest(scores, masks.layers().get(i).heads(), layer.heads(), where);
            assertStrongest(scores, masks.layers().get(i).neurons(), layer.neurons(), where);
        }
    }

    /** Of equals the first. */
    private static void assertStrongest(float[] scores, MaskGroup group, int[] kept, String where) {
        int[] strongest = IntStream.range(0, group.size())
                .boxed()
                .sorted((a, b) -> Float.compare(scores[group.from() + b], scores[group.from() + a]))
                .limit(kept.length)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        assertEquals(
                IntStream.of(strongest).boxed().toList(),
                IntStream.of(kept).boxed().toList(),
                where);
    }

    /** What no cut takes away. */
    private static long least(ModelShape shape, MaskPlan plan) {
        List<TowerSize> least = new ArrayList<>();
        for (Tower tower : List.of(shape.vision(), shape.text())) {
            List<LayerShape> layers = tower.layers().stream()
                    .map(layer -> new LayerShape(leastHeads(tower, layer, plan), 0))
                    .toList();
            int step = widthStep(tower, plan);
            int width = step;
            for (LayerShape layer : layers) {
                while (plan.fitsUniformLayers() && layer.heads() * tower.headWidth() > width) {
                    width += step;
                }
            }
            least.add(new TowerSize(Math.min(width, tower.width()), layers));
        }
        return countedByTensors(model(least.get(0), least.get(1), shape.text().headWidth()));
    }

    private static int leastHeads(Tower tower, LayerShape layer, MaskPlan plan) {
        int heads = Math.min(plan.minimumHeads(), layer.heads());
        return plan.fitsUniformLayers() ? Math.min(heads, tower.width() / tower.headWidth()) : heads;
    }

    /** The least common multiple of what widths must be multiples of. */
    private static int widthStep(Tower tower, MaskPlan plan) {
        int step = plan.roundTo();
        while (plan.fitsUniformLayers() && step % tower.headWidth() != 0) {
            step += plan.roundTo();
        }
        return step;
    }

    /** Half of the scores have ties, of three or nine values; the others have none. */
    private static Case random(long seed, MaskPlan plan) {
        long key = Counter.key(seed, plan.roundTo());
        int headWidth = 1 + Counter.below(key, 0, 8);
        int widthOf = plan.fitsUniformLayers() ? headWidth : 1;
        int most = 6 * plan.roundTo();
        ModelShape shape = model(size(key, 1, most, widthOf), size(key, 100, most, widthOf), headWidth);
        Layout layout = MaskSegments.masked(shape);
        float[] scores = new float[layout.size() - layout.maskStart()];
        int values = new int[] {3, 9, 1 << 20, 1 << 20}[Counter.below(key, 200, 4)];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = 10f * Counter.below(key, 1000 + i, values) / (values - 1) - 5;
        }
        double keep = 0.05 + 0.95 * Counter.uniform(key, 201);
        return new Case(layout, scores, ParameterBudget.target(keep, ParameterBudget.counted(shape)));
    }

    private static TowerSize size(long key, int at, int most, int widthOf) {
        List<LayerShape> layers = new ArrayList<>();
        for (int i = 0; i <= Counter.below(key, at, 3); i++) {
            int from = at + 10 + 2 * i;
            layers.add(new LayerShape(Counter.below(key, from, 6), Counter.below(key, from + 1, most)));
        }
        return new TowerSize(widthOf * (1 + Counter.below(key, at + 1, most)), layers);
    }

    private static ModelShape model(TowerSize image, TowerSize text, int headWidth) {
        return new ModelShape(
                3,
                Activation.GELU,
                new VisionTransformer(4, 2, image.width, headWidth, image.layers),
                new TextTower(3, 5, text.width, headWidth, text.layers));
    }
}
