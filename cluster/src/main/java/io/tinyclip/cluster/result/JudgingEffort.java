package io.tinyclip.cluster.result;

/**
 * How much is embedded to tell how fast a model is, by the bounds of {@link ModelSpeed}.
 *
 * @param own pairs that the model embeds
 * @param reference pairs that the one embeds with which it is compared
 */
public record JudgingEffort(double own, double reference) {
    /**
     * Of a model alone.
     *
     * @param pairs for evaluation
     * @param seconds that a pair takes
     */
    public static JudgingEffort alone(int pairs, double seconds) {
        double few = Math.min(ModelSpeed.PAIRS, pairs);
        double enough = Math.ceil(ModelSpeed.enoughSeconds() / (few * seconds));
        return new JudgingEffort(few * Math.min(ModelSpeed.ROUNDS + 1, Math.max(1, enough)), 0);
    }

    /**
     * Of one that is compared with another, too.
     *
     * @param seconds that a pair takes
     */
    public static JudgingEffort compared(int pairs, double seconds) {
        double few = Math.min(ModelSpeed.PAIRS, pairs);
        double share = ModelSpeed.TURN / (few * seconds);
        double times = Math.min(ModelSpeed.MOST_TIMES, Math.max(1, Math.rint(share)));
        double some = Math.min(few, Math.max(ModelSpeed.LEAST_PAIRS, ModelSpeed.PAIRS * share));
        double turns = ModelSpeed.TURNS * times * some;
        return new JudgingEffort(alone(pairs, seconds).own + few + turns, turns);
    }
}
