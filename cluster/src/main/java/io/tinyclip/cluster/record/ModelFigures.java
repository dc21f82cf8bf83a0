package io.tinyclip.cluster.record;

import io.tinyclip.model.Counts;
import io.tinyclip.report.SpeedUp;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A model's figures.
 *
 * @param keep share of the teacher's budget
 * @param padded the parameters with the zeros that formats with uniform layers need; empty where these can't hold the model, or
 *     it was not taken
 * @param fileBytes of the file with its weights in the run's folder; empty where it has none there, or it was not taken
 * @param macs multiply-accumulates of one image and one text
 * @param metrics shares in 0..1 by name, such as {@code r@1}
 * @param pairsPerSecond of the model alone; empty where it was not measured
 * @param speedUp over the teacher; empty where it was not measured
 */
public record ModelFigures(
        double keep,
        Parameters params,
        Optional<Parameters> padded,
        OptionalLong fileBytes,
        long macs,
        Map<String, Double> metrics,
        OptionalDouble pairsPerSecond,
        Optional<SpeedUp> speedUp) {
    public ModelFigures {
        metrics = new TreeMap<>(metrics);
    }

    /** With further metrics; those that are there stay. */
    public ModelFigures and(Map<String, Double> more) {
        Map<String, Double> all = new TreeMap<>(more);
        all.putAll(metrics);
        return new ModelFigures(keep, params, padded, fileBytes, macs, all, pairsPerSecond, speedUp);
    }

    /** With the size of its file. */
    public ModelFigures inFileOf(long bytes) {
        return new ModelFigures(keep, params, padded, OptionalLong.of(bytes), macs, metrics, pairsPerSecond, speedUp);
    }

    /** Of a model that is compared with none, and of which no more is known. */
    public ModelFigures(
            double keep, Parameters params, long macs, Map<String, Double> metrics, OptionalDouble pairsPerSecond) {
        this(keep, params, Optional.empty(), OptionalLong.empty(), macs, metrics, pairsPerSecond, Optional.empty());
    }

    /**
     * Counts of one model's parameters.
     *
     * @param image of the image tower, projection included
     * @param text of the text tower, projection included, without the token embedding
     * @param tokenEmbedding of the full token table
     */
    public record Parameters(long image, long text, long tokenEmbedding) {
        /** Those of a model. */
        public static Parameters of(Counts counts) {
            return new Parameters(counts.image(), counts.text(), counts.tokenEmbedding());
        }

        /** All of them, the logit scale too. */
        public long total() {
            return image + text + tokenEmbedding + 1;
        }
    }
}
