package io.tinyclip.calibrate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.LayerKept;
import io.tinyclip.inherit.TowerKept;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastSquaresCutTest {
    private static final ModelShape SHAPE = new ModelShape(
            5,
            Activation.GELU,
            new VisionTransformer(4, 2, 8, 4, List.of(new LayerShape(3, 24), new LayerShape(0, 24))),
            new TextTower(3, 11, 6, 2, List.of(new LayerShape(4, 0), new LayerShape(2, 32))));
    private static final Layout LAYOUT = Layout.of(SHAPE, 11, false, false);
    private static final FloatVector VECTOR = FloatVector.of(random());
    private static final Costs COSTS = Costs.of(BudgetPlan.PARAMETERS, SHAPE);
    private static final Predicate<Half> NONE = half -> false;

    private final List<Integer> told = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"0.8,1,0", "0.5,1,0", "0.3,1,1", "0.6,8,0", "0.5,8,2", "0.6,32,1"})
    void theBudgetIsKeptAndNearlyUsed(double keep, int roundTo, int minimumHeads) {
        ModelShape after = cut(keep, roundTo, minimumHeads, NONE).kept().shapeAfter(SHAPE);
        long missing = COSTS.target(keep) - COSTS.counted(after);
        // A head costs most, and of neurons a quarter of the way to the next larger size that is tried.
        long coarsest = Math.max(4 * 4 * 8 + 12, Math.max(2, roundTo) * 17L);
        assertTrue(missing >= 0 && missing < coarsest, "missing [" + missing + "] of " + COSTS.target(keep));
    }

    @ParameterizedTest
    @CsvSource({"0.6,8,1", "0.5,8,2", "0.45,16,0", "0.6,32,1"})
    void minimumHeadsAndRoundToAreHonoured(double keep, int roundTo, int minimumHeads) {
        ModelShape after = cut(keep, roundTo, minimumHeads, NONE).kept().shapeAfter(SHAPE);
        assertEquals(SHAPE.vision().width(), after.vision().width());
        assertEquals(SHAPE.text().width(), after.text().width());
        requireSizes(SHAPE.vision().layers(), after.vision().layers(), roundTo, minimumHeads);
        requireSizes(SHAPE.text().layers(), after.text().layers(), roundTo, minimumHeads);
    }

    private static void requireSizes(List<LayerShape> before, List<LayerShape> after, int roundTo, int minimumHeads) {
        for (int i = 0; i < before.size(); i++) {
            int heads = after.get(i).heads();
            int neurons = after.get(i).neurons();
            assertTrue(heads >= Math.min(minimumHeads, before.get(i).heads()), after.toString());
            assertTrue(neurons % roundTo == 0 || neurons == before.get(i).neurons(), after.toString());
        }
    }

    /** The picture tower is 8 channels wide, which is room for two of its three heads of 4. */
    @Test
    void noLayerKeepsMoreHeadsThanUniformLayersHaveRoomFor() {
        MaskPlan fits = new MaskPlan(0.02, 0.02, 0.33, 1, 1, false, Exportable.TRUE);
        LeastSquaresCut.Budget budget = new LeastSquaresCut.Budget(fits, COSTS, COSTS.target(0.95), false);
        ModelShape after = LeastSquaresCut.cut(
                        LAYOUT, VECTOR, budget, new SampledCalibration(LAYOUT, VECTOR, NONE), count -> {})
                .kept()
                .shapeAfter(SHAPE);
        assertEquals(2, after.vision().layers().get(0).heads());
    }

    @Test
    void halvesThatHadNoUnitsStaySo() {
        ModelShape after = cut(0.5, 1, 0, NONE).kept().shapeAfter(SHAPE);
        assertEquals(0, after.vision().layers().get(1).heads());
        assertEquals(0, after.text().layers().get(0).neurons());
    }

    @Test
    void theVectorStaysAndTheNewOneReadsNothingOfWhatIsGoneAndAllOfWhatIsLeft() {
        float[] before = VECTOR.toArray();
        CalibratedCut cut = cut(0.5, 1, 0, NONE);
        assertArrayEquals(before, VECTOR.toArray());
        float[] after = cut.vector().toArray();
        for (Half half : Half.of(LAYOUT)) {
            int[] kept = kept(cut.kept(), half);
            for (int i = half.weight().offset(); i < half.weight().end(); i++) {
                int channel = (i - half.weight().offset()) % (half.units() * half.channels());
                boolean stays = Arrays.binarySearch(kept, channel / half.channels()) >= 0;
                assertEquals(stays, after[i] != 0, half.weight().name() + " " + channel);
            }
            boolean whole = kept.length == half.units();
            assertEquals(
                    whole,
                    Arrays.equals(
                            before,
                            half.bias().offset(),
                            half.bias().end(),
                            after,
                            half.bias().offset(),
                            half.bias().end()));
            System.arraycopy(
                    before,
                    half.weight().offset(),
                    after,
                    half.weight().offset(),
                    half.weight().count());
            System.arraycopy(
                    before,
                    half.bias().offset(),
                    after,
                    half.bias().offset(),
                    half.bias().count());
        }
        assertArrayEquals(before, after, "nothing else has changed");
    }

    @Test
    void whatOthersMakeUpForGoesFirst() {
        Predicate<Half> second = half -> half.image() && half.layer() == 1 && !half.heads();
        long neuron = 2 * 8 + 1;
        double keep = (COSTS.teacher() - 12.0 * neuron) / COSTS.teacher();
        CalibratedCut cut = cut(keep, 1, 0, second);
        ModelShape after = cut.kept().shapeAfter(SHAPE);
        assertEquals(12, after.vision().layers().get(1).neurons());
        assertEquals(COSTS.teacher() - 12 * neuron, COSTS.counted(after), "all else is whole: " + after);
        int[] kept = cut.kept().image().layers().get(1).neurons();
        assertEquals(12, IntStream.of(kept).map(it -> it % 12).distinct().count(), "one of each pair of equals stays");
        assertTrue(new SampledCalibration(LAYOUT, VECTOR, second).distance(true, cut.vector()) < 1e-3);
    }

    @Test
    void theSameAskedTwiceHasTheSameBits() {
        CalibratedCut once = cut(0.4, 1, 1, NONE);
        CalibratedCut again = cut(0.4, 1, 1, NONE);
        assertEquals(once.kept(), again.kept());
        assertArrayEquals(once.vector().toArray(), again.vector().toArray());
    }

    @Test
    void whoeverListensHearsHowManySizesWereTried() {
        cut(0.5, 1, 1, NONE);
        LeastSquaresCut.Budget budget = new LeastSquaresCut.Budget(plan(1, 1), COSTS, COSTS.target(0.5), false);
        int tried = LeastSquaresCut.tried(LAYOUT, budget);
        assertEquals(
                IntStream.rangeClosed(1, tried).boxed().toList(),
                told.stream().filter(it -> it > 0).distinct().toList());
    }

    private CalibratedCut cut(double keep, int roundTo, int minimumHeads, Predicate<Half> redundant) {
        try (Calibration calibration = new SampledCalibration(LAYOUT, VECTOR, redundant)) {
            LeastSquaresCut.Budget budget =
                    new LeastSquaresCut.Budget(plan(roundTo, minimumHeads), COSTS, COSTS.target(keep), false);
            return LeastSquaresCut.cut(LAYOUT, VECTOR, budget, calibration, told::add);
        }
    }

    private static int[] kept(Kept kept, Half half) {
        TowerKept tower = half.image() ? kept.image() : kept.text();
        LayerKept layer = tower.layers().get(half.layer());
        return half.heads() ? layer.heads() : layer.neurons();
    }

    private static MaskPlan plan(int roundTo, int minimumHeads) {
        return new MaskPlan(0.02, 0.02, 0.33, roundTo, minimumHeads);
    }

    private static float[] random() {
        float[] vector = new float[LAYOUT.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (0.3 * Counter.normal(5, i));
        }
        return vector;
    }
}
