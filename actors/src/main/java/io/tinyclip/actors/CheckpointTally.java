package io.tinyclip.actors;

import io.tinyclip.checkpoint.RangeFile;
import io.tinyclip.optimize.StateDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the shards' files and hashes of one checkpoint. */
final class CheckpointTally {
    private final Position position;
    private final int shards;
    private final Map<Integer, Coordinator.ShardWritten> written = new TreeMap<>();

    CheckpointTally(Position position, int shards) {
        this.position = position;
        this.shards = shards;
    }

    Position position() {
        return position;
    }

    /** @return whether this was the last one missing */
    boolean add(Coordinator.ShardWritten shard) {
        return written.putIfAbsent(shard.shard(), shard) == null && allWritten();
    }

    boolean allWritten() {
        return written.size() == shards;
    }

    String digest() {
        List<byte[]> hashes = new ArrayList<>();
        written.values().forEach(shard -> hashes.addAll(shard.blockHashes()));
        return StateDigest.of(position.digestLine(), hashes);
    }

    List<RangeFile> files() {
        return written.values().stream().flatMap(shard -> shard.file().stream()).toList();
    }
}
