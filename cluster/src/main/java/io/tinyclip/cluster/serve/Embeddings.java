package io.tinyclip.cluster.serve;

/**
 * Unit-length embeddings of a request's inputs.
 *
 * @param channels E of each
 * @param texts (texts, E) row-major
 * @param pictures (pictures, E) row-major
 */
record Embeddings(int channels, float[] texts, float[] pictures) {
    /** The only row of a request that has one input. */
    float[] single() {
        return texts.length > 0 ? texts : pictures;
    }
}
