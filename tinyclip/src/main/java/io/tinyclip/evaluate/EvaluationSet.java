package io.tinyclip.evaluate;

import io.tinyclip.step.BadSample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** What models are judged on. */
public interface EvaluationSet {
    List<RetrievalTask> tasks();

    /** SHA-256, in hex, of the content that decides the tasks; empty where the name of the set says it. */
    default Optional<String> contentHash() {
        return Optional.empty();
    }

    /** The set that {@code maker} makes, once, when it is first asked for anything. */
    static EvaluationSet whenAsked(Supplier<EvaluationSet> maker) {
        return new AskedEvaluation(maker);
    }

    /**
     * Figures, named as those of a model, of a method that learns nothing; empty where there is none. May take seconds.
     */
    Map<String, Double> baseline();

    /** Pairs that no figure counts, since their pictures cannot be used. */
    default List<BadSample> leftOut() {
        return List.of();
    }

    /** The figures of all tasks, in their order. */
    default Map<String, Double> metrics(Embedder embedder) {
        return metrics(embedder, more -> {});
    }

    /**
     * The same, told as it comes along.
     *
     * @param done gets how many more of all {@link #inputs} are embedded
     */
    default Map<String, Double> metrics(Embedder embedder, IntConsumer done) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        tasks().forEach(task -> metrics.putAll(Retrieval.metrics(embedder, task, done)));
        return metrics;
    }

    /** Pictures and texts of all tasks together. */
    default long inputs() {
        return tasks().stream()
                .mapToLong(task -> (long) task.images().size() + task.texts().size())
                .sum();
    }
}
