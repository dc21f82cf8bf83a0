package io.tinyclip.calibrate;

import io.tinyclip.inherit.TowerSizes;
import io.tinyclip.model.LayerShape;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** How many units a half may keep: sizes that are tried, and those between them, whose error is read off. */
final class UnitSizes {
    /** Heads are tried one by one up to so many, otherwise in so many steps. */
    private static final int HEAD_STEPS = 8;

    /** Of neurons, as shares of 64: finer where few are left. */
    private static final int[] NEURON_SHARES = {48, 32, 24, 16, 12, 8, 6, 4, 2, 1, 0};

    private static final int SHARES = 64;
    private static final int BETWEEN = 4;

    private UnitSizes() {}

    /** Sizes to try, descending, without the whole half; none where all must stay. */
    static List<Integer> tried(Half half, TowerSizes allowed) {
        TreeSet<Integer> sizes = new TreeSet<>();
        if (half.heads()) {
            int least = allowed.leastHeads(new LayerShape(half.units(), 0));
            int step = (half.units() + HEAD_STEPS - 1) / HEAD_STEPS;
            for (int heads = Math.min(half.units() - 1, most(half, allowed)); heads >= least; heads -= step) {
                sizes.add(heads);
            }
            sizes.add(least);
        } else {
            for (int share : NEURON_SHARES) {
                sizes.add(rounded(
                        (double) half.units() * share / SHARES, allowed.plan().roundTo()));
            }
        }
        // Rounded, a few neurons may become more than there are.
        sizes.removeIf(size -> size >= half.units());
        return List.copyOf(sizes.descendingSet());
    }

    /** Units that the half may keep: in formats with uniform layers no layer has more heads than the width has room for. */
    static int most(Half half, TowerSizes allowed) {
        return half.heads() ? Math.min(half.units(), allowed.mostHeads(half.outputs())) : half.units();
    }

    /** Sizes strictly between two that were tried, descending. */
    static List<Integer> between(Half half, int larger, int smaller, TowerSizes allowed) {
        TreeSet<Integer> sizes = new TreeSet<>();
        if (half.heads()) {
            for (int heads = smaller + 1; heads < larger; heads++) {
                sizes.add(heads);
            }
        } else {
            for (int i = 1; i < BETWEEN; i++) {
                sizes.add(rounded(
                        smaller + (double) (larger - smaller) * i / BETWEEN,
                        allowed.plan().roundTo()));
            }
        }
        sizes.removeIf(size -> size <= smaller || size >= larger);
        return new ArrayList<>(sizes.descendingSet());
    }

    private static int rounded(double size, int roundTo) {
        return (int) (Math.rint(size / roundTo) * roundTo);
    }
}
