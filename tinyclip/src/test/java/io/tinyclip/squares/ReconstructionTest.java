package io.tinyclip.squares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.random.Counter;
import org.junit.jupiter.api.Test;

class ReconstructionTest {
    private static final int ROWS = 400;

    /** The third channel is 2 a - b + 3: two coordinates and an offset tell all of it. */
    @Test
    void whatDependsOnTheCoordinatesComesBack() {
        double[][] rows = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            double a = Counter.normal(1, i);
            double b = Counter.normal(2, i);
            rows[i] = new double[] {a, b, 2 * a - b + 3};
        }
        double[][] basis = {{1, 0, 0}, {0, 1, 0}};
        Reconstruction back = Reconstruction.of(new Inputs(rows[0].length, rows).moments(), basis);
        assertArrayEquals(new double[] {1, 0, 2}, back.factors()[0], 1e-3);
        assertArrayEquals(new double[] {0, 1, -1}, back.factors()[1], 1e-3);
        assertArrayEquals(new double[] {0, 0, 3}, back.offset(), 1e-3);
    }

    /** Noise that the coordinate knows nothing of: the channel's mean is its best guess. */
    @Test
    void whatDoesNotIsItsMean() {
        double[][] rows = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = new double[] {i % 2, 5 + (i / 2) % 2};
        }
        Reconstruction back = Reconstruction.of(new Inputs(rows[0].length, rows).moments(), new double[][] {{2, 0}});
        assertEquals(0.5, back.factors()[0][0], 1e-3);
        assertEquals(0, back.factors()[0][1], 1e-3);
        assertArrayEquals(new double[] {0, 5.5}, back.offset(), 1e-3);
    }

    /** A coordinate that was never seen to move takes nothing along. */
    @Test
    void aCoordinateThatStaysIsNoReason() {
        double[][] rows = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = new double[] {Counter.normal(3, i), 0};
        }
        Reconstruction back =
                Reconstruction.of(new Inputs(rows[0].length, rows).moments(), new double[][] {{1, 0}, {0, 1}});
        assertArrayEquals(new double[] {1, 0}, back.factors()[0], 1e-3);
        assertArrayEquals(new double[] {0, 0}, back.factors()[1], 1e-3);
    }
}
