package io.tinyclip.evaluate;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;

/** A model seen from outside: pictures and texts in, unit-length embeddings out. */
public interface Embedder {
    /** E, channels of an embedding. */
    int embedding();

    /** Inputs that are computed together: the last bits of an embedding may depend on how many there are, not on which. */
    default int together() {
        return 1;
    }

    /** Pixels along a side of the pictures it takes. */
    Preprocessing preprocessing();

    /**
     * @param images each as {@link #preprocessing} makes them
     * @return (images, E) row-major, each row of unit length
     */
    float[] images(List<RgbImage> images);

    /** @return (texts, E) row-major, each row of unit length */
    float[] texts(List<String> texts);
}
