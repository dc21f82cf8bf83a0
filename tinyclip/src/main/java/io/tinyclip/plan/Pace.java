package io.tinyclip.plan;

/**
 * How the weights' rate goes along a run's stages, in shares of its peak.
 *
 * @param warmupSteps linear warm-up of a stage that learns no masks
 * @param inheritWarmup share of an inherit phase over which the rate rises from 0 to its peak, above 0 and at most 1
 * @param inheritRate share of the peak that is the rate's own until a stage cools: in inherit phases, and where stages do not cool;
 *     above 0 and at most 1
 * @param cooling share of a stage's steps after the warm-up and without masks over which the rate falls to 0, 0 to 1; it stays
 *     at its peak before. A stage after one with 0 goes on at the peak, without a warm-up
 */
public record Pace(int warmupSteps, double inheritWarmup, double inheritRate, double cooling) {
    public Pace {
        requireShareOrNone("cooling", cooling);
        requireShare("inheritWarmup", inheritWarmup);
        requireShare("inheritRate", inheritRate);
    }

    private static void requireShare(String name, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " [" + share + "] must be above 0 and at most 1");
        }
    }

    static void requireShareOrNone(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " [" + share + "] must be from 0 to 1");
        }
    }
}
