package io.tinyclip.model;

/**
 * What one transformer layer has left.
 *
 * @param heads attention heads; 0 means that only the attention half's output bias remains
 * @param neurons feed-forward neurons; 0 means that only the second projection's bias remains
 */
public record LayerShape(int heads, int neurons) {
    public LayerShape {
        if (heads < 0 || neurons < 0) {
            throw new IllegalArgumentException(
                    "heads [" + heads + "] and neurons [" + neurons + "] must not be negative");
        }
    }
}
