package io.tinyclip.fit;

import io.tinyclip.model.Tower;

/**
 * A tower and what it took.
 *
 * @param seconds of one input, above 0
 */
public record TowerTime(Tower tower, double seconds) {}
