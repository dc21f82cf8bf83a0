package io.tinyclip.evaluate;

import io.tinyclip.data.labelled.LabelledPictures;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Zero-shot classification as CLIP (Radford et al. 2021) does it: a class is the mean, brought to unit length, of the embeddings
 * of its sentences, and a picture belongs to the class that is most similar. Of classes that are equally similar the one with
 * the lowest label is taken, as by argmax.
 */
public final class ZeroShot {
    private static final int BATCH = 256;
    private static final int DEEP = 5;

    private final Embedder embedder;
    private final int classes;
    /** Over (classes, E), rows of unit length. */
    private final Products similarity;

    private ZeroShot(Embedder embedder, int classes, Products similarity) {
        this.embedder = embedder;
        this.classes = classes;
        this.similarity = similarity;
    }

    /** Embeds the classes' sentences. */
    public static ZeroShot of(Embedder embedder, ClassPrompts prompts) {
        int width = embedder.embedding();
        int classes = prompts.names().size();
        float[] weights = new float[classes * width];
        int together = Math.max(1, BATCH / prompts.templates().size());
        for (int from = 0; from < classes; from += together) {
            int to = Math.min(classes, from + together);
            List<String> texts = IntStream.range(from, to)
                    .boxed()
                    .flatMap(label -> prompts.of(label).stream())
                    .toList();
            float[] rows = embedder.texts(texts);
            int each = prompts.templates().size();
            for (int label = from; label < to; label++) {
                System.arraycopy(mean(rows, (label - from) * each, each, width), 0, weights, label * width, width);
            }
        }
        return new ZeroShot(embedder, classes, new Products(weights, classes, width));
    }

    /**
     * Shares of a set's pictures, 0..1: {@code acc1} and {@code acc5} for which the right class is the most similar and among
     * the five most similar (the latter with five classes or more), {@code mean_per_class_recall} the first of them class by
     * class, averaged over the classes that occur.
     *
     * @param done hears of pictures that were looked at since it was last called
     * @throws InvalidInputException if there is no picture, or one of a class that has no name
     */
    public Map<String, Double> metrics(LabelledPictures pictures, LongConsumer done) {
        if (pictures.size() == 0) {
            throw new InvalidInputException("pictures [0] must be at least 1; check the path");
        }
        requireNames(pictures);
        int[] ranks = new int[pictures.size()];
        for (int from = 0; from < pictures.size(); from += BATCH) {
            int to = Math.min(pictures.size(), from + BATCH);
            rank(pictures, from, to, ranks);
            done.accept(to - from);
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("acc1", share(ranks, 1));
        if (classes >= DEEP) {
            metrics.put("acc5", share(ranks, DEEP));
        }
        metrics.put("mean_per_class_recall", meanOverClasses(pictures, ranks));
        return metrics;
    }

    private void rank(LabelledPictures pictures, int from, int to, int[] ranks) {
        RgbImage[] images = new RgbImage[to - from];
        IntStream.range(from, to)
                .parallel()
                .forEach(i -> images[i - from] = pictures.picture(i, embedder.preprocessing()));
        float[] rows = embedder.images(List.of(images));
        similarity.forEachRow(rows, (row, scores) -> ranks[from + row] = rank(scores, pictures.label(from + row)));
    }

    private void requireNames(LabelledPictures pictures) {
        for (int i = 0; i < pictures.size(); i++) {
            int label = pictures.label(i);
            if (label < 0 || label >= classes) {
                throw new InvalidInputException("picture [" + i + "] is of class [" + label
                        + "], and names are given for 0 to " + (classes - 1) + "; correct the file of names");
            }
        }
    }

    /** How many classes come before the right one. */
    static int rank(float[] scores, int label) {
        int rank = 0;
        for (int i = 0; i < scores.length; i++) {
            rank += scores[i] > scores[label] || (scores[i] == scores[label] && i < label) ? 1 : 0;
        }
        return Float.isNaN(scores[label]) ? scores.length : rank;
    }

    private static double share(int[] ranks, int depth) {
        return Arrays.stream(ranks).filter(rank -> rank < depth).count() / (double) ranks.length;
    }

    private double meanOverClasses(LabelledPictures pictures, int[] ranks) {
        int[] asked = new int[classes];
        int[] right = new int[classes];
        for (int i = 0; i < ranks.length; i++) {
            asked[pictures.label(i)]++;
            right[pictures.label(i)] += ranks[i] == 0 ? 1 : 0;
        }
        return IntStream.range(0, classes)
                .filter(label -> asked[label] > 0)
                .mapToDouble(label -> right[label] / (double) asked[label])
                .average()
                .orElseThrow();
    }

    /** Of some of the rows (rows, width), at unit length. */
    private static float[] mean(float[] rows, int first, int count, int width) {
        double squares = 0;
        double[] sum = new double[width];
        for (int c = 0; c < width; c++) {
            for (int i = first; i < first + count; i++) {
                sum[c] += rows[i * width + c];
            }
            squares += sum[c] * sum[c];
        }
        float[] mean = new float[width];
        for (int c = 0; c < width && squares > 0; c++) {
            mean[c] = (float) (sum[c] / Math.sqrt(squares));
        }
        return mean;
    }
}
