package io.tinyclip.compute;

import io.tinyclip.step.Embedded;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Teacher embeddings of partitions that will come again: steps recur with the sampler's period and in every stage. What is
 * kept are the very bits that were computed for the same partition of pairs, so a hit and a miss give the same result.
 * Once full it keeps what it has.
 */
public final class TeacherCache {
    private final long capacity;
    private final Map<Key, List<Embedded>> kept = new HashMap<>();
    private long bytes;

    private record Key(long step, int partition) {}

    /** @param capacity bytes of embeddings to keep at most */
    public TeacherCache(long capacity) {
        this.capacity = capacity;
    }

    /**
     * Every teacher's.
     *
     * @param step the data's step modulo the period
     */
    synchronized Optional<List<Embedded>> get(long step, int partition) {
        return Optional.ofNullable(kept.get(new Key(step, partition)));
    }

    synchronized void put(long step, int partition, List<Embedded> embeddings) {
        long size = embeddings.stream()
                .mapToLong(each -> (long) Float.BYTES * (each.image().length + each.text().length))
                .sum();
        if (bytes + size <= capacity && kept.putIfAbsent(new Key(step, partition), embeddings) == null) {
            bytes += size;
        }
    }
}
