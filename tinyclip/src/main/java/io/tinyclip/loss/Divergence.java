package io.tinyclip.loss;

/**
 * How far a student's affinities are from its teacher's, in plain double: what is to be told apart is smaller than what the
 * kernel's sums in float resolve.
 *
 * <p>The mean over both directions of the Kullback-Leibler divergences of their rows: affinity loss less its least value.
 */
public final class Divergence {
    private final int pairs;
    private final double scale;
    private final double[] teacherRows;
    private final double[] teacherColumns;

    /**
     * @param scale s on the cosines of teacher and student
     * @param image (B, E) of unit length
     * @param text (B, E) of unit length
     */
    public Divergence(double scale, int pairs, float[] image, float[] text) {
        this.pairs = pairs;
        this.scale = scale;
        this.teacherRows = logSoftmax(logits(image, text));
        this.teacherColumns = logSoftmax(logits(text, image));
    }

    /** Of a student's embeddings (B, E) of the same pairs. */
    public double of(float[] image, float[] text) {
        double rows = divergence(teacherRows, logSoftmax(logits(image, text)));
        return (rows + divergence(teacherColumns, logSoftmax(logits(text, image)))) / (2 * pairs);
    }

    private static double divergence(double[] teacher, double[] student) {
        double sum = 0;
        for (int i = 0; i < teacher.length; i++) {
            sum += StrictMath.exp(teacher[i]) * (teacher[i] - student[i]);
        }
        return sum;
    }

    /** (B, B) */
    private double[] logits(float[] left, float[] right) {
        int width = left.length / pairs;
        double[] logits = new double[pairs * pairs];
        for (int i = 0; i < pairs; i++) {
            for (int j = 0; j < pairs; j++) {
                double sum = 0;
                for (int e = 0; e < width; e++) {
                    sum += (double) left[i * width + e] * right[j * width + e];
                }
                logits[i * pairs + j] = scale * sum;
            }
        }
        return logits;
    }

    /** Of each row, in place. */
    private double[] logSoftmax(double[] logits) {
        for (int row = 0; row < pairs; row++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = row * pairs; j < (row + 1) * pairs; j++) {
                largest = Math.max(largest, logits[j]);
            }
            double sum = 0;
            for (int j = row * pairs; j < (row + 1) * pairs; j++) {
                sum += StrictMath.exp(logits[j] - largest);
            }
            double total = largest + StrictMath.log(sum);
            for (int j = row * pairs; j < (row + 1) * pairs; j++) {
                logits[j] -= total;
            }
        }
        return logits;
    }
}
