package io.tinyclip.cluster.forecast;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.DerivedPairs;

/** The first pairs of a dataset, as many as a probe's step has: from the second step on what the teacher says is known. */
record FirstPairs(Dataset data, int size) implements DerivedPairs {
    /** Who opened the pairs closes them. */
    @Override
    public void close() {}
}
