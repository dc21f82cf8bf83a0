package io.tinyclip.squares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EliminationTest {
    private static final int OUTPUTS = 5;

    /** Channels 1 and 3 are x and x + 2: either stands for both, and the bias for the 2. */
    @Test
    void aTwinGoesFirstAndTheOtherTakesItsWeightOver() {
        double[][] rows = new double[400][4];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < 3; k++) {
                rows[i][k] = Counter.normal(Counter.key(1, k), i);
            }
            rows[i][3] = rows[i][1] + 2;
        }
        Inputs inputs = new Inputs(4, rows);
        float[] weights = {3, 0.5f, 2, 0.25f};
        Elimination elimination = Elimination.of(inputs.moments(), weights, 1, 1);
        assertArrayEquals(new int[] {0, 1, 2}, elimination.kept(3));
        assertEquals(0, elimination.error(3), 2e-4);
        Elimination.Fitted fitted = elimination.fitted(3);
        assertArrayEquals(new float[] {3, 0.75f, 2, 0}, fitted.weights(), 2e-3f);
        assertEquals(2 * 0.25f, fitted.shift()[0], 2e-3);
        assertEquals(0, inputs.residual(weights, fitted), 1e-6);
    }

    /** Variances 1, 4, 9 on average 14/3: each channel that goes costs w^2 (variance + damping), and none takes over. */
    @Test
    void independentChannelsGoByWeightTimesVariance() {
        Moments moments = new Moments(3);
        moments.add(new float[] {10, 0, 0, 0, 40, 0, 0, 0, 90}, new float[3], 10);
        float[] weights = {5, 0, 1, 1, 0.5f, -0.5f};
        Elimination elimination = Elimination.of(moments, weights, 2, 1);
        double damping = 1e-3 * 14 / 3;
        double[] costs = {26 * (1 + damping), 0.25 * (4 + damping), 1.25 * (9 + damping)};
        assertEquals(3, elimination.groups());
        assertArrayEquals(new int[] {0, 2}, elimination.kept(2));
        assertArrayEquals(new int[] {0}, elimination.kept(1));
        assertEquals(0, elimination.error(3));
        assertEquals(costs[1], elimination.error(2), 1e-12);
        assertEquals(costs[1] + costs[2], elimination.error(1), 1e-12);
        assertEquals(costs[0] + costs[1] + costs[2], elimination.error(0), 1e-12);
        assertArrayEquals(new float[] {5, 0, 0, 1, 0, 0}, elimination.fitted(1).weights());
    }

    @Test
    void theFirstOfEqualsGoes() {
        Moments moments = new Moments(3);
        moments.add(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new float[3], 1);
        Elimination elimination = Elimination.of(moments, new float[] {2, 1, 1}, 1, 1);
        assertArrayEquals(new int[] {0, 2}, elimination.kept(2));
        assertArrayEquals(new int[] {0}, elimination.kept(1));
    }

    /** Several panels of the inverse and the factor, and survivors that are dropped many times. */
    @ParameterizedTest
    @CsvSource({"12, 1", "12, 2", "150, 1", "150, 2", "150, 75"})
    void theErrorIsWhatTheFittedMapLosesAndNeverGrowsWithWhatIsKept(int channels, int width) {
        Inputs inputs = Inputs.correlated(2, channels, 3 * channels);
        Moments moments = inputs.moments();
        float[] weights = Inputs.weights(3, OUTPUTS * channels);
        Elimination elimination = Elimination.of(moments, weights, OUTPUTS, width);
        for (int kept = 0; kept < elimination.groups(); kept++) {
            assertTrue(elimination.error(kept) >= elimination.error(kept + 1));
            int[] more = elimination.kept(kept + 1);
            assertTrue(Arrays.stream(elimination.kept(kept)).allMatch(it -> Arrays.binarySearch(more, it) >= 0));
            if (kept % 7 == 0 || channels < 20) {
                Elimination.Fitted fitted = elimination.fitted(kept);
                double squares = 0;
                for (int i = 0; i < weights.length; i++) {
                    double difference = (double) weights[i] - fitted.weights()[i];
                    squares += difference * difference;
                }
                double expected = inputs.residual(weights, fitted) + Inputs.damping(moments) * squares;
                assertEquals(expected, elimination.error(kept), 1e-4 * expected);
            }
        }
        assertEquals(0, elimination.error(elimination.groups()));
    }

    @ParameterizedTest
    @CsvSource({"12, 1, 7", "12, 2, 3", "90, 1, 80", "90, 3, 10"})
    void fittedWeightsSolveTheNormalEquations(int channels, int width, int count) {
        Moments moments = Inputs.correlated(4, channels, 3 * channels).moments();
        float[] weights = Inputs.weights(5, OUTPUTS * channels);
        Elimination elimination = Elimination.of(moments, weights, OUTPUTS, width);
        int[] stay = Survivors.channels(elimination.kept(count), width);
        float[] fitted = elimination.fitted(count).weights();
        double[][] solved = solved(Inputs.damped(moments), weights, stay);
        int others = 0;
        for (int output = 0; output < OUTPUTS; output++) {
            for (int i = 0; i < stay.length; i++) {
                assertEquals(
                        solved[output][i],
                        fitted[output * channels + stay[i]],
                        1e-6 * (1 + Math.abs(solved[output][i])));
            }
        }
        for (float each : fitted) {
            others += each == 0 ? 1 : 0;
        }
        assertEquals(OUTPUTS * (channels - stay.length), others);
    }

    @Test
    void noOtherWeightsOrShiftLoseLess() {
        Inputs inputs = Inputs.correlated(6, 10, 200);
        float[] weights = Inputs.weights(7, OUTPUTS * 10);
        Elimination elimination = Elimination.of(inputs.moments(), weights, OUTPUTS, 1);
        Elimination.Fitted fitted = elimination.fitted(6);
        double least = inputs.residual(weights, fitted);
        for (int output = 0; output < OUTPUTS; output++) {
            for (int channel : elimination.kept(6)) {
                for (float by : new float[] {-0.05f, 0.05f}) {
                    float[] moved = fitted.weights().clone();
                    moved[output * 10 + channel] += by;
                    double[] mean = inputs.moments().mean();
                    float[] shift = fitted.shift().clone();
                    shift[output] -= (float) (by * mean[channel]);
                    assertTrue(inputs.residual(weights, new Elimination.Fitted(moved, shift)) > least);
                }
            }
            float[] shift = fitted.shift().clone();
            shift[output] += 0.01f;
            assertEquals(least + 1e-4, inputs.residual(weights, new Elimination.Fitted(fitted.weights(), shift)), 1e-5);
        }
    }

    /** Whoever goes first, no other pair would have cost less. */
    @Test
    void thePairThatGoesFirstCostsLeastOfAllPairs() {
        Moments moments = Inputs.correlated(8, 8, 100).moments();
        float[] weights = Inputs.weights(9, OUTPUTS * 8);
        double[][] covariance = Inputs.damped(moments);
        double[] costs = new double[4];
        for (int group = 0; group < 4; group++) {
            int gone = group;
            int[] stay = IntStream.range(0, 8).filter(it -> it / 2 != gone).toArray();
            costs[group] = lost(covariance, weights, stay, solved(covariance, weights, stay));
        }
        Elimination elimination = Elimination.of(moments, weights, OUTPUTS, 2);
        double least = Arrays.stream(costs).min().orElseThrow();
        assertEquals(least, elimination.error(3), 1e-9 * least);
        int[] expected = IntStream.range(0, 4).filter(it -> costs[it] != least).toArray();
        assertArrayEquals(expected, elimination.kept(3));
    }

    @Test
    void withNothingKeptTheBiasSaysTheMeanAndWithAllNothingChanges() {
        Inputs inputs = Inputs.correlated(10, 6, 50);
        float[] weights = Inputs.weights(11, 2 * 6);
        Elimination elimination = Elimination.of(inputs.moments(), weights, 2, 3);
        Elimination.Fitted none = elimination.fitted(0);
        assertArrayEquals(new float[12], none.weights());
        double[] mean = inputs.moments().mean();
        for (int output = 0; output < 2; output++) {
            double sum = 0;
            for (int k = 0; k < 6; k++) {
                sum += weights[output * 6 + k] * mean[k];
            }
            assertEquals(sum, none.shift()[output], 1e-6);
        }
        assertArrayEquals(weights, elimination.fitted(2).weights());
        assertArrayEquals(new float[2], elimination.fitted(2).shift());
    }

    @Test
    void inputsThatAreAlwaysZeroCostNextToNothingToFitAndNaNsAreToldInOneLine() {
        Moments nothing = new Moments(4);
        nothing.add(new float[16], new float[4], 3);
        Elimination elimination = Elimination.of(nothing, new float[] {1, 2, 3, 4}, 1, 1);
        assertArrayEquals(new int[] {3}, elimination.kept(1));
        assertArrayEquals(new float[] {0, 0, 0, 4}, elimination.fitted(1).weights());
        Moments wrong = new Moments(4);
        float[] gram = new float[16];
        Arrays.fill(gram, Float.NaN);
        wrong.add(gram, new float[4], 3);
        assertThrows(IllegalStateException.class, () -> Elimination.of(wrong, new float[4], 1, 1));
        assertThrows(
                IllegalStateException.class, () -> Elimination.of(nothing, new float[] {1, 2, Float.NaN, 4}, 1, 1));
    }

    @Test
    void refusesSizesThatDoNotFit() {
        Moments moments = Inputs.correlated(12, 6, 20).moments();
        assertThrows(IllegalArgumentException.class, () -> Elimination.of(moments, new float[11], 2, 1));
        assertThrows(IllegalArgumentException.class, () -> Elimination.of(moments, new float[12], 2, 4));
        assertThrows(IllegalArgumentException.class, () -> Elimination.of(moments, new float[12], 2, 0));
        Elimination elimination = Elimination.of(moments, new float[12], 2, 2);
        assertThrows(IllegalArgumentException.class, () -> elimination.kept(4));
        assertThrows(IllegalArgumentException.class, () -> elimination.error(-1));
        assertThrows(IllegalArgumentException.class, () -> elimination.fitted(-1));
    }

    @Test
    void threadsChangeNoBit() {
        Moments moments = Inputs.correlated(13, 200, 300).moments();
        float[] weights = Inputs.weights(14, 70 * 200);
        Elimination one = Elimination.of(moments, weights, 70, 2);
        Elimination other = Elimination.of(moments, weights, 70, 2);
        for (int kept = 0; kept <= one.groups(); kept++) {
            assertEquals(one.error(kept), other.error(kept));
            assertArrayEquals(one.kept(kept), other.kept(kept));
        }
        assertArrayEquals(one.fitted(60).weights(), other.fitted(60).weights());
        assertArrayEquals(one.fitted(60).shift(), other.fitted(60).shift());
    }

    /** W' of W' C_SS = W C_:S, by elimination with pivots. */
    private static double[][] solved(double[][] covariance, float[] weights, int[] stay) {
        double[][] solved = new double[OUTPUTS][];
        for (int output = 0; output < OUTPUTS; output++) {
            double[][] system = new double[stay.length][stay.length + 1];
            for (int i = 0; i < stay.length; i++) {
                for (int k = 0; k < stay.length; k++) {
                    system[i][k] = covariance[stay[i]][stay[k]];
                }
                for (int k = 0; k < covariance.length; k++) {
                    system[i][stay.length] += weights[output * covariance.length + k] * covariance[k][stay[i]];
                }
            }
            solved[output] = solve(system);
        }
        return solved;
    }

    private static double[] solve(double[][] system) {
        int size = system.length;
        for (int i = 0; i < size; i++) {
            int at = i;
            int pivot = IntStream.range(i, size)
                    .reduce((a, b) -> Math.abs(system[b][at]) > Math.abs(system[a][at]) ? b : a)
                    .orElseThrow();
            double[] row = system[pivot];
            system[pivot] = system[i];
            system[i] = row;
            for (int k = 0; k < size; k++) {
                double factor = k == i ? 0 : system[k][i] / row[i];
                for (int column = i; column <= size && factor != 0; column++) {
                    system[k][column] -= factor * row[column];
                }
            }
        }
        return IntStream.range(0, size)
                .mapToDouble(i -> system[i][size] / system[i][i])
                .toArray();
    }

    private static double lost(double[][] covariance, float[] weights, int[] stay, double[][] solved) {
        int channels = covariance.length;
        double sum = 0;
        for (int output = 0; output < OUTPUTS; output++) {
            double[] difference = new double[channels];
            for (int k = 0; k < channels; k++) {
                difference[k] = weights[output * channels + k];
            }
            for (int i = 0; i < stay.length; i++) {
                difference[stay[i]] -= solved[output][i];
            }
            for (int i = 0; i < channels; i++) {
                for (int k = 0; k < channels; k++) {
                    sum += difference[i] * covariance[i][k] * difference[k];
                }
            }
        }
        return sum;
    }

    /** One picture alone, or texts that are all the same: what is left of large means are last bits of floats. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void inputsThatNeverChangeAreTakenForTheirMeans(long key) {
        double[] row = new double[24];
        for (int i = 0; i < row.length; i++) {
            row[i] = 3 * Counter.normal(key, i);
        }
        Inputs inputs = new Inputs(row.length, Collections.nCopies(37, row).toArray(double[][]::new));
        float[] weights = Inputs.weights(key, OUTPUTS * row.length);
        Elimination elimination = Elimination.of(inputs.moments(), weights, OUTPUTS, 1);
        for (int kept : new int[] {0, 5, 23}) {
            assertEquals(0, inputs.residual(weights, elimination.fitted(kept)), 1e-6, kept + " kept");
        }
    }
}
