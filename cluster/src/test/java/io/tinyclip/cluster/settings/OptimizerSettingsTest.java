package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.Architectures;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.MuonPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class OptimizerSettingsTest {
    @Test
    void aStageMayCoolByItsOwnShare() {
        String stages = "[{ keep = 0.5, inherit-steps = 200, distill-steps = 4, cooling = 0 }, { distill-steps = 3 },"
                + "{ distill-steps = 2, cooling = 0.5 }]";
        RunPlan plan = SettingsFile.defaults(Map.of(
                        "tinyclip.stages", stages,
                        "tinyclip.optimizer.inherit-warmup", "0.25",
                        "tinyclip.optimizer.inherit-rate", "0.1"))
                .runPlan(Architectures.shape("ViT-B-32"));
        assertEquals(
                List.of(OptionalDouble.of(0), OptionalDouble.empty(), OptionalDouble.of(0.5)),
                plan.stages().stream().map(StagePlan::cooling).toList());
        assertEquals(0.25, plan.optimizer().pace().inheritWarmup());
        assertEquals(0.1, plan.optimizer().pace().inheritRate());
        Map<String, String> tooMuch = Map.of("tinyclip.stages", "[{ distill-steps = 2, cooling = 1.5 }]");
        String message = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(tooMuch))
                .getMessage();
        assertTrue(message.startsWith("tinyclip.stages 1: cooling [1.5]"), message);
        assertTrue(message.contains("from 0 to 1"), message);
    }

    @Test
    void whatMuonMovesAndTheTokenTablesRateAreOfThePlan() {
        RunPlan usual = SettingsFile.defaults(Map.of()).runPlan(Architectures.shape("ViT-B-32"));
        assertEquals(MuonPlan.NONE, usual.optimizer().muon());
        assertEquals(1, usual.optimizer().tokenRate());
        RunPlan plan = SettingsFile.defaults(Map.of(
                        "tinyclip.optimizer.muon.image", "0.5",
                        "tinyclip.optimizer.muon.text", "0.2",
                        "tinyclip.optimizer.token-rate", "0"))
                .runPlan(Architectures.shape("ViT-B-32"));
        assertEquals(new MuonPlan(0.5, 0.2), plan.optimizer().muon());
        assertEquals(0, plan.optimizer().tokenRate());
    }

    @Test
    void aTokenTableThatNobodyTrainedCannotStay() {
        Map<String, String> random = Map.of("tinyclip.start.text", "random", "tinyclip.optimizer.token-rate", "0");
        String message = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(random))
                .getMessage();
        assertTrue(message.contains("optimizer.token-rate [0]") && message.contains("start.text is random"), message);
        RunPlan pretrain = SettingsFile.defaults(Map.of("tinyclip.optimizer.token-rate", "0"))
                .pretrainPlan();
        assertEquals(1, pretrain.optimizer().tokenRate());
    }

    @Test
    void muonIsRefusedWhereAnImageTowerHasNoLayersForIt() {
        Settings settings = SettingsFile.defaults(Map.of(
                "tinyclip.optimizer.muon.image",
                "0.5",
                "tinyclip.stages",
                "[{ student { text { heads = 4, neurons = 512 } }, distill-steps = 2 }]"));
        String message = assertThrows(InvalidInputException.class, () -> settings.runPlan(Architectures.shape("RN50")))
                .getMessage();
        assertTrue(message.contains("optimizer.muon.image [0.5]") && message.contains("set it to 0"), message);
    }
}
