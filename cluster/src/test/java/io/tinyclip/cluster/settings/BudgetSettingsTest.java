package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.Architectures;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.plan.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the shares of stages are shares of. */
final class BudgetSettingsTest {
    private static final String KEY = "tinyclip.budget.";

    /** As bench writes it. */
    private static final String COSTS = """
            tinyclip.budget {
              unit = seconds
              costs {
                image {
                  inner { any-head = 5.418e-08, head = 3.134e-06, head-channel = 0, any-neuron = 2e-8, neuron = 0, neuron-channel = 5.326e-10 }
                  last { any-head = 2.509e-08, head = 0, head-channel = 0, any-neuron = 0, neuron = 0, neuron-channel = 0 }
                }
                text { inner { head = 0.1 }, last { neuron-channel = 1e-300 } }
              }
            }
            """;

    private static final BudgetPlan MEASURED = BudgetPlan.seconds(
            new TowerSeconds(
                    new LayerSeconds(5.418e-08, 3.134e-06, 0, 2e-8, 0, 5.326e-10),
                    new LayerSeconds(2.509e-08, 0, 0, 0, 0, 0)),
            new TowerSeconds(new LayerSeconds(0, 0.1, 0, 0, 0, 0), new LayerSeconds(0, 0, 0, 0, 0, 1e-300)));

    @TempDir
    private Path folder;

    @Test
    void countsParametersUnlessSomethingElseIsSaid() {
        assertEquals(BudgetPlan.PARAMETERS, budget(SettingsFile.defaults(Map.of())));
        assertEquals(BudgetPlan.MACS, budget(SettingsFile.defaults(Map.of(KEY + "unit", "MACS"))));
    }

    @Test
    void aRecipeIncludesWhatWasMeasured() throws IOException {
        assertEquals(MEASURED, budget(included()));
    }

    @Test
    void whoeverJoinsCountsAlikeToTheLastBit() throws IOException {
        Settings led = included();
        Settings joined = SettingsFile.ofRun(BitKeys.json(led.effective()), Map.of());
        assertEquals(MEASURED, budget(joined));
        RunPlan plan = led.runPlan(Architectures.shape("ViT-B-32"));
        assertEquals(plan, joined.runPlan(Architectures.shape("ViT-B-32")));
        assertEquals(List.of(), BitKeys.differences(led.effective(), joined.effective(), Set.of()));
    }

    @Test
    void unitAndCostsBelongToTheResult() throws IOException {
        Settings before = included();
        Settings other =
                SettingsFile.read(folder.resolve("mine.conf"), Map.of(KEY + "costs.image.inner.head", "3.135e-06"));
        assertEquals(
                List.of(KEY + "costs.image.inner.head: 0.000003134 -> 0.000003135"),
                BitKeys.differences(before.effective(), other.effective(), Set.of()));
        List<String> differences = BitKeys.differences(
                SettingsFile.defaults(Map.of()).effective(),
                SettingsFile.defaults(Map.of(KEY + "unit", "macs")).effective(),
                Set.of());
        assertEquals(List.of(KEY + "unit: parameters -> macs"), differences);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unit=seconds | tinyclip.budget.unit [seconds] needs tinyclip.budget.costs, of which none is above 0; measure",
                "unit=minutes | tinyclip.budget.unit [minutes] must be one of parameters, macs, seconds",
                "costs.text.last.neuron=1e-9 | costs.text.last.neuron [1e-9] is for tinyclip.budget.unit = seconds, not parameters",
                "costs.text.last.neuron=-1 | costs.text.last.neuron [-1] must be from 0 to 1000",
                "costs.text.last.neuron=1001 | costs.text.last.neuron [1001] must be from 0 to 1000",
                "costs.image.inner.any-head=NaN | costs.image.inner.any-head [NaN] must be from 0 to 1000",
                "costs.image.inner.heads=1 | did you mean tinyclip.budget.costs.image.inner.head?"
            })
    void refusesInOneLine(String setting, String message) {
        String[] parts = setting.split("=");
        String refusal = assertThrows(
                        InvalidInputException.class, () -> SettingsFile.defaults(Map.of(KEY + parts[0], parts[1])))
                .getMessage();
        assertEquals(1, refusal.lines().count());
        assertTrue(refusal.contains(message), refusal);
    }

    @Test
    void refusesCostsBesideMultiplyAccumulates() {
        Map<String, String> both = Map.of(KEY + "unit", "macs", KEY + "costs.text.inner.head", "1");
        String refusal = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(both))
                .getMessage();
        assertTrue(refusal.contains("not macs; set that, or leave the costs out"), refusal);
    }

    @Test
    void refusesAResidualNetworkAndOnlyWhereItIsCompressed() {
        Settings settings = SettingsFile.defaults(
                Map.of(KEY + "unit", "macs", "tinyclip.stages", "[{student{image{width=32}},distill-steps=1}]"));
        String refusal = assertThrows(InvalidInputException.class, () -> settings.runPlan(Architectures.shape("RN50")))
                .getMessage();
        assertTrue(refusal.contains("tinyclip.budget.unit [macs]") && refusal.contains("residual network"), refusal);
        assertEquals(BudgetPlan.PARAMETERS, settings.pretrainPlan().mask().budget());
    }

    private Settings included() throws IOException {
        Files.writeString(folder.resolve("costs.conf"), COSTS);
        Path recipe = Files.writeString(
                folder.resolve("mine.conf"), "include \"costs.conf\"\ntinyclip.mask { minimum-heads = 0 }\n");
        return SettingsFile.read(recipe, Map.of());
    }

    private static BudgetPlan budget(Settings settings) {
        return settings.compression().mask().budget();
    }
}
