package io.tinyclip.model;

/**
 * Everything that decides a CLIP model's tensors and their shapes.
 *
 * @param embedding E, channels of the shared embedding
 * @param activation feed-forward activation of both towers
 */
public record ModelShape(int embedding, Activation activation, ImageTower image, TextTower text) {}
