package io.tinyclip.cluster.record;

/**
 * A finished stage.
 *
 * @param steps of all its phases
 * @param sparsity expected share left out, just before the cut
 */
public record StageFigures(ModelFigures model, int steps, double seconds, String digest, double sparsity) {}
