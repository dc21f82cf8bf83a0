package io.tinyclip.model;

/**
 * Everything that decides a CLIP model's tensors and their shapes.
 *
 * @param embedding E, channels of the shared embedding
 * @param activation feed-forward activation of both transformers
 */
public record ModelShape(int embedding, Activation activation, ImageTower image, TextTower text) {
    /** The image tower where only a transformer can be: it is a bug to ask for it without having checked. */
    public VisionTransformer vision() {
        if (image instanceof VisionTransformer transformer) {
            return transformer;
        }
        throw new IllegalStateException("the image tower [" + image + "] is no transformer");
    }

    /** The same model with a token table of that rank; 0 for a whole one. */
    public ModelShape withTokenRank(int rank) {
        return new ModelShape(embedding, activation, image, text.withTokenRank(rank));
    }
}
