package io.tinyclip.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.random.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasisTest {
    private static final int ROWS = 60;
    private static final int WIDTH = 12;
    private static final float[] TABLE = random(1, ROWS * WIDTH);

    /** What is lost is the rest of the singular values: no product of that rank loses less. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 11, 12})
    void losesNoMoreThanTheSmallestSingularValues(int rank) {
        Rows rows = Rows.of(TABLE, WIDTH);
        double[] squares = Eigen.of(rows.gram()).values();
        double tail = 0;
        for (int i = rank; i < WIDTH; i++) {
            tail += squares[i];
        }
        assertEquals(tail, lost(Basis.best(rows, rank), rows, TABLE, WIDTH), 1e-9);
    }

    @Test
    void aTableOfFewDirectionsLosesNothing() {
        float[] table = product(random(2, ROWS * 3), random(3, 3 * WIDTH), 3);
        Rows rows = Rows.of(table, WIDTH);
        assertEquals(0, lost(Basis.best(rows, 3), rows, table, WIDTH), 1e-9);
    }

    /** A wide Gram matrix is summed in several stripes. */
    @Test
    void gramIsThatOfPlainSumsInTheOrderOfRows() {
        int width = 150;
        float[] table = random(4, 20 * width);
        double[][] gram = Rows.of(table, width).gram();
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                double sum = 0;
                for (int row = 0; row < 20; row++) {
                    sum += (double) table[row * width + Math.min(i, j)] * table[row * width + Math.max(i, j)];
                }
                assertEquals(sum, gram[i][j]);
            }
        }
    }

    @Test
    void aProductIsFactorisedAsTheTableThatItIs() {
        float[] coefficients = random(5, ROWS * 6);
        float[] before = random(6, 6 * WIDTH);
        float[] table = product(coefficients, before, 6);
        double[] squares = Eigen.of(Rows.of(table, WIDTH).gram()).values();
        Rows rows = Rows.of(coefficients, 6);
        double lost = lost(Basis.best(rows, before, 4), rows, table, WIDTH);
        assertEquals(squares[4] + squares[5], lost, 1e-4 * lost);
    }

    /** The nearest combinations: what is left over is orthogonal to the basis. */
    @Test
    void rowsAreAsNearOnAGivenBasisAsTheyCanBe() {
        float[] given = random(7, 4 * WIDTH);
        Basis basis = Basis.given(given, WIDTH);
        double[] row = new double[WIDTH];
        double[] coefficients = new double[4];
        for (int r = 0; r < ROWS; r++) {
            Rows.of(TABLE, WIDTH).reader().read(r, row);
            basis.coefficients(row, coefficients);
            for (int k = 0; k < 4; k++) {
                double product = 0;
                for (int i = 0; i < WIDTH; i++) {
                    product += (row[i] - entry(coefficients, basis, i)) * given[k * WIDTH + i];
                }
                assertEquals(0, product, 1e-12);
            }
        }
    }

    /** Of two equal directions each gets a half, and a direction that is not there gets nothing. */
    @Test
    void aBasisWhoseRowsDependOnEachOtherTakesTheShortestCombination() {
        Basis basis = Basis.given(new float[] {1, 0, 1, 0, 0, 0}, 2);
        double[] coefficients = new double[3];
        basis.coefficients(new double[] {3, 5}, coefficients);
        assertArrayEquals(new double[] {1.5, 1.5, 0}, coefficients, 1e-14);
        basis = Basis.given(new float[4], 2);
        basis.coefficients(new double[] {3, 5}, new double[2]);
        assertEquals(0, basis.toCoefficients()[0][0]);
    }

    private static double lost(Basis basis, Rows rows, float[] table, int width) {
        double[] row = new double[rows.columns()];
        double[] coefficients = new double[basis.rank()];
        double lost = 0;
        for (int r = 0; r < rows.count(); r++) {
            rows.reader().read(r, row);
            basis.coefficients(row, coefficients);
            for (int i = 0; i < width; i++) {
                double difference = table[r * width + i] - entry(coefficients, basis, i);
                lost += difference * difference;
            }
        }
        return lost;
    }

    private static double entry(double[] coefficients, Basis basis, int column) {
        double sum = 0;
        for (int k = 0; k < coefficients.length; k++) {
            sum += coefficients[k] * basis.rows()[k][column];
        }
        return sum;
    }

    private static float[] product(float[] coefficients, float[] basis, int rank) {
        int width = basis.length / rank;
        float[] table = new float[coefficients.length / rank * width];
        for (int i = 0; i < table.length; i++) {
            double sum = 0;
            for (int k = 0; k < rank; k++) {
                sum += (double) coefficients[i / width * rank + k] * basis[k * width + i % width];
            }
            table[i] = (float) sum;
        }
        return table;
    }

    private static float[] random(long key, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) Counter.normal(key, i);
        }
        return values;
    }
}
