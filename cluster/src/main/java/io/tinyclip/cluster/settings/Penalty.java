package io.tinyclip.cluster.settings;

/** The shape of the sparsity penalty. */
public enum Penalty {
    /** Pulls sparsity to its target from both sides. */
    TWO_SIDED,
    /** Pulls sparsity up to its target only. */
    ONE_SIDED
}
