package io.tinyclip.plan;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Weights of the loss's terms, 0 for a term that is left out. Each term is a mean over the whole global batch.
 *
 * @param affinity cross-entropy of the student's affinities, of images to texts and of texts to images, against the
 *     teacher's
 * @param contrastive the same against who belongs together in the data, as CLIP itself is trained
 * @param features squared distance of the student's embeddings from the teacher's, by channel, of images plus of texts (the
 *     feature distillation of CLIP-KD)
 * @param interactive as contrastive, but between the student's images and the teacher's texts, and the student's texts and
 *     the teacher's images (the interactive contrastive learning of CLIP-KD)
 * @param further teachers beside the one that is compressed. The affinity term is the mean over all of them, by weight; the
 *     other terms know the first alone
 */
public record LossPlan(
        double affinity, double contrastive, double features, double interactive, List<FurtherTeacher> further) {
    /** TinyCLIP's loss, of which this is the default. */
    public static final LossPlan AFFINITY = new LossPlan(1, 0, 0, 0, List.of());

    /** The loss of a run without a teacher. */
    public static final LossPlan CONTRASTIVE = new LossPlan(0, 1, 0, 0, List.of());

    /** Floats a pair that a softmax of the student's costs: its row's log-sum-exp and its column's. */
    private static final int SOFTMAX = 2;

    /**
     * How one more teacher is heard.
     *
     * @param logitScale s on its cosines
     * @param weight beside the first teacher's, which is 1
     */
    public record FurtherTeacher(double logitScale, double weight) {
        /** @throws IllegalArgumentException if a number is not above 0 */
        public FurtherTeacher {
            if (!(logitScale > 0 && weight > 0 && Double.isFinite(logitScale * weight))) {
                throw new IllegalArgumentException(
                        "logit scale [" + logitScale + "] and weight [" + weight + "] of a teacher must be above 0");
            }
        }
    }

    /**
     * @throws IllegalArgumentException if a weight is negative or not finite, or none is above 0, or there are further
     *     teachers whom no term asks
     */
    public LossPlan {
        further = List.copyOf(further);
        double[] weights = {affinity, contrastive, features, interactive};
        double sum = DoubleStream.of(weights).sum();
        boolean valid = DoubleStream.of(weights).allMatch(weight -> weight >= 0);
        if (!(valid && sum > 0 && Double.isFinite(sum))) {
            throw new IllegalArgumentException("weights of affinity [" + affinity + "], contrastive [" + contrastive
                    + "], features [" + features + "] and interactive [" + interactive
                    + "] must be 0 or more, and one of them above 0");
        }
        if (!further.isEmpty() && affinity == 0) {
            throw new IllegalArgumentException("further teachers are for affinity, whose weight is 0");
        }
    }

    /** With no teacher but the one that is compressed. */
    public LossPlan(double affinity, double contrastive, double features, double interactive) {
        this(affinity, contrastive, features, interactive, List.of());
    }

    /** How many are mimicked, where any is. */
    public int teachers() {
        return 1 + further.size();
    }

    /** A teacher's part of the affinity term, counted from 0; all together are 1. */
    public double share(int teacher) {
        double all = 1 + further.stream().mapToDouble(FurtherTeacher::weight).sum();
        return (teacher == 0 ? 1 : further.get(teacher - 1).weight()) / all;
    }

    /** Whether a term compares with the teacher. */
    public boolean taught() {
        return affinity > 0 || features > 0 || interactive > 0;
    }

    /** Whether a term asks who belongs together. */
    public boolean paired() {
        return contrastive > 0 || interactive > 0;
    }

    /** Log-sum-exps that workers exchange, floats a pair: the student's rows and columns, then each teacher's. */
    public int logSumExps() {
        if (affinity > 0) {
            return SOFTMAX * (1 + teachers());
        }
        return contrastive > 0 ? SOFTMAX : 0;
    }
}
