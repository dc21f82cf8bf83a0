package io.tinyclip.loss;

import io.tinyclip.step.PartitionFeatures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Who is whose positive in a global batch.
 *
 * @param identities (N); pairs with the same value are positives of each other
 * @param counts (N) how many positives each pair has, itself included
 */
public record Positives(long[] identities, float[] counts) {
    /** Of a batch where nobody asks. */
    public static final Positives NONE = of(new long[0]);

    /**
     * Of the pairs that a batch has.
     *
     * @param identities of all its places
     * @param partitions in order, of which some may have empty places
     */
    public static Positives of(long[] identities, List<PartitionFeatures> partitions) {
        int size = identities.length / partitions.size();
        long[] present = IntStream.range(0, identities.length)
                .filter(place -> !partitions.get(place / size).empty().contains(place % size))
                .mapToLong(place -> identities[place])
                .toArray();
        return of(present);
    }

    public static Positives of(long[] identities) {
        Map<Long, Integer> count = new HashMap<>();
        for (long identity : identities) {
            count.merge(identity, 1, Integer::sum);
        }
        float[] counts = new float[identities.length];
        for (int i = 0; i < identities.length; i++) {
            counts[i] = count.getOrDefault(identities[i], 0);
        }
        return new Positives(identities, counts);
    }
}
