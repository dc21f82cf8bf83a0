package io.tinyclip.loss;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How the pairs of a global batch are cut into blocks, of whose images and texts tiles are made. A function of the batch
 * alone. Large partitions are cut into blocks as equal as can be, none longer than a side. Of small ones, whose tiles would
 * cost less than the calls that make them, a block joins as many as half a side has room for: not a whole one, since who
 * has but one of the partitions computes the others' part in vain.
 *
 * @param pairs N
 * @param partitionSize B
 * @param side pairs in a block at most
 */
record Grid(int pairs, int partitionSize, int side) {
    /**
     * What a partition and a block have in common.
     *
     * @param partition of these pairs
     * @param block of these pairs
     * @param inPartition the first pair's place in the partition
     * @param inBlock the first pair's place in the block
     * @param size pairs
     */
    record Part(int partition, int block, int inPartition, int inBlock, int size) {}

    int blocks() {
        return joins() ? (partitions() + perBlock() - 1) / perBlock() : partitions() * perPartition();
    }

    /** Whether blocks are made of whole partitions, rather than partitions of whole blocks. */
    boolean joins() {
        return perBlock() > 1;
    }

    /** A block's first pair. */
    int from(int block) {
        if (joins()) {
            return (int) ((long) partitions() * block / blocks()) * partitionSize;
        }
        int piece = block % perPartition();
        return block / perPartition() * partitionSize + (int) ((long) partitionSize * piece / perPartition());
    }

    /** The pair after a block's last. */
    int to(int block) {
        return from(block + 1);
    }

    int size(int block) {
        return to(block) - from(block);
    }

    /** A partition's parts, in the order of its pairs. */
    List<Part> ofPartition(int partition) {
        return IntStream.range(0, blocks())
                .mapToObj(block -> part(partition, block))
                .filter(part -> part.size > 0)
                .toList();
    }

    /** A block's parts, in the order of its pairs. */
    List<Part> ofBlock(int block) {
        return IntStream.range(0, partitions())
                .mapToObj(partition -> part(partition, block))
                .filter(part -> part.size > 0)
                .toList();
    }

    private Part part(int partition, int block) {
        int first = partition * partitionSize;
        int from = Math.max(first, from(block));
        int to = Math.min(first + partitionSize, to(block));
        return new Part(partition, block, from - first, from - from(block), to - from);
    }

    private int partitions() {
        return pairs / partitionSize;
    }

    private int perPartition() {
        return (partitionSize + side - 1) / side;
    }

    private int perBlock() {
        return Math.max(1, Math.min(partitions(), side / 2 / partitionSize));
    }
}
