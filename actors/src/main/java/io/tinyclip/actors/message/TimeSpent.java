package io.tinyclip.actors.message;

/** Where a worker's time went: nanoseconds of computing, and of waiting for each of three things. */
public record TimeSpent(long computing, long weights, long features, long gradient) {
    public long total() {
        return computing + weights + features + gradient;
    }
}
