package io.tinyclip.step;

/**
 * Embeddings of one partition, each of unit length and (B, E) row-major. The teacher's arrays are empty where the run
 * has no teacher.
 */
public record PartitionFeatures(float[] studentImage, float[] studentText, float[] teacherImage, float[] teacherText) {}
