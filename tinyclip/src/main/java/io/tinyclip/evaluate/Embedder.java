package io.tinyclip.evaluate;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;
import java.util.function.IntConsumer;

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

    /**
     * As {@link #images(List)}, told as it comes along.
     *
     * @param done gets how many more are embedded, on the calling thread
     */
    default float[] images(List<RgbImage> images, IntConsumer done) {
        float[] rows = images(images);
        done.accept(images.size());
        return rows;
    }

    /**
     * As {@link #texts(List)}, told as it comes along.
     *
     * @param done gets how many more are embedded, on the calling thread
     */
    default float[] texts(List<String> texts, IntConsumer done) {
        float[] rows = texts(texts);
        done.accept(texts.size());
        return rows;
    }
}
