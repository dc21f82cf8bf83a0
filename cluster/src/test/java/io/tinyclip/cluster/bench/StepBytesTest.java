package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Worked by hand: a vector of 1,000 bytes, features of 10 and log-sum-exps of 1 a partition. */
class StepBytesTest {
    private final StepBytes bytes = new StepBytes(1_000, 10, 1, 8);

    @Test
    void oneWorkerFetchesTheWeightsAndSendsOneSum() {
        assertEquals(1_000 + 1_000, bytes.total(1));
    }

    @Test
    void eachOfTwoFetchesTheFeaturesOfHalfTheBatch() {
        assertEquals(2 * (1_000 + 4 * 11 + 1_000), bytes.total(2));
    }

    @Test
    void unevenLeasesTakeASumForEachMaximalSubtree() {
        // Partitions 0-1, 2-4 and 5-7: one, two and two subtrees.
        int weights = 3 * 1_000;
        int features = (6 + 5 + 5) * 11;
        int sums = (1 + 2 + 2) * 1_000;
        assertEquals(weights + features + sums, bytes.total(3));
    }

    @Test
    void workersWithoutPartitionsFetchNothing() {
        StepBytes two = new StepBytes(1_000, 10, 1, 2);
        assertEquals(two.total(2), two.total(5));
    }
}
