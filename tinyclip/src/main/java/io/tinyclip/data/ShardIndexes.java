package io.tinyclip.data;

import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.ShardPin;
import java.util.Optional;
import java.util.stream.IntStream;

/** Where the indexes of shards come from. May be asked by several threads at once. */
interface ShardIndexes {
    /**
     * The index of a shard, which is not kept.
     *
     * @throws InvalidInputException if the shard had to be read, and is not what it was
     */
    ShardIndex load(int shard);

    /** Samples of each shard. */
    int[] counts();

    /** The numbers of the shards that were not left out, in their order. */
    IntStream present();

    /** What a shard was found to hold; empty where that is known from the start. */
    Optional<ShardPin> pin(int shard);

    /** Most bytes of heap that the indexes of all shards have, as far as that is known. */
    long bytes();
}
