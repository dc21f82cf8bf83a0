package io.tinyclip.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetPlanTest {
    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
    void secondsThatAreNoneAreTold(double seconds) {
        String message = assertThrows(IllegalArgumentException.class, () -> new LayerSeconds(0, 1, 0, 0, seconds, 0))
                .getMessage();
        assertEquals(
                "a layer's seconds [" + seconds + "] must be 0 or more, and finite; measure them by bench --costs",
                message);
    }
}
