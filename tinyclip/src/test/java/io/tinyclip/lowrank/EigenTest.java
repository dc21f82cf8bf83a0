package io.tinyclip.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.random.Counter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EigenTest {
    /** ((2, 1), (1, 2)): 3 along (1, 1) and 1 along (1, -1). */
    @Test
    void decomposesTwoRowsAsByHand() {
        Eigen eigen = Eigen.of(new double[][] {{2, 1}, {1, 2}});
        assertArrayEquals(new double[] {3, 1}, eigen.values(), 1e-15);
        double root = StrictMath.sqrt(0.5);
        assertEquals(root, Math.abs(eigen.vectors()[0][0]), 1e-15);
        assertEquals(eigen.vectors()[0][0], eigen.vectors()[0][1], 1e-15);
        assertEquals(-eigen.vectors()[1][0], eigen.vectors()[1][1], 1e-15);
    }

    /** The second difference of n points: its eigenvalues are 2 - 2 cos(k pi / (n + 1)). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 64})
    void findsTheEigenvaluesOfTheSecondDifference(int size) {
        double[][] matrix = new double[size][size];
        for (int i = 0; i < size; i++) {
            matrix[i][i] = 2;
            if (i > 0) {
                matrix[i][i - 1] = -1;
                matrix[i - 1][i] = -1;
            }
        }
        Eigen eigen = Eigen.of(matrix);
        for (int k = 0; k < size; k++) {
            double expected = 2 - 2 * StrictMath.cos((size - k) * Math.PI / (size + 1));
            assertEquals(expected, eigen.values()[k], 1e-13 * size);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 97})
    void vectorsOfARandomMatrixAreOrthonormalAndGiveItBack(int size) {
        double[][] matrix = random(size);
        Eigen eigen = Eigen.of(copy(matrix));
        double[][] vectors = eigen.vectors();
        for (int i = 0; i < size; i++) {
            assertTrue(i == 0 || eigen.values()[i] <= eigen.values()[i - 1], "the largest first");
            for (int j = 0; j < size; j++) {
                double product = 0;
                double entry = 0;
                for (int k = 0; k < size; k++) {
                    product += vectors[i][k] * vectors[j][k];
                    entry += vectors[k][i] * eigen.values()[k] * vectors[k][j];
                }
                assertEquals(i == j ? 1 : 0, product, 1e-12);
                assertEquals(matrix[i][j], entry, 1e-11);
            }
        }
    }

    @Test
    void equalValuesStayInTheirOrderAndADiagonalIsNotTurned() {
        Eigen eigen = Eigen.of(new double[][] {{1, 0, 0}, {0, 4, 0}, {0, 0, 1}});
        assertArrayEquals(new double[] {4, 1, 1}, eigen.values());
        assertArrayEquals(new double[] {0, 1, 0}, eigen.vectors()[0]);
        assertArrayEquals(new double[] {1, 0, 0}, eigen.vectors()[1]);
        assertArrayEquals(new double[] {0, 0}, Eigen.of(new double[2][2]).values());
    }

    @Test
    void refusesWhatIsNotFinite() {
        assertThrows(IllegalArgumentException.class, () -> Eigen.of(new double[][] {{Double.NaN}}));
    }

    private static double[][] random(int size) {
        double[][] matrix = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] = Counter.normal(3, (long) i * size + j);
                matrix[j][i] = matrix[i][j];
            }
        }
        return matrix;
    }

    private static double[][] copy(double[][] matrix) {
        return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    }
}
