package io.tinyclip.plan;

/** What becomes of the optimizer's moments where the vector changes: masks come, units go, a student is taken over. */
public enum MomentTransfer {
    /** They start at zero: the recipe's new optimizer state. */
    FRESH,
    /** Moments of kept elements go along as they are, and so does the count of updates; new elements start at zero. */
    CARRIED
}
