package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.Architectures;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.RunPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stages that factorise the token table, as they are written. */
final class TokenRankTest {
    @Test
    void isReadAsAStageOfItsOwn() {
        List<StageGoal> goals =
                goals("[{token-rank=32,distill-steps=100},{distill-steps=5},{token-rank=1,distill-steps=2}]");
        assertEquals(
                List.of(new StageGoal.Factorised(32, 100), new StageGoal.AsItIs(5), new StageGoal.Factorised(1, 2)),
                goals);
        assertEquals(
                1279,
                ((StageGoal.Factorised)
                                goals("[{token-rank=1279,distill-steps=1}]").get(0))
                        .tokenRank());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "token-rank=0,distill-steps=1                              | token-rank",
                "token-rank=1280,distill-steps=1                           | token-rank",
                "token-rank=3.5,distill-steps=1                            | token-rank",
                "token-rank=8                                              | distill-steps",
                "token-rank=8,distill-steps=0                              | distill-steps",
                "token-rank=8,keep=0.5,inherit-steps=300,distill-steps=1   | keep [0.5] must not be given beside token-rank",
                "token-rank=8,target-warmup=0.5,distill-steps=1            | beside token-rank",
                "token-rank=8,student{text{layers=2}},distill-steps=1      | must not be given beside token-rank"
            })
    void refusesWhatIsNoRankOrNoStageOfItsOwn(String stage, String part) {
        String message = assertThrows(InvalidInputException.class, () -> goals("[{" + stage + "}]"))
                .getMessage();
        assertTrue(message.startsWith("tinyclip.stages") && message.contains(part), message);
        assertFalse(message.contains("\n"), message);
    }

    /** A machine that is lent knows the teacher's shape alone, whose table may have a lower rank than the start's. */
    @Test
    void aLentMachineLeavesWhatIsPossibleToWhoKnowsTheStudent() {
        ModelShape whole = Architectures.shape("ViT-B-32");
        ModelShape teacher = whole.withTokenRank(64);
        Map<String, String> keys = new HashMap<>(Map.of("tinyclip.stages", "[{token-rank=100,distill-steps=1}]"));
        String refusal = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(keys)
                        .runPlan(teacher))
                .getMessage();
        assertTrue(refusal.contains("token-rank [100] must be below the rank [64]"), refusal);
        keys.putAll(Map.of("tinyclip.start.image", "student", "tinyclip.start.text", "student"));
        RunPlan lent = SettingsFile.defaults(keys).runPlan(teacher);
        assertEquals(SettingsFile.defaults(keys).runPlan(teacher, whole), lent);
        assertThrows(
                InvalidInputException.class, () -> SettingsFile.defaults(keys).runPlan(teacher, teacher));
    }

    private static List<StageGoal> goals(String stages) {
        return SettingsFile.defaults(Map.of("tinyclip.stages", stages))
                .compression()
                .stages();
    }
}
