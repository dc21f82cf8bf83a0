package io.tinyclip.kernel;

import io.tinyclip.model.Layout;

/**
 * The model that a student mimics.
 *
 * @param layout unmasked, with the run's token rows
 * @param vector (P) of that layout
 */
public record Teacher(Layout layout, float[] vector) {}
