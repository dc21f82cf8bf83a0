package io.tinyclip.inherit;

import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.MaskGroup;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/** One group of units while a cut settles how many of them stay: always the strongest. */
final class CutGroup {
    private static final double CLOSED = HardConcrete.openProbability(-HardConcrete.BOUND);
    private static final double OPEN = HardConcrete.openProbability(HardConcrete.BOUND);

    private final int[] ranked;
    private final float[] scores;
    private final Sizes sizes;
    private int size;

    /**
     * The sizes that a group may have.
     *
     * @param roundTo sizes are multiples of this, or the whole group
     * @param smallest units that stay at least
     * @param largest units that may stay as other groups are now; never below {@code smallest}
     */
    record Sizes(int roundTo, int smallest, IntSupplier largest) {
        /** Up to the whole group. */
        static Sizes multiples(int roundTo, int smallest) {
            return new Sizes(roundTo, smallest, () -> Integer.MAX_VALUE);
        }
    }

    private CutGroup(int[] ranked, float[] scores, Sizes sizes) {
        this.ranked = ranked;
        this.scores = scores;
        this.sizes = sizes;
    }

    /** The group at its expected size. */
    static CutGroup of(float[] maskSegment, MaskGroup masks, Sizes sizes) {
        int[] ranked = IntStream.range(0, masks.size())
                .boxed()
                .sorted((a, b) -> {
                    int byScore = Float.compare(maskSegment[masks.from() + b], maskSegment[masks.from() + a]);
                    return byScore != 0 ? byScore : Integer.compare(a, b);
                })
                .mapToInt(Integer::intValue)
                .toArray();
        float[] scores = new float[ranked.length];
        double expected = 0;
        for (int i = 0; i < ranked.length; i++) {
            scores[i] = maskSegment[masks.from() + ranked[i]];
            expected += keptProbability(scores[i]);
        }
        CutGroup group = new CutGroup(ranked, scores, sizes);
        group.size = group.nearest(expected);
        return group;
    }

    /**
     * A group whose step takes a unit from each of several groups, of each its weakest. At every rank it scores as the mean over
     * the groups; what a group does not have counts as closed. It begins whole.
     */
    static CutGroup together(List<CutGroup> groups, Sizes sizes) {
        int most = groups.stream().mapToInt(group -> group.scores.length).max().orElse(0);
        float[] means = new float[most];
        for (int i = 0; i < most; i++) {
            int rank = i;
            means[i] = (float) groups.stream()
                    .mapToDouble(group -> group.scoreAt(rank))
                    .average()
                    .orElseThrow();
        }
        CutGroup group = new CutGroup(IntStream.range(0, most).toArray(), means, sizes);
        group.size = most;
        return group;
    }

    private float scoreAt(int rank) {
        return rank < scores.length ? HardConcrete.clamp(scores[rank]) : -HardConcrete.BOUND;
    }

    int size() {
        return size;
    }

    void resize(int newSize) {
        size = newSize;
    }

    /** As many units as there are, at the most so many. */
    void resizeTo(int most) {
        size = Math.min(ranked.length, most);
    }

    /** Share of the group that stays, for choosing among equal scores. */
    double share() {
        return (double) size / ranked.length;
    }

    boolean canShrink() {
        return size > sizes.smallest && smaller() >= sizes.smallest;
    }

    boolean canGrow() {
        return size < largest();
    }

    /** The next smaller size. */
    int smaller() {
        return (size - 1) / sizes.roundTo * sizes.roundTo;
    }

    /** The next larger size. */
    int larger() {
        return Math.min(largest(), (size / sizes.roundTo + 1) * sizes.roundTo);
    }

    /** Score of the units that the next step down takes away, judged by the strongest of them. */
    float scoreBelow() {
        return scores[smaller()];
    }

    /** Score of the units that the next step up brings back, judged by the strongest of them. */
    float scoreAbove() {
        return scores[size];
    }

    /** Indices of the units that stay, ascending. */
    int[] kept() {
        int[] kept = Arrays.copyOf(ranked, size);
        Arrays.sort(kept);
        return kept;
    }

    private int nearest(double expected) {
        int below = (int) (expected / sizes.roundTo) * sizes.roundTo;
        int above = Math.min(ranked.length, below + sizes.roundTo);
        int nearest = expected - below < above - expected ? below : above;
        return Math.max(sizes.smallest, Math.min(largest(), nearest));
    }

    private int largest() {
        return Math.min(ranked.length, sizes.largest.getAsInt());
    }

    /** The open probability, rescaled so that the bounds of logAlpha count 0 and 1: saturated groups lose nothing. */
    private static double keptProbability(float logAlpha) {
        double open = HardConcrete.openProbability(HardConcrete.clamp(logAlpha));
        return (open - CLOSED) / (OPEN - CLOSED);
    }
}
