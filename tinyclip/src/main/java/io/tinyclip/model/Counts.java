package io.tinyclip.model;

/**
 * Size and cost of a model, by the definitions behind TinyCLIP's published figures.
 *
 * @param image parameters of the image tower, its projection included
 * @param text parameters of all else but the token embedding and the logit scale
 * @param tokenEmbedding parameters of the full token table, or of both its factors
 * @param countedImage parameters of the image tower that a sparsity target is about: attention and feed-forward
 *     products with their biases
 * @param countedText the same of the text tower
 * @param macs multiply-accumulates of one image and one text of full length
 */
public record Counts(long image, long text, long tokenEmbedding, long countedImage, long countedText, long macs) {
    private static final int COLOURS = 3;
    /** Queries, keys, values and the output. */
    private static final int ATTENTION_PRODUCTS = 4;

    private static final int FEED_FORWARD_PRODUCTS = 2;
    /** Queries with keys, and the weights with values. */
    private static final int TOKEN_PRODUCTS = 2;

    /** Counts a model whose layers may all differ; a half that has been cut away still has its output bias. */
    public static Counts of(ModelShape shape) {
        long image = 0;
        long text = 0;
        long countedImage = 0;
        long countedText = 0;
        for (Segment segment : Layout.of(shape, 0, false, false).segments()) {
            boolean visual = segment.name().startsWith(shape.image().prefix());
            long parameters = isParameter(segment) ? segment.count() : 0;
            long counted = isCounted(segment.name()) ? parameters : 0;
            image += visual ? parameters : 0;
            text += visual ? 0 : parameters;
            countedImage += visual ? counted : 0;
            countedText += visual ? 0 : counted;
        }
        long tokenEmbedding = (long) shape.text().vocabulary() * shape.text().tokenColumns() + basis(shape.text());
        return new Counts(image, text, tokenEmbedding, countedImage, countedText, macs(shape));
    }

    /** The same with another token table. */
    public Counts withTokenEmbedding(long parameters) {
        return new Counts(image, text, parameters, countedImage, countedText, macs);
    }

    /** All parameters, as a file holds them: the logit scale too. */
    public long total() {
        return image + text + tokenEmbedding + 1;
    }

    private static long basis(TextTower text) {
        return (long) text.tokenRank() * text.width();
    }

    /** The logit scale and the token table's basis have places of their own in {@link #total}. */
    private static boolean isParameter(Segment segment) {
        return segment.group() != Group.STATISTICS
                && !segment.name().equals("logit_scale")
                && !segment.name().equals(TokenRows.BASIS);
    }

    private static boolean isCounted(String name) {
        return name.contains(".attn.") || name.contains(".mlp.");
    }

    /**
     * The published rule: every convolution and matrix product, those of attention at full length (no discount for the
     * causal mask), the projections at the one pooled token, a token's row times the basis of a table that is a product; norms,
     * biases, pools, softmax and activations are free.
     */
    private static long macs(ModelShape shape) {
        long image = shape.image() instanceof ResNet resnet
                ? macs(resnet, shape.embedding())
                : macs(shape.vision(), shape.embedding());
        long tokens = shape.text().contextLength();
        long text = tokens * basis(shape.text()) + layers(shape.text(), tokens);
        return image + text + (long) shape.embedding() * shape.text().width();
    }

    private static long macs(VisionTransformer tower, int embedding) {
        long patch = (long) COLOURS * tower.patchSize() * tower.patchSize() * tower.width();
        return tower.patches() * patch + layers(tower, 1 + tower.patches()) + (long) embedding * tower.width();
    }

    /** As published, the attention pool's queries and outputs are counted at all positions, though one is used. */
    private static long macs(ResNet tower, int embedding) {
        long convolutions =
                tower.convolutions().stream().mapToLong(Convolution::macs).sum();
        long positions = 1 + (long) tower.grid() * tower.grid();
        long products = (long) tower.features() * ((ATTENTION_PRODUCTS - 1) * tower.features() + embedding);
        return convolutions + positions * (products + positions * TOKEN_PRODUCTS * tower.features());
    }

    private static long layers(Tower tower, long tokens) {
        long macs = 0;
        for (LayerShape layer : tower.layers()) {
            long inner = (long) layer.heads() * tower.headWidth();
            macs += tokens * ATTENTION_PRODUCTS * inner * tower.width();
            macs += tokens * tokens * TOKEN_PRODUCTS * inner;
            macs += tokens * FEED_FORWARD_PRODUCTS * layer.neurons() * tower.width();
        }
        return macs;
    }
}
