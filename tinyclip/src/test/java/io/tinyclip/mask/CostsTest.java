package io.tinyclip.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.plan.BudgetPlan.Unit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CostsTest {
    /** A power of two, so that logAlpha of the tests' grid plus or minus it is exact in float. */
    private static final float H = 0x1p-10f;

    private static final float HALF_OPEN = (float) (-2.0 / 3 * StrictMath.log(11));

    @Test
    void multiplyAccumulatesAreThoseThatInspectTells() {
        for (ModelShape shape : List.of(SmallShapes.uneven(), SmallShapes.middling(), SmallShapes.vitB32())) {
            long layers =
                    Counts.of(shape).macs() - Counts.of(withoutUnits(shape)).macs();
            assertEquals(layers, Costs.of(BudgetPlan.MACS, shape).teacher());
        }
    }

    @Test
    void parametersAreThoseOfTheBudget() {
        ModelShape shape = SmallShapes.vitB32();
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, shape);
        assertEquals(ParameterBudget.counted(shape), costs.teacher());
        assertEquals(ParameterBudget.target(0.75, costs.teacher()), costs.target(0.75));
        assertEquals("122821632", costs.told(costs.teacher()));
    }

    /** A layer of D = 2 with one head and two neurons: 2 * 1 + 2 + 2 * 2 + 2 * 4 + 2 * 8 + 4 * 16 = 96 of these. */
    @Test
    void secondsAreSumsOfProducts() {
        ModelShape shape = SmallShapes.smallest();
        Costs costs = Costs.of(Prices.alike(new LayerSeconds(1e-6, 2e-6, 2e-6, 4e-6, 8e-6, 16e-6)), shape);
        assertEquals("192.000", costs.told(costs.teacher()));
        assertTrue(costs.teacher() >= 1L << 51 && costs.teacher() < 1L << 52, "ticks " + costs.teacher());
        double attention = costs.layer(shape.text(), 0, 2, 1, 0);
        assertEquals((2 + 2 + 4) / 192.0, attention / costs.teacher(), 1e-12);
        assertEquals(0, costs.layer(shape.text(), 0, 2, 0, 0));
        assertEquals(costs.layer(shape.text(), 0, 2, 1, 1), costs.padded(shape.text(), 2, 0));
    }

    @Test
    void theLastLayerHasItsOwnPrice() {
        LayerSeconds dear = new LayerSeconds(0, 3, 0, 0, 0, 0);
        LayerSeconds cheap = new LayerSeconds(0, 1, 0, 0, 0, 0);
        Costs costs = Costs.of(
                BudgetPlan.seconds(new TowerSeconds(dear, cheap), new TowerSeconds(cheap, cheap)),
                SmallShapes.uneven());
        assertEquals(3 * 3 + 2 + 3, costs.teacher() / Math.scalb(1.0, 51 - 3), 1e-9);
    }

    @Test
    void onlyProportionsOfSecondsMatter() {
        ModelShape shape = SmallShapes.middling();
        LayerSeconds layer = new LayerSeconds(3e-6, 7e-7, 1.1e-8, 3e-6, 1e-9, 1.3e-10);
        LayerSeconds slower =
                new LayerSeconds(3e-6 * 1024, 7e-7 * 1024, 1.1e-8 * 1024, 3e-6 * 1024, 1e-9 * 1024, 1.3e-10 * 1024);
        Costs one = Costs.of(Prices.alike(layer), shape);
        Costs other = Costs.of(Prices.alike(slower), shape);
        assertEquals(one.teacher(), other.teacher());
        assertEquals(one.layer(shape.text(), 0, 5, 2, 17), other.layer(shape.text(), 0, 5, 2, 17));
    }

    @Test
    void aResidualNetworkHasOnlyParameters() {
        ModelShape resnet = SmallShapes.resnet();
        Costs.of(BudgetPlan.PARAMETERS, resnet);
        String message = assertThrows(InvalidInputException.class, () -> Costs.of(BudgetPlan.MACS, resnet))
                .getMessage();
        assertTrue(message.startsWith("tinyclip.budget.unit [macs] ") && message.endsWith("parameters"), message);
    }

    @Test
    void costsThatLeaveThisTeacherFreeAreRefused() {
        TowerSeconds free = new TowerSeconds(new LayerSeconds(0, 1, 0, 0, 0, 0), new LayerSeconds(0, 0, 0, 0, 0, 0));
        BudgetPlan plan = BudgetPlan.seconds(free, free);
        String message = assertThrows(InvalidInputException.class, () -> Costs.of(plan, SmallShapes.smallest()))
                .getMessage();
        assertTrue(message.contains("[0.0] seconds a pair; measure them"), message);
    }

    /** Every mask open by half: of a layer of D = 2, a head and two neurons, 1 channel, 0.5 and 1 with 0.5 and 0.75 for any. */
    @Test
    void expectsThatAnyUnitIsLeftAsWorkedByHand() {
        Layout layout = MaskLayouts.masked(SmallShapes.smallest());
        MaskIndex index = MaskIndex.of(layout);
        float[] segment = new float[index.size()];
        Arrays.fill(segment, HALF_OPEN);
        Costs costs = Costs.of(Prices.alike(new LayerSeconds(4, 0, 0, 8, 0, 0)), layout.shape());
        Sparsity sparsity = Sparsity.of(layout, costs, false);
        // Of 2 * (4 * 2 + 8 * 2) = 48 there stay 2 * (4 * 0.5 + 8 * 0.75) = 16
        assertEquals(1 - 16.0 / 48, sparsity.expected(segment), 1e-7);
        double[] gradient = sparsity.gradient(segment);
        assertEquals(
                -0.25 * 4 / 48, gradient[index.text().layers().get(0).heads().from()], 1e-8);
        assertEquals(
                -0.25 * 8 * 0.5 / 48,
                gradient[index.text().layers().get(0).neurons().from()],
                1e-8);
        assertEquals(
                -0.25 * (4 * 0.5 + 8 * 0.75) / 48, gradient[index.text().width().from()], 1e-8);
    }

    @ParameterizedTest
    @CsvSource({"PARAMETERS,false", "PARAMETERS,true", "MACS,false", "MACS,true", "SECONDS,false", "SECONDS,true"})
    void gradientIsThatOfTheExpectedSparsity(Unit unit, boolean countsPadding) {
        for (ModelShape shape : List.of(SmallShapes.uneven(), SmallShapes.smallest())) {
            Layout layout = MaskLayouts.masked(shape);
            Sparsity sparsity = Sparsity.of(layout, Costs.of(Prices.of(unit), shape), countsPadding);
            float[] segment = MaskLayouts.random(layout, 11);
            double[] gradient = sparsity.gradient(segment);
            double scale = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < segment.length; i++) {
                float there = segment[i];
                segment[i] = there + H;
                double above = sparsity.expected(segment);
                segment[i] = there - H;
                double below = sparsity.expected(segment);
                segment[i] = there;
                assertEquals((above - below) / (2 * H), gradient[i], 2e-6 * scale, "mask " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void openMasksLeaveTheWholeAndClosedOnesNothingButBiases(Unit unit) {
        Layout layout = MaskLayouts.masked(SmallShapes.middling());
        Costs costs = Costs.of(Prices.of(unit), layout.shape());
        Sparsity sparsity = Sparsity.of(layout, costs, false);
        float[] segment = new float[MaskIndex.of(layout).size()];
        Arrays.fill(segment, 1e3f);
        assertEquals(0, sparsity.expected(segment), 1e-12);
        Arrays.fill(segment, -1e3f);
        assertEquals(1, sparsity.expected(segment), 1e-12);
    }

    private static ModelShape withoutUnits(ModelShape shape) {
        VisionTransformer i = shape.vision();
        TextTower t = shape.text();
        return new ModelShape(
                shape.embedding(),
                shape.activation(),
                new VisionTransformer(i.imageSize(), i.patchSize(), i.width(), i.headWidth(), none(i.layers())),
                new TextTower(t.contextLength(), t.vocabulary(), t.width(), t.headWidth(), none(t.layers())));
    }

    private static List<LayerShape> none(List<LayerShape> layers) {
        return Collections.nCopies(layers.size(), new LayerShape(0, 0));
    }
}
