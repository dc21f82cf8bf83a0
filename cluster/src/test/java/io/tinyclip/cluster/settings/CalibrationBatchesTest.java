package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.Architectures;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages that are cut by calibration, as they are written. */
final class CalibrationBatchesTest {
    private static final String STAGE = "{keep=0.5,calibration-batches=32,distill-steps=7}";

    @Test
    void isReadAsAStageThatCutsWithoutMasks() {
        String stages = "[{keep=0.75,calibration-batches=1,distill-steps=5},"
                + "{keep=0.5,calibration-batches=1000,calibration-width=false,distill-steps=7,cooling=0.25},{distill-steps=2},"
                + "{keep=0.25,inherit-steps=500,distill-steps=3}]";
        List<StageGoal> goals = goals(stages);
        assertEquals(new StageGoal.Calibrated(0.75, CalibrationPlan.of(1), 5, OptionalDouble.empty()), goals.get(0));
        assertEquals(
                new StageGoal.Calibrated(0.5, new CalibrationPlan(1000, false), 7, OptionalDouble.of(0.25)),
                goals.get(1));
        RunPlan plan =
                SettingsFile.defaults(Map.of("tinyclip.stages", stages)).runPlan(Architectures.shape("ViT-B-32"));
        StagePlan second = plan.stages().get(1);
        assertEquals(0, second.inheritSteps());
        assertEquals(Optional.of(new CalibrationPlan(1000, false)), second.calibration());
        assertTrue(plan.stages().get(0).calibration().orElseThrow().width(), "towers may become narrower");
        assertEquals(OptionalDouble.of(0.25), second.cooling());
        assertTrue(plan.stages().get(2).calibration().isEmpty(), "a stage that goes on cuts nothing again");
        assertEquals(0.5, plan.stages().get(2).keep());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep=0.5,calibration-batches=0,distill-steps=1      | calibration-batches [0]",
                "keep=0.5,calibration-batches=1001,distill-steps=1   | calibration-batches [1001]",
                "keep=0.5,calibration-batches=2.5,distill-steps=1    | calibration-batches",
                "keep=0.5,calibration-batches=32                     | distill-steps",
                "keep=0.5,calibration-batches=32,distill-steps=0     | distill-steps",
                "calibration-batches=32,distill-steps=1              | keep",
                "keep=0,calibration-batches=32,distill-steps=1       | keep [0] must be above 0",
                "keep=1,calibration-batches=32,distill-steps=1       | keep [1] must be above 0 and a percent",
                "keep=0.5,calibration-batches=3,inherit-steps=300,distill-steps=1   | inherit-steps [300] must not",
                "keep=0.5,calibration-batches=3,target-warmup=0.5,distill-steps=1   | target-warmup [0.5] must not",
                "keep=0.5,calibration-batches=3,calibration-width=2,distill-steps=1 | calibration-width [2] must be true or",
                "keep=0.5,calibration-width=true,inherit-steps=300,distill-steps=1  | unless calibration-batches is",
                "calibration-width=false,distill-steps=1                            | calibration-width [false] must not",
                "calibration-width=true,token-rank=8,distill-steps=1                | calibration-width [true] must not",
                "calibration-batches=3,token-rank=8,distill-steps=1                 | beside token-rank",
                "calibration-batches=3,student{text{layers=2}},distill-steps=1      | beside student"
            })
    void refusesWhatIsNoNumberOfBatchesOrNoStageOfItsOwn(String stage, String part) {
        requireRefused(Map.of("tinyclip.stages", "[{" + stage + "}]"), part);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{keep=0.5,calibration-batches=4,distill-steps=1}",
                "{keep=0.496,inherit-steps=300,distill-steps=1}",
                "{keep=0.6,calibration-batches=4,distill-steps=1}"
            })
    void theNextStageKeepsLessByAPercent(String next) {
        requireRefused(
                Map.of("tinyclip.stages", "[" + STAGE + "," + next + "]"), "each stage keeps less than the last");
    }

    @Test
    void aStudentChosenByHandComesBefore() {
        String student = "{student{text{layers=9}},distill-steps=1}";
        assertEquals(2, goals("[" + student + "," + STAGE + "]").size());
        requireRefused(
                Map.of("tinyclip.stages", "[" + STAGE + "," + student + "]"),
                "can only come before the stages that learn masks or are calibrated");
    }

    @Test
    void refusedWhereTheBudgetCountsPadding() {
        Map<String, String> keys = new HashMap<>(Map.of("tinyclip.stages", "[" + STAGE + "]"));
        for (String exportable : List.of("true", "false")) {
            keys.put("tinyclip.mask.exportable", exportable);
            assertEquals(1, SettingsFile.defaults(keys).compression().stages().size());
        }
        keys.put("tinyclip.mask.exportable", "dense");
        requireRefused(keys, "calibration-batches [32] must not be given where tinyclip.mask.exportable is dense");
    }

    /** The mask rate decides nothing here. */
    @Test
    void theMasksRateNeedNotReachAnything() {
        Map<String, String> keys = Map.of("tinyclip.stages", "[" + STAGE + "]", "tinyclip.mask.rate", "1.0e-6");
        assertEquals(1, SettingsFile.defaults(keys).compression().stages().size());
    }

    private static void requireRefused(Map<String, String> keys, String part) {
        String message = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(keys))
                .getMessage();
        assertTrue(message.startsWith("tinyclip.stages") && message.contains(part), message);
        assertFalse(message.contains("\n"), message);
    }

    private static List<StageGoal> goals(String stages) {
        return SettingsFile.defaults(Map.of("tinyclip.stages", stages))
                .compression()
                .stages();
    }
}
