package io.tinyclip.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Teacher embeddings of partitions that will come again: steps recur with the sampler's period and in every stage. What is
 * kept are the very bits that were computed for the same partition of pairs, so a hit and a miss give the same result.
 * Once full it keeps what it has.
 */
public final class TeacherCache {
    private final long capacity;
    private final Map<Key, Embeddings> kept = new HashMap<>();
    private long bytes;

    private record Key(long step, int partition) {}

    /** Embeddings of the partition's images and texts, each (B, E). */
    record Embeddings(float[] image, float[] text) {}

    /** @param capacity bytes of embeddings to keep at most */
    public TeacherCache(long capacity) {
        this.capacity = capacity;
    }

    /** @param step the data's step modulo the period */
    synchronized Optional<Embeddings> get(long step, int partition) {
        return Optional.ofNullable(kept.get(new Key(step, partition)));
    }

    synchronized void put(long step, int partition, Embeddings embeddings) {
        long size = (long) Float.BYTES * (embeddings.image.length + embeddings.text.length);
        if (bytes + size <= capacity && kept.putIfAbsent(new Key(step, partition), embeddings) == null) {
            bytes += size;
        }
    }
}
