package io.tinyclip.model;

import java.util.List;

/**
 * A causal text transformer, pooled at the end token.
 *
 * @param contextLength L, tokens of the longest text, start and end token included
 * @param vocabulary rows of the full token table
 * @param width D
 * @param headWidth K
 * @param layers heads and neurons, layer by layer
 * @param tokenRank r, 1 to {@link #LARGEST_RANK}, where the token table is a product of (vocabulary, r) and
 *     (r, D); 0 where it is whole
 */
public record TextTower(
        int contextLength, int vocabulary, int width, int headWidth, List<LayerShape> layers, int tokenRank)
        implements Tower {
    /** Below the width of the largest CLIPs. */
    public static final int LARGEST_RANK = 1279;

    public TextTower {
        if (tokenRank < 0 || tokenRank > LARGEST_RANK) {
            throw new IllegalArgumentException("token rank [" + tokenRank + "] must be 0 to " + LARGEST_RANK);
        }
        layers = List.copyOf(layers);
    }

    /** A tower with a whole token table. */
    public TextTower(int contextLength, int vocabulary, int width, int headWidth, List<LayerShape> layers) {
        this(contextLength, vocabulary, width, headWidth, layers, 0);
    }

    /** The same tower of another width and other layers. */
    public TextTower with(int otherWidth, List<LayerShape> otherLayers) {
        return new TextTower(contextLength, vocabulary, otherWidth, headWidth, otherLayers, tokenRank);
    }

    /** The same tower with a token table of another rank; 0 for a whole one. */
    public TextTower withTokenRank(int rank) {
        return new TextTower(contextLength, vocabulary, width, headWidth, layers, rank);
    }

    /** Columns of the table that a token's row is taken from: r where it is a product, else D. */
    public int tokenColumns() {
        return tokenRank > 0 ? tokenRank : width;
    }

    @Override
    public String prefix() {
        return "";
    }
}
