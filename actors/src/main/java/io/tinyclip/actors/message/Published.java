package io.tinyclip.actors.message;

import io.tinyclip.actors.plane.Handle;

/**
 * Where the floats of a shard's version are published.
 *
 * @param workerWeights what workers compute on: the weights as they travel
 * @param master the weights as the optimizer has them; the same handle where they travel as they are
 * @param first moments
 * @param second moments
 */
public record Published(Handle workerWeights, Handle master, Handle first, Handle second) {}
