package io.tinyclip.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.random.Counter;
import org.junit.jupiter.api.Test;

class NonNegativeLeastSquaresTest {
    private static final int PROBLEMS = 200;

    @Test
    void solvesWhatHasAnExactSolution() {
        double[][] a = {{1, 0, 1}, {0, 2, 1}, {1, 1, 0}, {3, 1, 2}};
        assertArrayEquals(new double[] {2, 3, 5}, solve(a, times(a, 2, 3, 5)), 1e-9);
        assertArrayEquals(new double[] {0, 3, 0}, solve(a, times(a, 0, 3, 0)), 1e-9);
    }

    /** Without bounds, -1 and 3; with them the second column alone, whose best is (1 * 2 + 1 * 3) / 2. */
    @Test
    void takesNothingOfWhatWouldBeNegative() {
        double[][] a = {{1, 1}, {0, 1}};
        assertArrayEquals(new double[] {0, 2.5}, solve(a, new double[] {2, 3}), 1e-12);
        assertArrayEquals(new double[] {0, 0}, solve(a, new double[] {-2, -3}));
    }

    /** The first column explains most, so it enters first; beside both of the others it would be negative. */
    @Test
    void letsGoOfAColumnThatEnteredFirst() {
        double[][] a = {{1, 1, 0}, {1, 0, 1}, {1, 1, 1}};
        double[] b = {1, 1, 2.5};
        double[] x = solve(a, b);
        assertOptimal(a, b, x);
        assertEquals(0, x[0]);
        assertArrayEquals(new double[] {0, 7.0 / 6, 7.0 / 6}, x, 1e-9);
    }

    @Test
    void nothingIsTakenOfAColumnOfZeros() {
        double[][] a = {{0, 1e-9}, {0, 2e-9}};
        assertArrayEquals(new double[] {0, 1e9}, solve(a, new double[] {1, 2}), 1);
    }

    @Test
    void columnsThatAreAlikeShareWhatTheyExplain() {
        double[][] a = {{1, 1}, {2, 2}, {3, 3}};
        double[] x = solve(a, new double[] {2, 4, 6});
        assertEquals(2, x[0] + x[1], 1e-9);
        assertTrue(x[0] >= 0 && x[1] >= 0);
    }

    /** x is best if and only if no slope is above 0, and none is below where x is above 0 (Karush, Kuhn and Tucker). */
    @Test
    void meetsTheConditionsOfTheBest() {
        for (int problem = 0; problem < PROBLEMS; problem++) {
            long key = Counter.key(problem);
            int columns = 1 + Counter.below(key, 0, 14);
            double[][] a = new double[columns + Counter.below(key, 1, 30)][columns];
            double[] b = new double[a.length];
            for (int i = 0; i < a.length; i++) {
                b[i] = Counter.normal(key, 100 + i);
                for (int j = 0; j < columns; j++) {
                    a[i][j] = Counter.normal(key, 1000 + 100L * i + j) * StrictMath.pow(10, j % 5);
                }
            }
            assertOptimal(a, b, solve(a, b));
        }
    }

    private static void assertOptimal(double[][] a, double[] b, double[] x) {
        double[] residual = times(a, x);
        for (int i = 0; i < b.length; i++) {
            residual[i] = b[i] - residual[i];
        }
        for (int j = 0; j < x.length; j++) {
            double slope = 0;
            double norm = 0;
            for (int i = 0; i < b.length; i++) {
                slope += a[i][j] * residual[i];
                norm += a[i][j] * a[i][j];
            }
            slope /= Math.sqrt(norm);
            assertTrue(x[j] >= 0 && slope < 1e-8, "column " + j + ": " + x[j] + ", slope " + slope);
            assertTrue(x[j] == 0 || Math.abs(slope) < 1e-8, "column " + j + ": " + x[j] + ", slope " + slope);
        }
    }

    private static double[] solve(double[][] a, double[] b) {
        return NonNegativeLeastSquares.solve(a, b);
    }

    private static double[] times(double[][] a, double... x) {
        double[] b = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < x.length; j++) {
                b[i] += a[i][j] * x[j];
            }
        }
        return b;
    }
}
