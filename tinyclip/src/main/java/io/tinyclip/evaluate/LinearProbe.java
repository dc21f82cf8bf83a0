package io.tinyclip.evaluate;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.data.labelled.LabelledPictures;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * How well a model's embeddings of pictures tell classes that a linear classifier learns: logistic regression with an L2
 * penalty, fitted to the pictures of one split and judged on those of another. The penalty is the one with which a part of the
 * first split, put aside, is told best; of equally good ones the strongest. Then all of the split is fitted with it.
 */
public final class LinearProbe implements JudgedTask {
    /** Of the pictures of a class, one in so many is put aside. */
    private static final int PUT_ASIDE = 5;

    private static final int LEAST_CLASSES = 2;
    /** Classes below the largest label have weights, whether they occur or not. */
    private static final int MOST_CLASSES = 1 << 16;

    private final LabelledPictures train;
    private final LabelledPictures test;
    private final int classes;
    private final Consumer<String> heard;

    /**
     * @param train what the classifier is fitted to
     * @param test what it is judged on
     * @param heard gets a line for each penalty that was tried
     * @throws InvalidInputException if a split is empty, a label is too large, or all that is learned from is of one class
     */
    public LinearProbe(LabelledPictures train, LabelledPictures test, Consumer<String> heard) {
        this.train = train;
        this.test = test;
        this.heard = heard;
        if (train.size() == 0 || test.size() == 0) {
            throw new InvalidInputException("pictures [" + train.size() + "] to learn from and [" + test.size()
                    + "] to be judged on must be at least 1 each; check the path");
        }
        requireClasses(IntStream.range(0, train.size()).map(train::label), "");
        this.classes = 1 + Math.max(largest(train), largest(test));
    }

    private static void requireClasses(IntStream labels, String which) {
        long learned = labels.distinct().count();
        if (learned < LEAST_CLASSES) {
            throw new InvalidInputException("classes [" + learned + "]" + which + " to learn from must be at least "
                    + LEAST_CLASSES + "; check the path");
        }
    }

    private static int largest(LabelledPictures pictures) {
        int largest = 0;
        for (int i = 0; i < pictures.size(); i++) {
            largest = Math.max(largest, pictures.label(i));
            if (largest >= MOST_CLASSES) {
                throw new InvalidInputException("picture [" + pictures.name(i).key() + "] is of class [" + largest
                        + "], which must be below " + MOST_CLASSES + "; number the classes from 0");
            }
        }
        return largest;
    }

    /** Those of both splits. */
    @Override
    public int pictures() {
        return Math.addExact(train.size(), test.size());
    }

    @Override
    public RgbImage picture(int index, Preprocessing preprocessing) {
        return index < train.size()
                ? train.picture(index, preprocessing)
                : test.picture(index - train.size(), preprocessing);
    }

    @Override
    public SampleLabel name(int index) {
        return index < train.size() ? train.name(index) : test.name(index - train.size());
    }

    /** None. */
    @Override
    public List<String> texts() {
        return List.of();
    }

    @Override
    public String contentHash() {
        return new ContentHash("tinyclip linear probe 1")
                .add(train.contentHash())
                .add(test.contentHash())
                .hex();
    }

    /**
     * {@code lp_acc1}, {@code lp_acc5} and {@code lp_mean_per_class_recall} of {@link ClassFigures}, and {@code lp_penalty}, the
     * weight of half the squared length of a class's weights beside the sum of the losses.
     */
    @Override
    public Map<String, Double> figures(TaskEmbeddings embeddings) {
        int width = embeddings.width();
        int[] pictures = embeddings.pictures();
        int split = (int) Arrays.stream(pictures).filter(i -> i < train.size()).count();
        int[] labels = Arrays.stream(pictures)
                .map(i -> i < train.size() ? train.label(i) : test.label(i - train.size()))
                .toArray();
        LogisticRegression.Rows learned = new LogisticRegression.Rows(
                Arrays.copyOf(embeddings.images(), split * width), Arrays.copyOf(labels, split), width);
        LogisticRegression.Rows asked = new LogisticRegression.Rows(
                Arrays.copyOfRange(embeddings.images(), split * width, pictures.length * width),
                Arrays.copyOfRange(labels, split, labels.length),
                width);
        if (asked.labels().length == 0) {
            throw new InvalidInputException("none of the [" + test.size() + "] pictures to be judged on can be used");
        }
        requireClasses(Arrays.stream(learned.labels()), " whose pictures can be used");
        double penalty = PenaltySearch.best(learned, PUT_ASIDE, classes, heard);
        // Only now: the search has had features of its own.
        int[] ranks = new LogisticRegression(learned, classes).fit(penalty).ranks(asked);
        Map<String, Double> figures = new LinkedHashMap<>(ClassFigures.of("lp_", ranks, asked.labels(), classes));
        figures.put("lp_penalty", penalty);
        return figures;
    }

    /** Bytes of Java's heap that fitting so many pictures takes. */
    public static long heapBytes(long pictures, int width) {
        return LogisticRegression.heapBytes(pictures, width);
    }
}
