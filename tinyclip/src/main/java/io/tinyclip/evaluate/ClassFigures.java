package io.tinyclip.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The figures of a classification, from the places that the right classes have, as CLIP_benchmark computes them. */
final class ClassFigures {
    private static final int DEEP = 5;

    private ClassFigures() {}

    /**
     * Shares of the pictures, 0..1: {@code acc1} and {@code acc5} for which the right class is the first and among the first
     * five (the latter not a number with less than five classes), {@code mean_per_class_recall} the first of them class by
     * class, averaged over the classes that occur.
     *
     * @param prefix in front of the names
     * @param ranks how many classes come before the right one
     * @param labels the right ones, each below {@code classes}
     */
    static Map<String, Double> of(String prefix, int[] ranks, int[] labels, int classes) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(prefix + "acc1", share(ranks, 1));
        figures.put(prefix + "acc5", classes < DEEP ? Double.NaN : share(ranks, DEEP));
        figures.put(prefix + "mean_per_class_recall", meanOverClasses(ranks, labels, classes));
        return figures;
    }

    /** Names of those that apply where there are so many classes. */
    static Set<String> names(int classes) {
        return of("", new int[1], new int[1], classes).entrySet().stream()
                .filter(figure -> !figure.getValue().isNaN())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * How many classes come before the right one: those that score higher, and those of lower labels that score the same, as
     * by argmax. A score that is no number comes before all, and is never right.
     */
    static int rank(float[] scores, int label) {
        float wanted = scores[label];
        if (Float.isNaN(wanted)) {
            return scores.length;
        }
        int rank = 0;
        for (int i = 0; i < scores.length; i++) {
            rank += !(scores[i] <= wanted) || (scores[i] == wanted && i < label) ? 1 : 0;
        }
        return rank;
    }

    private static double share(int[] ranks, int depth) {
        return Arrays.stream(ranks).filter(rank -> rank < depth).count() / (double) ranks.length;
    }

    private static double meanOverClasses(int[] ranks, int[] labels, int classes) {
        int[] asked = new int[classes];
        int[] right = new int[classes];
        for (int i = 0; i < ranks.length; i++) {
            asked[labels[i]]++;
            right[labels[i]] += ranks[i] == 0 ? 1 : 0;
        }
        return IntStream.range(0, classes)
                .filter(label -> asked[label] > 0)
                .mapToDouble(label -> right[label] / (double) asked[label])
                .average()
                .orElseThrow();
    }
}
