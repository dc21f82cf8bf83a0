package io.tinyclip.model;

/** What the optimizer does with a segment of the vector. */
public enum Group {
    /** Weights of two or more dimensions: AdamW with decay, or Muon for those of layers. */
    DECAY,
    /** Biases, norms, class embedding: AdamW without decay. */
    NO_DECAY,
    /** {@code logAlpha}: Adam at the mask rate, then clamped. */
    MASK,
    /** Lagrange multipliers: gradient ascent. */
    MULTIPLIER,
    /** The logit scale, when it is learned. */
    LOGIT_SCALE,
    /** Running means and variances of batch norms: follow the batches' moments, which travel in the gradient's place. */
    STATISTICS,
    /** Carried along, never changed by a step (a fixed logit scale). */
    FIXED
}
