package io.tinyclip.compute;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;

/**
 * The model that a student mimics.
 *
 * @param layout unmasked, with the run's token rows or with all
 * @param vector (P) of that layout, outside the heap and once for all workers of a process
 */
public record Teacher(Layout layout, FloatVector vector) {}
