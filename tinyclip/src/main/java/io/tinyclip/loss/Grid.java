package io.tinyclip.loss;

/**
 * How the pairs of a global batch are cut into blocks, of whose images and texts tiles are made. A function of the batch
 * alone: no block lies in two partitions, those of a partition are as equal as can be, and none is longer than a side.
 *
 * @param pairs N
 * @param partitionSize B
 * @param side pairs in a block at most
 */
record Grid(int pairs, int partitionSize, int side) {
    int blocks() {
        return pairs / partitionSize * perPartition();
    }

    int perPartition() {
        return (partitionSize + side - 1) / side;
    }

    /** A partition's first block. */
    int first(int partition) {
        return partition * perPartition();
    }

    /** A block's partition. */
    int partition(int block) {
        return block / perPartition();
    }

    /** A block's first pair. */
    int from(int block) {
        int piece = block % perPartition();
        return partition(block) * partitionSize + (int) ((long) partitionSize * piece / perPartition());
    }

    /** The pair after a block's last. */
    int to(int block) {
        int piece = block % perPartition() + 1;
        return partition(block) * partitionSize + (int) ((long) partitionSize * piece / perPartition());
    }
}
