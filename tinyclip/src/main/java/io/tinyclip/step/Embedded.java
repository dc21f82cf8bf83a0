package io.tinyclip.step;

import io.tinyclip.rounding.Rounding;

/** One model's embeddings of a partition's images and texts, each (B, E) row-major, of unit length as far as rounding lets them. */
public record Embedded(float[] image, float[] text) {
    /** What travels instead; this stays as it is. */
    Embedded rounded(Rounding rounding) {
        return new Embedded(rounding.rounded(image), rounding.rounded(text));
    }
}
