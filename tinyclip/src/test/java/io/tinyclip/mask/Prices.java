package io.tinyclip.mask;

import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;

/** Budgets for tests. */
public final class Prices {
    private Prices() {}

    /** Much for whatever is left of a layer, and less in the last one; of which no two parts are alike. */
    public static BudgetPlan seconds() {
        TowerSeconds image = new TowerSeconds(
                new LayerSeconds(2.5e-5, 3.1e-6, 4.3e-7, 2.3e-5, 1.7e-7, 9.1e-8),
                new LayerSeconds(2.1e-5, 0, 3.7e-7, 1.9e-5, 1.1e-8, 0));
        TowerSeconds text = new TowerSeconds(
                new LayerSeconds(3.3e-5, 2.9e-6, 3.1e-7, 2.2e-5, 1.3e-7, 6.7e-8),
                new LayerSeconds(3.2e-5, 1.2e-6, 1.1e-7, 3.7e-6, 0, 1.3e-8));
        return BudgetPlan.seconds(image, text);
    }

    /** Of any unit. */
    public static BudgetPlan of(BudgetPlan.Unit unit) {
        return switch (unit) {
            case PARAMETERS -> BudgetPlan.PARAMETERS;
            case MACS -> BudgetPlan.MACS;
            case SECONDS -> seconds();
        };
    }

    /** All layers of both towers cost this. */
    public static BudgetPlan alike(LayerSeconds layer) {
        TowerSeconds tower = new TowerSeconds(layer, layer);
        return BudgetPlan.seconds(tower, tower);
    }
}
