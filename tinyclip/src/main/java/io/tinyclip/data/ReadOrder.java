package io.tinyclip.data;

/** In which order a pass sees the pairs of shards; decides bits. */
public enum ReadOrder {
    /** {@link #SHARDS} for sets of many shards, {@link #PAIRS} for others. */
    AUTO,
    /** Any pair may follow any other, wherever it lies. */
    PAIRS,
    /** A step takes a run of neighbours from each of some shards; see {@link ShardOrder}. */
    SHARDS;

    /** From here on a step's pairs lie in nearly as many shards as it has pairs, each opened, and its index read, for one. */
    private static final int MANY_SHARDS = 256;

    boolean byShards(int shards) {
        return this == SHARDS || this == AUTO && areMany(shards);
    }

    /** Whether a set of so many shards is one for which {@link #AUTO} decides as for large ones. */
    static boolean areMany(int shards) {
        return shards >= MANY_SHARDS;
    }
}
