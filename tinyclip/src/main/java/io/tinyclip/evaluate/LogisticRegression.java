package io.tinyclip.evaluate;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Logistic regression of one class against the others, for every class, by LIBLINEAR's trust region method. For a class with
 * weights w, bias included, it minimises {@code penalty * |w|^2 / 2} plus the sum of the losses. Classes are fitted on all
 * processors, each as if alone, so that the result does not depend on how many there are.
 */
final class LogisticRegression {
    /** When LIBLINEAR stops: its usual bound, ten times closer. */
    private static final double TOLERANCE = 1e-3;

    private static final int MOST_ITERATIONS = 1_000;
    /** A feature's object, and the reference to it. */
    private static final int FEATURE_BYTES = 28;

    private final Feature[][] features;
    private final Rows rows;
    private final int classes;

    /**
     * Embeddings of labelled pictures.
     *
     * @param values (labels, width)
     */
    record Rows(float[] values, int[] labels, int width) {
        /** Some of them. */
        Rows only(int[] some) {
            float[] chosen = new float[some.length * width];
            for (int i = 0; i < some.length; i++) {
                System.arraycopy(values, some[i] * width, chosen, i * width, width);
            }
            return new Rows(chosen, Arrays.stream(some).map(i -> labels[i]).toArray(), width);
        }
    }

    /** @param classes above every label */
    LogisticRegression(Rows rows, int classes) {
        this.rows = rows;
        this.classes = classes;
        this.features = new Feature[rows.labels.length][];
        for (int i = 0; i < features.length; i++) {
            features[i] = new Feature[rows.width + 1];
            for (int c = 0; c < rows.width; c++) {
                features[i][c] = new FeatureNode(c + 1, rows.values[i * rows.width + c]);
            }
            features[i][rows.width] = new FeatureNode(rows.width + 1, 1);
        }
        Linear.disableDebugOutput();
    }

    static long heapBytes(long pictures, int width) {
        return pictures * (width + 1L) * FEATURE_BYTES;
    }

    /**
     * What was learned.
     *
     * @param weights (classes, width)
     * @param biases negative infinity for classes that did not occur
     */
    record Fitted(float[] weights, float[] biases) {
        /** How many classes come before the right one of each row. */
        int[] ranks(Rows asked) {
            int[] ranks = new int[asked.labels.length];
            new Products(weights, biases.length, asked.width).forEachRow(asked.values, (row, scores) -> {
                float[] shifted = new float[scores.length];
                for (int label = 0; label < shifted.length; label++) {
                    shifted[label] = scores[label] + biases[label];
                }
                ranks[row] = ClassFigures.rank(shifted, asked.labels[row]);
            });
            return ranks;
        }
    }

    Fitted fit(double penalty) {
        float[] weights = new float[classes * rows.width];
        float[] biases = new float[classes];
        Arrays.fill(biases, Float.NEGATIVE_INFINITY);
        IntStream.of(rows.labels).distinct().parallel().forEach(label -> {
            double[] own = fit(label, penalty);
            for (int c = 0; c < rows.width; c++) {
                weights[label * rows.width + c] = (float) own[c];
            }
            biases[label] = (float) own[rows.width];
        });
        return new Fitted(weights, biases);
    }

    /** @return (width + 1), the bias last */
    private double[] fit(int label, double penalty) {
        Problem problem = new Problem();
        problem.l = features.length;
        problem.n = rows.width + 1;
        problem.x = features;
        problem.y = Arrays.stream(rows.labels)
                .mapToDouble(each -> each == label ? 1 : -1)
                .toArray();
        Model model =
                Linear.train(problem, new Parameter(SolverType.L2R_LR, 1 / penalty, TOLERANCE, MOST_ITERATIONS, 0));
        double sign = model.getLabels()[0];
        return Arrays.stream(model.getFeatureWeights())
                .map(weight -> sign * weight)
                .toArray();
    }
}
