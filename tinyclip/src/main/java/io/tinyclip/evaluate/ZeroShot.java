package io.tinyclip.evaluate;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.data.labelled.LabelledPictures;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Zero-shot classification as CLIP (Radford et al. 2021) does it: a class is the mean, brought to unit length, of the embeddings
 * of its sentences, and a picture belongs to the class that is most similar. Of classes that are equally similar the one with
 * the lowest label is taken, as by argmax.
 */
public final class ZeroShot implements JudgedTask {
    private final LabelledPictures pictures;
    private final ClassPrompts prompts;
    private final Texts texts = new Texts();
    /** Numbers of each class's sentences, one class behind the other. */
    private final int[] sentences;

    /** @throws InvalidInputException if there is no picture, or one of a class that has no name */
    public ZeroShot(LabelledPictures pictures, ClassPrompts prompts) {
        this.pictures = pictures;
        this.prompts = prompts;
        int classes = prompts.names().size();
        if (pictures.size() == 0) {
            throw new InvalidInputException("pictures [0] must be at least 1; check the path");
        }
        for (int i = 0; i < pictures.size(); i++) {
            int label = pictures.label(i);
            if (label < 0 || label >= classes) {
                throw new InvalidInputException("picture [" + pictures.name(i).key() + "] is of class [" + label
                        + "], and names are given for 0 to " + (classes - 1) + "; correct the file of names");
            }
        }
        int each = prompts.templates().size();
        sentences = new int[Math.multiplyExact(classes, each)];
        for (int label = 0; label < classes; label++) {
            List<String> own = prompts.of(label);
            for (int i = 0; i < each; i++) {
                sentences[label * each + i] = texts.number(own.get(i));
            }
        }
    }

    @Override
    public int pictures() {
        return pictures.size();
    }

    @Override
    public RgbImage picture(int index, Preprocessing preprocessing) {
        return pictures.picture(index, preprocessing);
    }

    @Override
    public SampleLabel name(int index) {
        return pictures.name(index);
    }

    @Override
    public List<String> texts() {
        return texts.all();
    }

    /** {@code acc1}, {@code acc5} and {@code mean_per_class_recall} of {@link ClassFigures}. */
    @Override
    public Map<String, Double> figures(TaskEmbeddings embeddings) {
        int width = embeddings.width();
        int classes = prompts.names().size();
        int each = prompts.templates().size();
        float[] weights = new float[classes * width];
        for (int label = 0; label < classes; label++) {
            int[] own = Arrays.copyOfRange(sentences, label * each, (label + 1) * each);
            System.arraycopy(mean(embeddings.texts(), own, width), 0, weights, label * width, width);
        }
        int[] labels = Arrays.stream(embeddings.pictures()).map(pictures::label).toArray();
        int[] ranks = new int[labels.length];
        new Products(weights, classes, width)
                .forEachRow(embeddings.images(), (row, scores) -> ranks[row] = ClassFigures.rank(scores, labels[row]));
        return ClassFigures.of("", ranks, labels, classes);
    }

    /** Names of the figures that apply. */
    public Set<String> figureNames() {
        return ClassFigures.names(prompts.names().size());
    }

    @Override
    public String contentHash() {
        ContentHash hash = new ContentHash("tinyclip zero-shot 1").add(pictures.contentHash());
        hash.add(prompts.names().size());
        prompts.names().forEach(hash::add);
        prompts.templates().forEach(hash::add);
        return hash.hex();
    }

    /** Of some of the rows (rows, width), at unit length. */
    private static float[] mean(float[] rows, int[] some, int width) {
        double squares = 0;
        double[] sum = new double[width];
        for (int c = 0; c < width; c++) {
            for (int row : some) {
                sum[c] += rows[row * width + c];
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
