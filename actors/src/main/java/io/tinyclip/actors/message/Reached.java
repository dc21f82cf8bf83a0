package io.tinyclip.actors.message;

/** What a worker reaches with a partition; nobody gets to the next before all partitions have reached one. */
public enum Reached {
    FEATURES,
    LOG_SUM_EXPS,
    GRADIENT
}
