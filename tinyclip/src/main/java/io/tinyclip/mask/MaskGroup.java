package io.tinyclip.mask;

/**
 * Masks that choose among units of one kind in one place: a tower's width, or a layer's heads or neurons.
 *
 * @param from first mask, as an index into the mask segment
 * @param size masks of the group; 0 where the layer has lost that half
 */
public record MaskGroup(int from, int size) {
    /** One past the last mask. */
    public int end() {
        return from + size;
    }
}
