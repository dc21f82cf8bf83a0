package io.tinyclip.data;

import io.tinyclip.image.RgbImage;

/** One image-text pair, the image already cropped and resized to the model's input size. */
public record Sample(RgbImage image, String caption) {}
