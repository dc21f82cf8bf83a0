package io.tinyclip.loss;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the pairs of a global batch are cut into blocks, of whose images and texts tiles are made. A function of the batch
 * alone. Large partitions are cut into blocks as equal as can be, none longer than a side. Of small ones, whose tiles would
 * cost less than the calls that make them, a block joins as many as half a side has room for: not a whole one, since who
 * has but one of the partitions computes the others' part in vain.
 *
 * <p>Partitions that lack pairs are cut where whole ones would be, by their share of the pairs; no block is without pairs.
 */
final class Grid {
    private final int[] sizes;
    private final int[] starts;
    private final int[] bounds;
    private final boolean joins;

    /** @param pairs N, of partitions that lack none */
    Grid(int pairs, int partitionSize, int side) {
        this(
                IntStream.generate(() -> partitionSize)
                        .limit(pairs / partitionSize)
                        .toArray(),
                partitionSize,
                side);
    }

    /**
     * A grid of partitions of which some may lack pairs.
     *
     * @param sizes (V) pairs of each partition
     * @param partitionSize B, pairs of one that lacks none
     * @param side pairs in a block at most
     */
    Grid(int[] sizes, int partitionSize, int side) {
        this.sizes = sizes.clone();
        this.starts = new int[sizes.length + 1];
        for (int p = 0; p < sizes.length; p++) {
            starts[p + 1] = starts[p] + sizes[p];
        }
        int perBlock = Math.max(1, Math.min(sizes.length, side / 2 / partitionSize));
        this.joins = perBlock > 1;
        this.bounds = joins ? joined(perBlock) : pieces((partitionSize + side - 1) / side);
    }

    private int[] joined(int perBlock) {
        int partitions = sizes.length;
        int blocks = (partitions + perBlock - 1) / perBlock;
        return IntStream.rangeClosed(0, blocks)
                .map(block -> starts[(int) ((long) partitions * block / blocks)])
                .distinct()
                .toArray();
    }

    private int[] pieces(int perPartition) {
        IntStream ends = IntStream.range(0, sizes.length * perPartition).map(block -> {
            int partition = block / perPartition;
            long piece = block % perPartition + 1L;
            return starts[partition] + (int) (sizes[partition] * piece / perPartition);
        });
        return IntStream.concat(IntStream.of(0), ends).distinct().toArray();
    }

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

    /** N. */
    int pairs() {
        return starts[sizes.length];
    }

    /** Pairs of a partition. */
    int partitionSize(int partition) {
        return sizes[partition];
    }

    int blocks() {
        return bounds.length - 1;
    }

    /** Whether blocks are made of whole partitions, rather than partitions of whole blocks. */
    boolean joins() {
        return joins;
    }

    /** A block's first pair. */
    int from(int block) {
        return bounds[block];
    }

    /** The pair after a block's last. */
    int to(int block) {
        return bounds[block + 1];
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
        return IntStream.range(0, sizes.length)
                .mapToObj(partition -> part(partition, block))
                .filter(part -> part.size > 0)
                .toList();
    }

    private Part part(int partition, int block) {
        int first = starts[partition];
        int from = Math.max(first, from(block));
        int to = Math.min(starts[partition + 1], to(block));
        return new Part(partition, block, from - first, from - from(block), to - from);
    }

    @Override
    public String toString() {
        return "partitions of " + Arrays.toString(sizes) + " in blocks at " + Arrays.toString(bounds);
    }
}
