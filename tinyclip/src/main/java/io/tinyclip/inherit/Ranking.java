package io.tinyclip.inherit;

import io.tinyclip.mask.MaskGroup;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which units come before others of their group: those with the higher score, of equals those with the higher tie-breaker,
 * and of equals again the first.
 *
 * @param scores at the units' masks
 * @param ties the same
 */
record Ranking(double[] scores, double[] ties) implements Selection {
    /** By scores alone. */
    Ranking(double[] scores) {
        this(scores, scores);
    }

    /** All alike: the first come first. */
    static Ranking first(int size) {
        return new Ranking(new double[size]);
    }

    @Override
    public int[] best(MaskGroup group, int[] among, int count) {
        return IntStream.range(0, among.length)
                .boxed()
                .sorted(Comparator.comparing(place -> group.from() + among[place], order()))
                .limit(count)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    /** The masks of a group, the best first. */
    int[] ranked(MaskGroup group) {
        return IntStream.range(group.from(), group.end())
                .boxed()
                .sorted(order())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private Comparator<Integer> order() {
        return Comparator.<Integer>comparingDouble(mask -> -scores[mask])
                .thenComparingDouble(mask -> -ties[mask])
                .thenComparing(Comparator.naturalOrder());
    }
}
