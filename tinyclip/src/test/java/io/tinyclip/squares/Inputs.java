package io.tinyclip.squares;

import io.tinyclip.random.Counter;

/** Rows of inputs of a linear map, and what is true of them by plain sums. */
record Inputs(int channels, double[][] rows) {
    /** Each channel is its own noise, some of its neighbour's and of a common one, about a mean of its own. */
    static Inputs correlated(long key, int channels, int count) {
        double[][] rows = new double[count][channels];
        for (int i = 0; i < count; i++) {
            long row = Counter.key(key, i);
            for (int k = 0; k < channels; k++) {
                rows[i][k] = (0.5 + k % 3) * Counter.normal(row, k)
                        + 0.8 * Counter.normal(row, (k + 1) % channels)
                        + 0.5 * Counter.normal(row, channels)
                        + Counter.normal(key, k);
            }
        }
        return new Inputs(channels, rows);
    }

    static float[] weights(long key, int count) {
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) Counter.normal(key, i);
        }
        return weights;
    }

    Moments moments() {
        double[] gram = new double[channels * channels];
        double[] sums = new double[channels];
        for (double[] row : rows) {
            for (int i = 0; i < channels; i++) {
                sums[i] += row[i];
                for (int k = 0; k < channels; k++) {
                    gram[i * channels + k] += row[i] * row[k];
                }
            }
        }
        Moments moments = new Moments(channels);
        moments.add(floats(gram), floats(sums), rows.length);
        return moments;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** The squared difference between W x and W' x + shift, summed over outputs, a row. */
    double residual(float[] weights, Elimination.Fitted fitted) {
        double sum = 0;
        for (double[] row : rows) {
            for (int output = 0; output < fitted.shift().length; output++) {
                double difference = -fitted.shift()[output];
                for (int k = 0; k < channels; k++) {
                    int at = output * channels + k;
                    difference += ((double) weights[at] - fitted.weights()[at]) * row[k];
                }
                sum += difference * difference;
            }
        }
        return sum / rows.length;
    }

    /** The covariance with what {@link Elimination} adds to its diagonal. */
    static double[][] damped(Moments moments) {
        int channels = moments.channels();
        double[] covariance = moments.covariance();
        double damping = damping(moments);
        double[][] damped = new double[channels][channels];
        for (int i = 0; i < channels; i++) {
            System.arraycopy(covariance, i * channels, damped[i], 0, channels);
            damped[i][i] += damping;
        }
        return damped;
    }

    static double damping(Moments moments) {
        double sum = 0;
        for (int i = 0; i < moments.channels(); i++) {
            sum += moments.covariance()[i * (moments.channels() + 1)];
        }
        return 1e-3 * sum / moments.channels();
    }
}
