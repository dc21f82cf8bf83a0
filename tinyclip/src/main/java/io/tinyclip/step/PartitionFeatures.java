package io.tinyclip.step;

import io.tinyclip.rounding.Rounding;

/**
 * Embeddings of one partition, each of unit length (as far as their rounding lets them) and (B, E) row-major. The teacher's
 * arrays are empty where the loss does not ask for them.
 */
public record PartitionFeatures(float[] studentImage, float[] studentText, float[] teacherImage, float[] teacherText) {
    /** The features that all workers are to use, the one that computed them included; these stay as they are. */
    public PartitionFeatures rounded(Rounding rounding) {
        return new PartitionFeatures(
                rounding.rounded(studentImage),
                rounding.rounded(studentText),
                rounding.rounded(teacherImage),
                rounding.rounded(teacherText));
    }
}
