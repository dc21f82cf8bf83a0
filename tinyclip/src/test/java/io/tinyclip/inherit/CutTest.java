package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.ParameterBudget;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CutTest {
    private static final Layout UNEVEN = MaskSegments.masked(SmallShapes.uneven());
    private static final OptimizerPlan OPTIMIZER = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
    private static final Layout MIDDLING = MaskSegments.masked(SmallShapes.middling());

    @ParameterizedTest
    @CsvSource({"1, 0.75, 4.6", "2, 0.5, 4.6", "3, 0.25, 4.6", "4, 0.5, 1", "5, 0.9, 0.1", "6, 0.1, 8", "7, 0.6, 0"})
    void meetsTheBudgetWithinOneNeuron(long key, double keep, double bound) {
        for (Layout layout : List.of(UNEVEN, MIDDLING, MaskSegments.masked(SmallShapes.vitB32()))) {
            long target = ParameterBudget.target(keep, ParameterBudget.counted(layout.shape()));
            ModelShape after = cut(layout, MaskSegments.random(layout, key, bound), target, plan(1, 0));
            long missing = target - ParameterBudget.counted(after);
            int neuron = 2 * Math.max(after.image().width(), after.text().width()) + 1;
            assertTrue(
                    missing >= 0 && missing < neuron, "missing [" + missing + "] where a neuron is [" + neuron + "]");
        }
    }

    @Test
    void keepsTheExpectedSizesWhereTheyMeetTheBudget() {
        float[] segment = MaskSegments.all(MIDDLING, HardConcrete.BOUND);
        MaskIndex index = MaskIndex.of(MIDDLING);
        for (MaskGroup group : index.groups()) { // the second half of each group is closed
            MaskSegments.fill(segment, new MaskGroup(group.from() + group.size() / 2, (group.size() + 1) / 2), -5);
        }
        MaskSegments.fill(segment, index.text().layers().get(0).heads(), HardConcrete.BOUND);
        ModelShape halved = new Kept(
                        new TowerKept(Axis.range(16), layers(3, 2, 64)),
                        new TowerKept(Axis.range(12), List.of(layer(3, 48), layer(1, 48))))
                .shapeAfter(MIDDLING.shape());
        assertEquals(halved, cut(MIDDLING, segment, ParameterBudget.counted(halved), plan(1, 0)));
    }

    @Test
    void refusesToLearnMasksOnAResidualNetwork() {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> Cut.requirePossible(SmallShapes.resnet(), run(plan(1, 0), 1, 0.5)))
                .getMessage();
        assertTrue(message.endsWith("choose from; name a student in tinyclip.stages instead of keep"), message);
        assertEquals(
                message,
                assertThrows(
                                InvalidInputException.class,
                                () -> Cut.requirePossible(SmallShapes.resnet(), calibrated(plan(1, 0), 0.5)))
                        .getMessage());
    }

    @Test
    void losesNothingOfASaturatedGroup() {
        Layout layout = MaskSegments.masked(SmallShapes.vitB32());
        float[] segment = MaskSegments.random(layout, 9, 4.6);
        MaskIndex index = MaskIndex.of(layout);
        index.towers().forEach(tower -> MaskSegments.fill(segment, tower.width(), HardConcrete.BOUND));
        MaskSegments.fill(segment, index.image().layers().get(3).neurons(), HardConcrete.BOUND);
        long target = ParameterBudget.target(0.5, ParameterBudget.counted(layout.shape()));
        ModelShape after = cut(layout, segment, target, plan(1, 0));
        assertEquals(768, after.image().width());
        assertEquals(512, after.text().width());
        assertEquals(3072, after.vision().layers().get(3).neurons());
    }

    @Test
    void keepsEverythingThatIsOpenWhereTheBudgetAllows() {
        long all = ParameterBudget.counted(UNEVEN.shape());
        Kept kept = ParameterBudget.cut(UNEVEN, MaskSegments.all(UNEVEN, HardConcrete.START), all, plan(1, 0));
        assertEquals(Kept.everything(UNEVEN.shape()), kept);
        assertEquals(UNEVEN.shape(), kept.shapeAfter(UNEVEN.shape()));
    }

    @Test
    void keepsTheStrongestAndOfEqualsTheFirst() {
        float[] segment = MaskSegments.all(UNEVEN, HardConcrete.BOUND);
        MaskGroup neurons = MaskIndex.of(UNEVEN).image().layers().get(0).neurons();
        float[] scores = {-5, 1, 5, -5, 5, 1, 5, 1, 5, -5};
        System.arraycopy(scores, 0, segment, neurons.from(), scores.length);
        // 4 open and 3 at 0.93 are 7 neurons; a budget of one less takes the last of the equals away
        long neuron = 2 * 8 + 1;
        long target = ParameterBudget.counted(UNEVEN.shape()) - 4 * neuron;
        Kept kept = ParameterBudget.cut(UNEVEN, segment, target, plan(1, 0));
        assertArrayEquals(
                new int[] {1, 2, 4, 5, 6, 8}, kept.image().layers().get(0).neurons());
        assertEquals(8, kept.image().width().length);
    }

    @Test
    void cutsSaturatedMasksEvenly() {
        long target = ParameterBudget.target(0.6, ParameterBudget.counted(MIDDLING.shape()));
        ModelShape after = cut(MIDDLING, MaskSegments.all(MIDDLING, HardConcrete.BOUND), target, plan(1, 0));
        assertEquals(MIDDLING.shape().image().width(), after.image().width());
        List<Integer> neurons =
                after.vision().layers().stream().map(LayerShape::neurons).toList();
        assertTrue(neurons.get(0) - neurons.get(2) <= 1 && neurons.get(2) > 0, neurons.toString());
        List<Integer> heads =
                after.vision().layers().stream().map(LayerShape::heads).toList();
        assertTrue(heads.get(0) - heads.get(2) <= 1 && heads.get(2) > 0, heads.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64})
    void keepsMultiplesForTheHardware(int roundTo) {
        Layout layout = MaskSegments.masked(SmallShapes.vitB32());
        long target = ParameterBudget.target(0.5, ParameterBudget.counted(layout.shape()));
        ModelShape after = cut(layout, MaskSegments.random(layout, 4, 4.6), target, plan(roundTo, 0));
        assertEquals(0, after.image().width() % roundTo);
        assertEquals(0, after.text().width() % roundTo);
        IntStream.range(0, 12).forEach(i -> {
            assertEquals(0, after.vision().layers().get(i).neurons() % roundTo);
            assertEquals(0, after.text().layers().get(i).neurons() % roundTo);
        });
        long missing = target - ParameterBudget.counted(after);
        assertTrue(missing >= 0 && missing < roundTo * (2L * after.image().width() + 1), "missing " + missing);
    }

    @Test
    void refusesToLeaveExportableWhatIsNot() {
        MaskPlan exportable = new MaskPlan(0.02, 0.02, 0.33, 1, 0, false, Exportable.TRUE);
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> Cut.requirePossible(SmallShapes.uneven(), run(exportable, 0.5)))
                .getMessage();
        assertTrue(message.contains("head width [4], but that of the text tower is [6]"), message);
        assertDoesNotThrow(() -> Cut.requirePossible(SmallShapes.middling(), run(exportable, 0.5)));
    }

    @Test
    void keepsAGroupThatIsNoMultipleWhole() {
        float[] segment = MaskSegments.all(UNEVEN, HardConcrete.BOUND);
        ModelShape after = cut(UNEVEN, segment, ParameterBudget.counted(UNEVEN.shape()), plan(64, 0));
        assertEquals(UNEVEN.shape(), after);
    }

    @Test
    void letsALayerLoseAllItsHeadsAndNeuronsUnlessHeadsMustStay() {
        float[] segment = MaskSegments.all(UNEVEN, HardConcrete.BOUND);
        MaskIndex index = MaskIndex.of(UNEVEN);
        MaskSegments.fill(segment, index.image().layers().get(0).heads(), -5);
        MaskSegments.fill(segment, index.text().layers().get(0).neurons(), -5);
        long target = ParameterBudget.target(0.6, ParameterBudget.counted(UNEVEN.shape()));
        ModelShape free = cut(UNEVEN, segment, target, plan(1, 0));
        assertEquals(0, free.vision().layers().get(0).heads());
        assertEquals(0, free.text().layers().get(0).neurons());
        ModelShape held = cut(UNEVEN, segment, target, plan(1, 2));
        assertEquals(2, held.vision().layers().get(0).heads());
        assertEquals(1, held.text().layers().get(2).heads());
        assertEquals(0, held.text().layers().get(1).heads());
    }

    @Test
    void refusesABudgetThatTheSettingsDoNotAllow() {
        float[] segment = MaskSegments.all(UNEVEN, -5);
        String message = assertThrows(
                        InvalidInputException.class, () -> ParameterBudget.cut(UNEVEN, segment, 100, plan(1, 8)))
                .getMessage();
        assertTrue(message.contains("[100]") && message.contains("minimum-heads"), message);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "1, 12", "8, 0", "8, 2", "64, 0", "64, 3"})
    void foreseesWhatNoMasksCanMeet(int roundTo, int minimumHeads) {
        MaskPlan mask = plan(roundTo, minimumHeads);
        for (ModelShape shape : List.of(SmallShapes.uneven(), SmallShapes.middling(), SmallShapes.vitB32())) {
            long all = ParameterBudget.counted(shape);
            long least = foreseen(shape, run(mask, 1e-9));
            Layout layout = MaskSegments.masked(shape);
            float[] closed = MaskSegments.all(layout, -HardConcrete.BOUND);
            assertEquals(least, ParameterBudget.counted(cut(layout, closed, least, mask)));
            assertThrows(InvalidInputException.class, () -> ParameterBudget.cut(layout, closed, least - 1, mask));
            assertDoesNotThrow(() -> Cut.requirePossible(shape, run(mask, 1, (double) least / all)));
            assertEquals(least, foreseen(shape, run(mask, 1, (least - 1.0) / all)));
        }
    }

    /** Calibration leaves the width, of whose biases some are counted, and the heads that must stay. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 2", "64, 1"})
    void foreseesWhatNoCalibrationCanMeet(int roundTo, int minimumHeads) {
        MaskPlan mask = plan(roundTo, minimumHeads);
        ModelShape shape = SmallShapes.middling();
        ModelShape smallest = new Kept(
                        new TowerKept(Axis.range(32), layers(3, minimumHeads, 0)),
                        new TowerKept(Axis.range(24), layers(2, minimumHeads, 0)))
                .shapeAfter(shape);
        long least = ParameterBudget.counted(smallest);
        double all = ParameterBudget.counted(shape);
        assertDoesNotThrow(() -> Cut.requirePossible(shape, calibrated(mask, least / all)));
        assertEquals(least, foreseen(shape, calibrated(mask, (least - 1) / all)));
        String message = assertThrows(
                        InvalidInputException.class, () -> Cut.requirePossible(shape, calibrated(mask, 1e-9)))
                .getMessage();
        assertTrue(
                message.contains("minimum-heads [" + minimumHeads + "] and the whole width") && !message.contains("\n"),
                message);
    }

    /** One that may take from the width needs two channels, and otherwise no more than masks do. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 2", "8, 1"})
    void foreseesWhatNoCalibrationCanMeetThatMayNarrow(int roundTo, int minimumHeads) {
        MaskPlan mask = plan(roundTo, minimumHeads);
        ModelShape shape = SmallShapes.middling();
        double all = ParameterBudget.counted(shape);
        long least = foreseen(shape, calibrated(true, mask, 1e-9));
        long byMasks = foreseen(shape, run(mask, 1e-9));
        assertTrue(roundTo == 1 ? least > byMasks && least < 3 * byMasks : least == byMasks, least + " and " + byMasks);
        assertDoesNotThrow(() -> Cut.requirePossible(shape, calibrated(true, mask, least / all)));
        assertEquals(least, foreseen(shape, calibrated(true, mask, (least - 1) / all)));
        String message = assertThrows(
                        InvalidInputException.class, () -> Cut.requirePossible(shape, calibrated(true, mask, 1e-9)))
                .getMessage();
        assertTrue(message.contains("and round-to [" + roundTo + "] hold"), message);
    }

    /** How wide towers are behind one that may narrow them is not known. */
    @Test
    void whatAWholeWidthNeedsIsNotForeseenBehindACalibrationThatMayNarrow() {
        MaskPlan mask = plan(1, 1);
        ModelShape shape = SmallShapes.middling();
        long whole = foreseen(shape, calibrated(mask, 1e-9));
        double less = (whole - 1.0) / ParameterBudget.counted(shape);
        StagePlan fixed = StagePlan.calibrated(less, new CalibrationPlan(32, false), 1);
        for (boolean narrows : new boolean[] {false, true}) {
            StagePlan before = StagePlan.calibrated(0.9, new CalibrationPlan(32, narrows), 1);
            RunPlan plan = new RunPlan(1, 8, 2, 1, List.of(before, fixed), false, OPTIMIZER, mask);
            if (narrows) {
                assertDoesNotThrow(() -> Cut.requirePossible(shape, plan));
            } else {
                assertEquals(whole, foreseen(shape, plan));
            }
        }
    }

    private static RunPlan calibrated(MaskPlan mask, double keep) {
        return calibrated(false, mask, keep);
    }

    private static RunPlan calibrated(boolean narrows, MaskPlan mask, double keep) {
        List<StagePlan> stages = List.of(StagePlan.calibrated(keep, new CalibrationPlan(32, narrows), 1));
        return new RunPlan(1, 8, 2, 1, stages, false, OPTIMIZER, mask);
    }

    /** What must stay, as the refusal of the plan says. */
    private static long foreseen(ModelShape shape, RunPlan plan) {
        String message = assertThrows(InvalidInputException.class, () -> Cut.requirePossible(shape, plan))
                .getMessage();
        Matcher matcher =
                Pattern.compile("keep \\[.* hold \\[(\\d+)]; raise keep to .*").matcher(message);
        assertTrue(matcher.matches(), message);
        return Long.parseLong(matcher.group(1));
    }

    private static RunPlan run(MaskPlan mask, double... keeps) {
        List<StagePlan> stages = Arrays.stream(keeps)
                .mapToObj(keep -> new StagePlan(keep, 500, 1))
                .toList();
        return new RunPlan(1, 8, 2, 1, stages, false, OPTIMIZER, mask);
    }

    private static ModelShape cut(Layout layout, float[] segment, long target, MaskPlan plan) {
        return ParameterBudget.cut(layout, segment, target, plan).shapeAfter(layout.shape());
    }

    private static MaskPlan plan(int roundTo, int minimumHeads) {
        return new MaskPlan(0.02, 0.02, 0.33, roundTo, minimumHeads);
    }

    private static List<LayerKept> layers(int count, int heads, int neurons) {
        return IntStream.range(0, count).mapToObj(i -> layer(heads, neurons)).toList();
    }

    private static LayerKept layer(int heads, int neurons) {
        return new LayerKept(Axis.range(heads), Axis.range(neurons));
    }
}
