package io.tinyclip.inherit;

/** What becomes of an optimizer moment at a transition. */
public enum MomentTransfer {
    /** It starts at zero: the recipe's new optimizer state. */
    FRESH,
    /** Moments of kept elements go along as they are; new elements start at zero. */
    CARRY
}
