package io.tinyclip.cluster.record;

import java.util.Map;

/** Recall at 1 of a student on icons that training never saw, the mean of both directions, in percent. */
enum Recall {
    /** A picture's name among all names: what a picture shows, as in zero-shot classification. */
    NAMES("names", "name."),
    /** A picture's caption among a thousand, colours included. */
    CAPTIONS("captions", "");

    private static final double PERCENT = 100;

    private final String word;
    private final String prefix;

    Recall(String word, String prefix) {
        this.word = word;
        this.prefix = prefix;
    }

    String word() {
        return word;
    }

    double of(ModelFigures model) {
        return of(model.metrics());
    }

    /** @param metrics shares by name */
    double of(Map<String, Double> metrics) {
        return PERCENT * (metrics.get(prefix + "r@1") + metrics.get(prefix + "t2i.r@1")) / 2;
    }
}
