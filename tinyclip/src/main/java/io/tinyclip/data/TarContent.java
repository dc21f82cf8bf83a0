package io.tinyclip.data;

import io.tinyclip.data.index.ContentHash;

/** What decides the views of pairs in tars, and how it is called. */
record TarContent(String hash, boolean reduced) {
    TarContent atReducedScale() {
        return new TarContent(reducedScale(2, hash), true);
    }

    /** The hash of a shard whose views are decided in the same way. */
    String ofShard(String shard) {
        return reduced
                ? new ContentHash("tinyclip shard at reduced scale").add(shard).hex()
                : shard;
    }

    static String reducedScale(int version, String hash) {
        String hex = new ContentHash("tinyclip webdataset " + version + " at reduced scale")
                .add(hash)
                .hex();
        return IndexMode.isByCounts(hash) ? IndexMode.byCounts(hex) : hex;
    }
}
