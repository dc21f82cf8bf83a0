package io.tinyclip.data;

/** Hears how many of the shards that have no index were read. */
@FunctionalInterface
public interface ShardReading {
    /** Says nothing. */
    ShardReading SILENT = (done, total) -> {};

    /** @param done 0 to total; 0 before the first */
    void read(int done, int total);
}
