package io.tinyclip.loss;

import java.util.HashMap;
import java.util.Map;

/**
 * Who is whose positive in a global batch.
 *
 * @param identities (N); pairs with the same value are positives of each other
 * @param counts (N) how many positives each pair has, itself included
 */
public record Positives(long[] identities, float[] counts) {
    /** Of a batch where nobody asks. */
    public static final Positives NONE = of(new long[0]);

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
