package io.tinyclip.cluster.settings;

import java.time.Duration;
import java.util.List;

/**
 * On what a run's students are judged while it trains.
 *
 * @param every steps from one judgement to the next; 0 for the ends of stages alone
 * @param sets of pictures with classes
 * @param pairs whether the pairs for evaluation are judged as often, too
 * @param best the figure by which the best student is known; empty for none
 * @param within how long a judgement may take
 */
public record EvaluationSettings(int every, List<Labelled> sets, boolean pairs, String best, Duration within) {
    /**
     * A set in CLIP_benchmark's layout, or a folder with a folder for each class.
     *
     * @param name in front of its figures
     * @param place path or address
     * @param samples most pictures; 0 for all
     */
    public record Labelled(String name, String place, String split, int samples) {}

    public EvaluationSettings {
        sets = List.copyOf(sets);
    }

    /** Whether anything is judged beside the pairs at the ends of stages. */
    public boolean asks() {
        return !sets.isEmpty() || pairs;
    }
}
