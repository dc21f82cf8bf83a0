package io.tinyclip.cluster.judge;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one model made of one set.
 *
 * @param metrics by CLIP_benchmark's names, shares in 0..1; one that does not apply is not a number
 * @param pictures that were judged
 * @param badSamples pictures that could not be used
 */
public record Judgement(Question question, Map<String, Double> metrics, long pictures, long badSamples) {
    /**
     * What was asked.
     *
     * @param dataset as the user named it
     * @param model as the user named it
     * @param weights the beginning of the SHA-256 over the model
     * @param task by CLIP_benchmark's name
     * @param key SHA-256 over all that decides the answer
     */
    public record Question(String dataset, String model, String weights, String task, String split, String key) {
        /** Whether a later answer takes the place of this one's. */
        boolean isOfTheSame(Question other) {
            return dataset.equals(other.dataset)
                    && model.equals(other.model)
                    && task.equals(other.task)
                    && split.equals(other.split);
        }
    }

    public Judgement {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
}
