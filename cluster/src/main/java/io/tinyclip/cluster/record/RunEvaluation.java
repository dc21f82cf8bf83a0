package io.tinyclip.cluster.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was judged while a run trained, and is not in its stages.
 *
 * @param sets SHA-256 of the content of each set, by its name
 * @param teacher its figures; empty before it was judged
 * @param best the best student of each stage, in their order, by the figure that the settings name
 * @param judgements students and teacher together
 * @param seconds that training paused for them
 * @param notJudged for each set that lacks figures why, as it was last
 */
public record RunEvaluation(
        Map<String, String> sets,
        Map<String, Double> teacher,
        List<Best> best,
        int judgements,
        double seconds,
        Map<String, String> notJudged) {
    /** Of a run that judges nothing. */
    static final RunEvaluation NONE = new RunEvaluation(Map.of(), Map.of(), List.of(), 0, 0, Map.of());

    /**
     * A student that was better than all others of its stage.
     *
     * @param step the last one of the stage's phase that it has learned from
     * @param figure by which it is known
     * @param model name of its folder
     */
    public record Best(int stage, int step, String figure, double value, String model) {}

    public RunEvaluation {
        sets = new TreeMap<>(sets);
        teacher = new TreeMap<>(teacher);
        best = List.copyOf(best);
        notJudged = new TreeMap<>(notJudged);
    }

    /** The best student of a stage so far, by this figure. */
    public Optional<Best> best(int stage, String figure) {
        return best.stream()
                .filter(it -> it.stage == stage && it.figure.equals(figure))
                .findFirst();
    }

    public RunEvaluation with(Map<String, String> known) {
        return new RunEvaluation(known, teacher, best, judgements, seconds, notJudged);
    }

    public RunEvaluation withTeacher(Map<String, Double> figures) {
        return new RunEvaluation(sets, figures, best, judgements, seconds, notJudged);
    }

    /** In the place of an earlier one of its stage, or of the same folder, or a later stage. */
    public RunEvaluation with(Best student) {
        List<Best> all = new ArrayList<>(best.stream()
                .filter(it -> it.stage < student.stage && !it.model.equals(student.model))
                .toList());
        all.add(student);
        return new RunEvaluation(sets, teacher, all, judgements, seconds, notJudged);
    }

    /** Once more something was judged. @param missing sets without figures, and why */
    public RunEvaluation judged(double paused, Map<String, String> missing) {
        return new RunEvaluation(sets, teacher, best, judgements + 1, seconds + paused, missing);
    }

    RunEvaluation withoutStages() {
        return new RunEvaluation(sets, teacher, List.of(), judgements, seconds, notJudged);
    }
}
