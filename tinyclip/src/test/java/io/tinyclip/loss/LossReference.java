package io.tinyclip.loss;

import io.tinyclip.plan.LossPlan;
import io.tinyclip.step.PartitionFeatures;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The loss of a whole batch by its definition, in double and on one thread.
 *
 * @param features (N, E) each: student image, student text, teacher image, teacher text, next teacher's
 * @param identities (N) who is whose positive
 * @param scale of the student's logits, and of the first teacher's
 */
public record LossReference(double[][][] features, long[] identities, double scale) {
    private static final double STEP = 1e-6;

    /** Of what partitions computed. */
    public static LossReference of(List<PartitionFeatures> all, long[] identities, double scale) {
        int partitionSize = identities.length / all.size();
        int kinds = 2 * (1 + all.get(0).teachers().size());
        double[][][] features = new double[kinds][identities.length][];
        for (int p = 0; p < all.size(); p++) {
            List<float[]> parts = all.get(p)
                    .all()
                    .flatMap(it -> Stream.of(it.image(), it.text()))
                    .toList();
            for (int kind = 0; kind < kinds; kind++) {
                int embedding = parts.get(kind).length / partitionSize;
                for (int row = 0; row < partitionSize; row++) {
                    double[] values = new double[embedding];
                    for (int e = 0; e < embedding; e++) {
                        values[e] = parts.get(kind)[row * embedding + e];
                    }
                    features[kind][p * partitionSize + row] = values;
                }
            }
        }
        return new LossReference(features, identities, scale);
    }

    public double loss(LossPlan plan) {
        double loss = 0;
        if (plan.affinity() > 0) {
            loss += plan.affinity() * bothWays(logits(0, 1, scale), taught(plan, 2, 3), taught(plan, 3, 2));
        }
        if (plan.contrastive() > 0) {
            loss += plan.contrastive() * bothWays(logits(0, 1, scale), positives(), positives());
        }
        if (plan.features() > 0) {
            loss += plan.features() * (distance(0, 2) + distance(1, 3));
        }
        if (plan.interactive() > 0) {
            double images = crossEntropy(softmax(logits(0, 3, scale)), positives());
            double texts = crossEntropy(softmax(logits(1, 2, scale)), positives());
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
    public double entropy(LossPlan plan) {
        double soft = 0;
        for (int teacher = 0; plan.affinity() > 0 && teacher < weights(plan).length; teacher++) {
            double[][] images = affinities(plan, teacher, 2, 3);
            double[][] texts = affinities(plan, teacher, 3, 2);
            soft += weights(plan)[teacher] * (crossEntropy(images, images) + crossEntropy(texts, texts)) / 2;
        }
        double hard = crossEntropy(positives(), positives());
        return plan.affinity() * soft + (plan.contrastive() + plan.interactive()) * hard;
    }

    /** The mean over teachers of their affinities, by weight: what the student is to have. */
    private double[][] taught(LossPlan plan, int rows, int columns) {
        double[][] mean = new double[identities.length][identities.length];
        for (int teacher = 0; teacher < weights(plan).length; teacher++) {
            double[][] affinities = affinities(plan, teacher, rows, columns);
            for (int i = 0; i < mean.length; i++) {
                for (int j = 0; j < mean.length; j++) {
                    mean[i][j] += weights(plan)[teacher] * affinities[i][j];
                }
            }
        }
        return mean;
    }

    private double[][] affinities(LossPlan plan, int teacher, int rows, int columns) {
        double own = teacher == 0 ? scale : plan.further().get(teacher - 1).logitScale();
        return softmax(logits(rows + 2 * teacher, columns + 2 * teacher, own));
    }

    private static double[] weights(LossPlan plan) {
        double[] weights = DoubleStream.concat(
                        DoubleStream.of(1), plan.further().stream().mapToDouble(LossPlan.FurtherTeacher::weight))
                .toArray();
        double sum = DoubleStream.of(weights).sum();
        return DoubleStream.of(weights).map(weight -> weight / sum).toArray();
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
    private double[][] logits(int rows, int columns, double by) {
        double[][] logits = new double[features[rows].length][features[columns].length];
        for (int i = 0; i < logits.length; i++) {
            for (int j = 0; j < logits.length; j++) {
                for (int e = 0; e < features[rows][i].length; e++) {
                    logits[i][j] += by * features[rows][i][e] * features[columns][j][e];
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
