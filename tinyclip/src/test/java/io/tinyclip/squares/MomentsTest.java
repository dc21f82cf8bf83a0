package io.tinyclip.squares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MomentsTest {
    /** Rows (1, 2), (3, 2), (5, 8): means 3 and 4, variances 8/3 and 8, covariance 4. */
    @Test
    void addsUpToMeanAndCovarianceAsByHand() {
        Moments moments = new Moments(2);
        moments.add(new float[] {1 + 9, 2 + 6, 2 + 6, 4 + 4}, new float[] {4, 4}, 2);
        moments.add(new float[] {25, 40, 40, 64}, new float[] {5, 8}, 1);
        assertEquals(2, moments.channels());
        assertEquals(3, moments.rows());
        assertArrayEquals(new double[] {3, 4}, moments.mean(), 1e-15);
        assertArrayEquals(new double[] {8 / 3.0, 4, 4, 8}, moments.covariance(), 1e-14);
    }

    /** In floats 2^24 + 1 is 2^24. */
    @Test
    void sumsInDoublePrecision() {
        Moments moments = new Moments(1);
        moments.add(new float[] {0x1p24f}, new float[] {0x1p24f}, 1);
        moments.add(new float[] {1}, new float[] {1}, 1);
        assertEquals((0x1p24 + 1) / 2, moments.mean()[0]);
    }

    @Test
    void refusesWrongSizesAndMeansOfNothing() {
        Moments moments = new Moments(2);
        assertThrows(IllegalArgumentException.class, () -> new Moments(0));
        assertThrows(IllegalArgumentException.class, () -> moments.add(new float[3], new float[2], 1));
        assertThrows(IllegalArgumentException.class, () -> moments.add(new float[4], new float[4], 1));
        assertThrows(IllegalArgumentException.class, () -> moments.add(new float[4], new float[2], -1));
        moments.add(new float[4], new float[2], 0);
        assertThrows(IllegalArgumentException.class, moments::mean);
        assertThrows(IllegalArgumentException.class, moments::covariance);
    }
}
