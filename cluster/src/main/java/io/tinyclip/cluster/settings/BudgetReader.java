package io.tinyclip.cluster.settings;

import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.plan.BudgetPlan.Unit;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/** Reads what the shares of {@code tinyclip.stages} are shares of. */
final class BudgetReader {
    private static final String UNIT = "budget.unit";
    private static final String COSTS = "budget.costs.";
    private static final List<String> LAYERS = List.of("image.inner.", "image.last.", "text.inner.", "text.last.");
    private static final List<String> PARTS =
            List.of("any-head", "head", "head-channel", "any-neuron", "neuron", "neuron-channel");
    private static final double MOST_SECONDS = 1000;

    private final SettingValues values;

    private BudgetReader(SettingValues values) {
        this.values = values;
    }

    static BudgetPlan read(SettingValues values) {
        return new BudgetReader(values).read();
    }

    private BudgetPlan read() {
        Unit unit = values.choice(UNIT, EnumSet.allOf(Unit.class));
        List<LayerSeconds> layers = LAYERS.stream().map(this::layer).toList();
        List<String> given =
                costs().filter(key -> values.within(key, 0, MOST_SECONDS) > 0).toList();
        if (unit == Unit.SECONDS && given.isEmpty()) {
            throw values.refusal(
                    UNIT,
                    "needs tinyclip.budget.costs, of which none is above 0; measure them by bench --costs costs.conf and"
                            + " include that file");
        }
        if (unit != Unit.SECONDS && !given.isEmpty()) {
            throw values.refusal(
                    given.get(0),
                    "is for tinyclip.budget.unit = seconds, not " + unit.word() + "; set that, or leave the costs out");
        }
        return switch (unit) {
            case PARAMETERS -> BudgetPlan.PARAMETERS;
            case MACS -> BudgetPlan.MACS;
            case SECONDS ->
                BudgetPlan.seconds(
                        new TowerSeconds(layers.get(0), layers.get(1)), new TowerSeconds(layers.get(2), layers.get(3)));
        };
    }

    private static Stream<String> costs() {
        return LAYERS.stream().flatMap(layer -> PARTS.stream().map(part -> COSTS + layer + part));
    }

    private LayerSeconds layer(String layer) {
        double[] parts = PARTS.stream()
                .mapToDouble(part -> values.within(COSTS + layer + part, 0, MOST_SECONDS))
                .toArray();
        return new LayerSeconds(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
    }
}
