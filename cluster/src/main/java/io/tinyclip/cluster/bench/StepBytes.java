package io.tinyclip.cluster.bench;

import io.tinyclip.reduce.Node;

/**
 * Bytes that a step moves between processes, by the formula: into each worker the weights once, and the features and
 * log-sum-exps of the partitions that others have; out of it one sum a maximal subtree of its partitions.
 *
 * @param vector bytes of the vector
 * @param features bytes of a partition's features, student and teacher, image and text
 * @param logSumExps bytes of a partition's log-sum-exps
 * @param partitions V
 */
record StepBytes(long vector, long features, long logSumExps, int partitions) {
    private static final int SETS = 4;

    /** Of a workload whose floats travel as they are. */
    static StepBytes of(Workload workload) {
        int pairs = workload.plan(1).partitionSize();
        long sets = (long) SETS * pairs * Float.BYTES;
        return new StepBytes(
                (long) Float.BYTES * workload.layout().size(),
                sets * workload.student().embedding(),
                sets,
                workload.plan(1).partitions());
    }

    /** Over all workers and servers; servers do not count, as each takes its range of every sum. */
    long total(int workers) {
        long bytes = 0;
        for (int worker = 0; worker < workers; worker++) {
            int from = partitions * worker / workers;
            int to = partitions * (worker + 1) / workers;
            if (from < to) {
                long others = partitions - (to - from);
                long sums = Node.covering(from, to).size();
                bytes += vector + others * (features + logSumExps) + sums * vector;
            }
        }
        return bytes;
    }
}
