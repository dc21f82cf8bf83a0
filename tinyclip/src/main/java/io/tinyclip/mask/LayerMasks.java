package io.tinyclip.mask;

/** The masks of one transformer layer. */
public record LayerMasks(MaskGroup heads, MaskGroup neurons) {}
