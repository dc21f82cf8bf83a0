package io.tinyclip.inherit;

import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Units by what the loss loses with them. Gradients would not tell: where student and teacher are one, the affinity loss has
 * its minimum, and all of them are zero. So units are silenced in earnest: one at a time where a group has few, and else
 * in at most {@link #MOST_SETS} sets of neighbours by magnitude, each of whose units counts for its share of the set.
 */
final class Importance {
    /** Sets of a layer's heads or neurons, or of a tower's width. Heads are always alone. */
    static final int MOST_SETS = 64;

    private final List<int[]> sets = new ArrayList<>();
    private final MaskIndex index;

    private Importance(MaskIndex index) {
        this.index = index;
    }

    /** @param magnitude puts alike units into a set */
    static Importance of(MaskIndex index, Ranking magnitude) {
        Importance importance = new Importance(index);
        index.groups().forEach(group -> importance.divide(group, magnitude));
        return importance;
    }

    private void divide(MaskGroup group, Ranking magnitude) {
        int count = Math.min(MOST_SETS, group.size());
        int[] ranked = magnitude.ranked(group);
        for (int set = 0; set < count; set++) {
            int from = (int) ((long) set * ranked.length / count);
            int to = (int) ((long) (set + 1) * ranked.length / count);
            sets.add(Arrays.copyOfRange(ranked, from, to));
        }
    }

    /** What is to be silenced together, as indices into the mask segment. */
    List<int[]> sets() {
        return List.copyOf(sets);
    }

    /**
     * Each unit's share of what was measured.
     *
     * @param losses of {@link #sets}
     * @return at the units' masks
     */
    double[] scores(double[] losses) {
        double[] scores = new double[index.size()];
        for (int set = 0; set < losses.length; set++) {
            int[] units = sets.get(set);
            for (int unit : units) {
                scores[unit] = losses[set] / units.length;
            }
        }
        return scores;
    }
}
