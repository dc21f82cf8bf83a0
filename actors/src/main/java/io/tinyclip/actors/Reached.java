package io.tinyclip.actors;

/** What a worker reaches with a partition; nobody gets to the next before all partitions have reached one. */
enum Reached {
    FEATURES,
    LOG_SUM_EXPS,
    GRADIENT
}
