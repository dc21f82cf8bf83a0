package io.tinyclip.plan;

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
 */
public record LossPlan(double affinity, double contrastive, double features, double interactive) {
    /** TinyCLIP's loss, of which this is the default. */
    public static final LossPlan AFFINITY = new LossPlan(1, 0, 0, 0);

    /** The loss of a run without a teacher. */
    public static final LossPlan CONTRASTIVE = new LossPlan(0, 1, 0, 0);

    /** Floats a pair that a softmax of the student's costs: its row's log-sum-exp and its column's. */
    private static final int SOFTMAX = 2;

    /** @throws IllegalArgumentException if a weight is negative or not finite, or none is above 0 */
    public LossPlan {
        double[] weights = {affinity, contrastive, features, interactive};
        double sum = DoubleStream.of(weights).sum();
        boolean valid = DoubleStream.of(weights).allMatch(weight -> weight >= 0);
        if (!(valid && sum > 0 && Double.isFinite(sum))) {
            throw new IllegalArgumentException("weights of affinity [" + affinity + "], contrastive [" + contrastive
                    + "], features [" + features + "] and interactive [" + interactive
                    + "] must be 0 or more, and one of them above 0");
        }
    }

    /** Whether a term compares with the teacher. */
    public boolean taught() {
        return affinity > 0 || features > 0 || interactive > 0;
    }

    /** Whether a term asks who belongs together. */
    public boolean paired() {
        return contrastive > 0 || interactive > 0;
    }

    /** Log-sum-exps that workers exchange, floats a pair: the student's rows and columns, then the teacher's. */
    public int logSumExps() {
        if (affinity > 0) {
            return 2 * SOFTMAX;
        }
        return contrastive > 0 ? SOFTMAX : 0;
    }
}
