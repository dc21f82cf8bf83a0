package io.tinyclip.inherit;

import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.MaskGroup;
import java.util.Arrays;
import java.util.stream.IntStream;

/** One group of units while a cut settles how many of them stay: always the strongest. */
final class CutGroup {
    private static final double CLOSED = HardConcrete.openProbability(-HardConcrete.BOUND);
    private static final double OPEN = HardConcrete.openProbability(HardConcrete.BOUND);

    private final int[] ranked;
    private final float[] scores;
    private final int roundTo;
    private final int smallest;
    private int size;

    private CutGroup(int[] ranked, float[] scores, int roundTo, int smallest) {
        this.ranked = ranked;
        this.scores = scores;
        this.roundTo = roundTo;
        this.smallest = Math.min(smallest, ranked.length);
    }

    /**
     * The group at its expected size.
     *
     * @param roundTo sizes are multiples of this, or the whole group
     * @param smallest units that stay at least, as far as there are so many
     */
    static CutGroup of(float[] maskSegment, MaskGroup masks, int roundTo, int smallest) {
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
        CutGroup group = new CutGroup(ranked, scores, roundTo, smallest);
        group.size = group.nearest(expected);
        return group;
    }

    int size() {
        return size;
    }

    void resize(int newSize) {
        size = newSize;
    }

    /** Share of the group that stays, for choosing among equal scores. */
    double share() {
        return (double) size / ranked.length;
    }

    boolean canShrink() {
        return size > smallest && smaller() >= smallest;
    }

    boolean canGrow() {
        return size < ranked.length;
    }

    /** The next smaller size. */
    int smaller() {
        return (size - 1) / roundTo * roundTo;
    }

    /** The next larger size. */
    int larger() {
        return Math.min(ranked.length, (size / roundTo + 1) * roundTo);
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
        int below = (int) (expected / roundTo) * roundTo;
        int above = Math.min(ranked.length, below + roundTo);
        int nearest = expected - below < above - expected ? below : above;
        return Math.max(smallest, nearest);
    }

    /** The open probability, rescaled so that the bounds of logAlpha count 0 and 1: saturated groups lose nothing. */
    private static double keptProbability(float logAlpha) {
        double open = HardConcrete.openProbability(HardConcrete.clamp(logAlpha));
        return (open - CLOSED) / (OPEN - CLOSED);
    }
}
