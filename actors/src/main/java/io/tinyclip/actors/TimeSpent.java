package io.tinyclip.actors;

/** Where a worker's time went: nanoseconds of computing, and of waiting for each of three things. */
record TimeSpent(long computing, long weights, long features, long gradient) {
    long total() {
        return computing + weights + features + gradient;
    }
}
