package io.tinyclip.report;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One model, or the baseline, in the table.
 *
 * @param size of the model; empty for what is no model
 * @param metrics shares in 0..1 by name, such as {@code r@1}
 * @param pairsPerSecond of the model alone; empty where it was not measured
 * @param speedUp over the first row's model; empty where it was not measured
 */
public record ResultRow(
        String name,
        Optional<Size> size,
        Map<String, Double> metrics,
        OptionalDouble pairsPerSecond,
        Optional<SpeedUp> speedUp) {
    /** What the first metric of every table is called: recall at 1 from image to text. */
    public static final String FIRST_METRIC = "r@1";

    public ResultRow {
        metrics = Map.copyOf(metrics);
    }

    /**
     * A model's size.
     *
     * @param image parameters of the image tower
     * @param text parameters of the text tower without the token embedding
     * @param total all parameters, the token embedding and the logit scale too
     * @param padded the same with the zeros that Hugging Face's and OpenCLIP's formats need; empty where it is not known, or they
     *     can't hold the model
     * @param fileBytes of the file with its weights; empty where it is not known
     * @param macs multiply-accumulates of one image and one text
     */
    public record Size(long image, long text, long total, OptionalLong padded, OptionalLong fileBytes, long macs) {}

    /** A metric by name, where it was taken. */
    public OptionalDouble metric(String metric) {
        return metrics.containsKey(metric) ? OptionalDouble.of(metrics.get(metric)) : OptionalDouble.empty();
    }
}
