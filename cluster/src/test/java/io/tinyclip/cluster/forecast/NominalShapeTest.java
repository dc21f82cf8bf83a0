package io.tinyclip.cluster.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Architectures;
import io.tinyclip.inherit.StageForecast;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NominalShapeTest {
    private static final ModelShape TEACHER = Architectures.shape("ViT-B-32");
    private static final Path RECIPES = Path.of("..", "conf", "recipes");

    private static RunPlan plan(String recipe) {
        return SettingsFile.read(RECIPES.resolve("tinyclip-" + recipe + ".conf"), Map.of())
                .runPlan(TEACHER);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.9, 0.75, 0.5, 0.25, 0.1})
    void theBudgetIsMetToAHundredth(double keep) {
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, TEACHER);
        long target = costs.target(keep);
        assertEquals(1, (double) costs.counted(NominalShape.of(TEACHER, target, costs, true)) / target, 0.01);
    }

    /** Of seconds most of which go with what is left of a half: neither heads nor neurons alone follow the share. */
    @ParameterizedTest
    @ValueSource(doubles = {0.9, 0.75, 0.5, 0.25, 0.1})
    void aBudgetOfSecondsIsNotExceededAndNearlyMet(double keep) {
        LayerSeconds layer = new LayerSeconds(1e-6, 1e-5, 1e-7, 1e-6, 1e-8, 1e-9);
        TowerSeconds tower = new TowerSeconds(layer, layer);
        for (BudgetPlan budget : List.of(BudgetPlan.MACS, BudgetPlan.seconds(tower, tower))) {
            Costs costs = Costs.of(budget, TEACHER);
            long target = costs.target(keep);
            double share = (double) costs.counted(NominalShape.of(TEACHER, target, costs, true)) / target;
            assertTrue(share > 0.95 && share < 1.01, budget.unit() + ": " + share);
        }
    }

    /** Two fifths of a layer's seconds, or nearly all, stay until its last head or neuron goes. */
    @ParameterizedTest
    @CsvSource({"0.4,0.25", "0.4,0.05", "0.95,0.5", "0.95,0.1"})
    void whatLayersCostHoweverLittleIsLeftLeavesHeadsAndNeurons(double fixed, double keep) {
        double byHead = (1 - fixed) / 12;
        double byNeuron = (1 - fixed) / 3072;
        LayerSeconds layer = new LayerSeconds(fixed / 768, byHead, 0, fixed / 768, byNeuron, 0);
        TowerSeconds tower = new TowerSeconds(layer, layer);
        Costs costs = Costs.of(BudgetPlan.seconds(tower, tower), TEACHER);
        ModelShape student = NominalShape.of(TEACHER, costs.target(keep), costs, true);
        for (Tower each : List.of(student.vision(), student.text())) {
            long heads = each.layers().stream().filter(it -> it.heads() > 0).count();
            long neurons = each.layers().stream().filter(it -> it.neurons() > 0).count();
            assertTrue(heads > 2 && neurons > 2, student.toString());
        }
        double share = (double) costs.counted(student) / costs.target(keep);
        assertTrue(share > 0.95 && share <= 1, "share " + share);
    }

    @Test
    void aHeadAndANeuronOfEachTowerStayWhateverTheBudget() {
        LayerSeconds layer = new LayerSeconds(1, 1, 1, 1, 1, 1);
        TowerSeconds tower = new TowerSeconds(layer, layer);
        for (BudgetPlan budget : List.of(BudgetPlan.PARAMETERS, BudgetPlan.seconds(tower, tower))) {
            ModelShape student = NominalShape.of(TEACHER, 0, Costs.of(budget, TEACHER), true);
            for (Tower each : List.of(student.vision(), student.text())) {
                assertEquals(
                        1, each.layers().stream().mapToInt(LayerShape::heads).sum());
                assertEquals(
                        1, each.layers().stream().mapToInt(LayerShape::neurons).sum());
            }
        }
    }

    @Test
    void phasesCostWhatInspectTellsOfTheirStudents() {
        RunPlan plan = plan("vit-22m-32-text-10m");
        List<StageForecast> told = StageForecast.of(TEACHER, TEACHER, plan);
        List<PhaseWork> phases = PhaseWork.of(plan, TEACHER, TEACHER, 49_408);
        assertEquals(6, phases.size());
        for (int stage = 0; stage < 3; stage++) {
            PhaseWork inherit = phases.get(2 * stage);
            PhaseWork distill = phases.get(2 * stage + 1);
            assertEquals(Phase.INHERIT, inherit.phase());
            assertTrue(inherit.layout().masked() && !distill.layout().masked());
            assertEquals(
                    1,
                    (double) Counts.of(distill.shape()).macs()
                            / told.get(stage).counts().macs(),
                    0.01);
            // Masks close nothing before the cut: the phase computes the student of the stage before.
            ModelShape before = stage == 0 ? TEACHER : phases.get(2 * stage - 1).shape();
            assertEquals(before, inherit.shape());
            assertEquals(plan.stages().get(stage).inheritSteps(), distill.position());
        }
    }

    @Test
    void studentsChosenByHandAreExact() {
        RunPlan plan = plan("vit-40m-32-text-19m");
        List<PhaseWork> phases = PhaseWork.of(plan, TEACHER, TEACHER, 49_408);
        assertEquals(2, phases.size());
        for (int stage = 0; stage < 2; stage++) {
            assertEquals(
                    plan.stages().get(stage).student().orElseThrow(),
                    phases.get(stage).shape());
            assertTrue(!phases.get(stage).nominal());
        }
    }

    @Test
    void aCalibratedStageOnlyDistillsAStudentOfTheNominalShape() {
        String stages = "[{keep=0.5,calibration-batches=32,distill-steps=7},"
                + "{keep=0.25,inherit-steps=500,distill-steps=9}]";
        RunPlan plan = SettingsFile.defaults(Map.of("tinyclip.stages", stages)).runPlan(TEACHER);
        List<PhaseWork> phases = PhaseWork.of(plan, TEACHER, TEACHER, 49_408);
        assertEquals(
                List.of(Phase.DISTILL, Phase.INHERIT, Phase.DISTILL),
                phases.stream().map(PhaseWork::phase).toList());
        PhaseWork calibrated = phases.get(0);
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, TEACHER);
        assertEquals(NominalShape.of(TEACHER, costs.target(0.5), costs, false), calibrated.shape());
        assertTrue(calibrated.nominal() && !calibrated.layout().masked());
        assertEquals(7, calibrated.steps());
        assertEquals(0, calibrated.position());
        assertEquals(calibrated.shape(), phases.get(1).shape(), "masks are learned on what calibration left");
    }

    /** Where seconds are counted. */
    @Test
    void aCalibratedStageNarrowsTheNominalStudentUnlessItIsToldNotTo() {
        LayerSeconds layer = new LayerSeconds(1e-6, 1e-5, 1e-7, 1e-6, 1e-8, 1e-9);
        TowerSeconds tower = new TowerSeconds(layer, layer);
        MaskPlan mask = new MaskPlan(0.5, 0.05, 0.5, 1, 1).with(BudgetPlan.seconds(tower, tower));
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        for (boolean narrows : new boolean[] {true, false}) {
            List<StagePlan> stages = List.of(StagePlan.calibrated(0.5, new CalibrationPlan(32, narrows), 7));
            RunPlan plan = new RunPlan(1, 8, 2, 1, stages, false, optimizer, mask);
            ModelShape student =
                    PhaseWork.of(plan, TEACHER, TEACHER, 49_408).get(0).shape();
            assertEquals(narrows, student.text().width() < TEACHER.text().width());
            assertEquals(narrows, student.vision().width() < TEACHER.vision().width());
        }
    }
}
