package io.tinyclip.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.mask.SparsityPenalty.Derivatives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SparsityPenaltyTest {
    private static final double H = 1e-6;

    @Test
    void givesTheValuesWorkedByHand() {
        // p - q = 0.5: 0.5 * 0.5 + 2 * 0.25 = 0.75; dq = -(0.5 + 2 * 2 * 0.5)
        assertEquals(new Derivatives(0.75, -2.5, 0.5, 0.25), SparsityPenalty.TWO_SIDED.at(0.5, 2, 0.75, 0.25));
        assertEquals(new Derivatives(0.75, -2.5, 0.5, 0.25), SparsityPenalty.ONE_SIDED.at(0.5, 2, 0.75, 0.25));
        // p - q = -0.5: 0.5 * -0.5 + 2 * 0.25 = 0.25; dq = -(0.5 - 2)
        assertEquals(new Derivatives(0.25, 1.5, -0.5, 0.25), SparsityPenalty.TWO_SIDED.at(0.5, 2, 0.25, 0.75));
        assertEquals(new Derivatives(0, 0, 0, 0), SparsityPenalty.ONE_SIDED.at(0.5, 2, 0.25, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void derivativesAreThoseOfTheValue(SparsityPenalty penalty) {
        for (double expected : new double[] {0.1, 0.45, 0.8}) {
            double target = 0.5;
            Derivatives derivatives = penalty.at(1.5, 0.7, target, expected);
            assertEquals(
                    slope(penalty.at(1.5, 0.7, target, expected + H), penalty.at(1.5, 0.7, target, expected - H)),
                    derivatives.byExpected(),
                    1e-8);
            assertEquals(
                    slope(penalty.at(1.5 + H, 0.7, target, expected), penalty.at(1.5 - H, 0.7, target, expected)),
                    derivatives.byLinear(),
                    1e-8);
            assertEquals(
                    slope(penalty.at(1.5, 0.7 + H, target, expected), penalty.at(1.5, 0.7 - H, target, expected)),
                    derivatives.byQuadratic(),
                    1e-8);
        }
    }

    private static double slope(Derivatives above, Derivatives below) {
        return (above.value() - below.value()) / (2 * H);
    }
}
