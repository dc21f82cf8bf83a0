package io.tinyclip.plan;

/** What the steps of a stage do. */
public enum Phase {
    /** Contrastive training from scratch; the only phase of {@code pretrain}. */
    PRETRAIN,
    /** Masks and weights are learned together on the affinity loss; ends with the cut. */
    INHERIT,
    /** The cut student is trained on the affinity loss. */
    DISTILL
}
