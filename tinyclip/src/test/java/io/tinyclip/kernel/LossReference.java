package io.tinyclip.kernel;

import io.tinyclip.plan.LossPlan;
import io.tinyclip.step.PartitionFeatures;
import java.util.List;

/**
 * The loss of a whole batch by its definition, in double and on one thread.
 *
 * @param features (N, E) each: student image, student text, teacher image, teacher text
 * @param identities (N) who is whose positive
 * @param scale of all logits
 */
record LossReference(double[][][] features, long[] identities, double scale) {
    private static final double STEP = 1e-6;

    /** Of what partitions computed. */
    static LossReference of(List<PartitionFeatures> all, long[] identities, double scale) {
        int embedding = all.get(0).studentImage().length * all.size() / identities.length;
        double[][][] features = new double[4][identities.length][embedding];
        for (int p = 0; p < all.size(); p++) {
            PartitionFeatures part = all.get(p);
            List<float[]> kinds =
                    List.of(part.studentImage(), part.studentText(), part.teacherImage(), part.teacherText());
            for (int kind = 0; kind < kinds.size(); kind++) {
                float[] values = kinds.get(kind);
                int rows = values.length / embedding;
                for (int i = 0; i < values.length; i++) {
                    features[kind][p * rows + i / embedding][i % embedding] = values[i];
                }
            }
        }
        return new LossReference(features, identities, scale);
    }

    double loss(LossPlan plan) {
        double loss = 0;
        if (plan.affinity() > 0) {
            loss += plan.affinity() * bothWays(logits(0, 1), softmax(logits(2, 3)), softmax(logits(3, 2)));
        }
        if (plan.contrastive() > 0) {
            loss += plan.contrastive() * bothWays(logits(0, 1), positives(), positives());
        }
        if (plan.features() > 0) {
            loss += plan.features() * (distance(0, 2) + distance(1, 3));
        }
        if (plan.interactive() > 0) {
            double images = crossEntropy(softmax(logits(0, 3)), positives());
            double texts = crossEntropy(softmax(logits(1, 2)), positives());
            loss += plan.interactive() * (images + texts) / 2;
        }
        return loss;
    }

    /** Mean square. */
    private double distance(int kind, int other) {
        double sum = 0;
        for (int i = 0; i < identities.length; i++) {
            for (int e = 0; e < features[kind][i].length; e++) {
                double difference = features[kind][i][e] - features[other][i][e];
                sum += difference * difference;
            }
        }
        return sum / identities.length / features[kind][0].length;
    }

    /** Entropy of the targets, weighted as the terms are. */
    double entropy(LossPlan plan) {
        double[][] images = softmax(logits(2, 3));
        double[][] texts = softmax(logits(3, 2));
        double soft = (crossEntropy(images, images) + crossEntropy(texts, texts)) / 2;
        double hard = crossEntropy(positives(), positives());
        return plan.affinity() * soft + (plan.contrastive() + plan.interactive()) * hard;
    }

    /** Derivative by one number of the features, by central differences. */
    double derivative(LossPlan plan, int kind, int row, int channel) {
        double[] at = features[kind][row];
        double value = at[channel];
        at[channel] = value + STEP;
        double up = loss(plan);
        at[channel] = value - STEP;
        double down = loss(plan);
        at[channel] = value;
        return (up - down) / (2 * STEP);
    }

    /** (N, N) */
    private double[][] logits(int rows, int columns) {
        double[][] logits = new double[features[rows].length][features[columns].length];
        for (int i = 0; i < logits.length; i++) {
            for (int j = 0; j < logits.length; j++) {
                for (int e = 0; e < features[rows][i].length; e++) {
                    logits[i][j] += scale * features[rows][i][e] * features[columns][j][e];
                }
            }
        }
        return logits;
    }

    private double[][] positives() {
        double[][] targets = new double[identities.length][identities.length];
        for (int i = 0; i < identities.length; i++) {
            int count = 0;
            for (long other : identities) {
                count += other == identities[i] ? 1 : 0;
            }
            for (int j = 0; j < identities.length; j++) {
                targets[i][j] = identities[i] == identities[j] ? 1.0 / count : 0;
            }
        }
        return targets;
    }

    private static double bothWays(double[][] logits, double[][] rowTargets, double[][] columnTargets) {
        double[][] transposed = new double[logits.length][logits.length];
        for (int i = 0; i < logits.length; i++) {
            for (int j = 0; j < logits.length; j++) {
                transposed[j][i] = logits[i][j];
            }
        }
        return (crossEntropy(softmax(logits), rowTargets) + crossEntropy(softmax(transposed), columnTargets)) / 2;
    }

    private static double[][] softmax(double[][] logits) {
        double[][] softmax = new double[logits.length][logits.length];
        for (int i = 0; i < logits.length; i++) {
            double sum = 0;
            for (int j = 0; j < logits.length; j++) {
                sum += Math.exp(logits[i][j]);
            }
            for (int j = 0; j < logits.length; j++) {
                softmax[i][j] = Math.exp(logits[i][j]) / sum;
            }
        }
        return softmax;
    }

    /** Mean over rows. */
    private static double crossEntropy(double[][] probabilities, double[][] targets) {
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            for (int j = 0; j < targets.length; j++) {
                sum -= targets[i][j] > 0 ? targets[i][j] * Math.log(probabilities[i][j]) : 0;
            }
        }
        return sum / targets.length;
    }
}
