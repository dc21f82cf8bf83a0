package io.tinyclip.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HardConcreteTest {
    @Test
    void opensByHalfWhereTheShiftIsUndone() {
        assertEquals(0.5, HardConcrete.openProbability(-2.0 / 3 * StrictMath.log(11)), 1e-12);
        assertEquals(1.5986, 2.0 / 3 * StrictMath.log(11), 5e-5);
    }

    @Test
    void givesTheValuesWorkedByHand() {
        assertEquals(0.5, HardConcrete.sample(0, 0.5), 1e-12); // sigmoid(0) * 1.2 - 0.1
        assertEquals(0, HardConcrete.sample(-10, 0.5));
        assertEquals(1, HardConcrete.sample(10, 0.5));
        assertEquals(1 / (1 + StrictMath.exp(-1.2)), HardConcrete.soft(1), 1e-12); // 0.8 / (2/3) = 1.2
    }

    @Test
    void sampleIsNotZeroAsOftenAsTheOpenProbabilitySays() {
        float[] noise = new float[10_000];
        MaskNoise.fill(7, noise);
        for (double logAlpha : new double[] {-3, -1.6, 0, 2}) {
            int open = 0;
            for (float u : noise) {
                open += HardConcrete.sample(logAlpha, u) > 0 ? 1 : 0;
            }
            double p = HardConcrete.openProbability(logAlpha);
            double fiveDeviations = 5 * StrictMath.sqrt(p * (1 - p) / noise.length);
            assertEquals(p, (double) open / noise.length, fiveDeviations);
        }
    }

    @Test
    void slopeIsTheDerivativeOfTheOpenProbability() {
        double h = 1e-5;
        for (double logAlpha = -4.5; logAlpha < 4.5; logAlpha += 0.75) {
            double difference =
                    (HardConcrete.openProbability(logAlpha + h) - HardConcrete.openProbability(logAlpha - h)) / (2 * h);
            assertEquals(difference, HardConcrete.openProbabilitySlope(logAlpha), 1e-9);
        }
    }

    @Test
    void clampsToTheLogarithmOfAHundred() {
        assertEquals(4.60517f, HardConcrete.clamp(HardConcrete.START), 1e-5f);
        assertEquals(-4.60517f, HardConcrete.clamp(-5), 1e-5f);
        assertEquals(1.25f, HardConcrete.clamp(1.25f));
    }

    @Test
    void noiseStaysInsideItsBoundsAndBelongsToItsIndex() {
        float[] all = new float[1000];
        float[] some = new float[10];
        MaskNoise.fill(3, all);
        MaskNoise.fill(3, some);
        for (int i = 0; i < some.length; i++) {
            assertEquals(all[i], some[i]);
        }
        double sum = 0;
        for (float u : all) {
            assertTrue(u > 0 && u < 1, "noise " + u);
            sum += u;
        }
        assertEquals(0.5, sum / all.length, 5 * StrictMath.sqrt(1.0 / 12 / all.length));
    }
}
