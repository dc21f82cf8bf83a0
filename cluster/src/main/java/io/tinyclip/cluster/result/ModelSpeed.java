package io.tinyclip.cluster.result;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.image.RgbImage;
import io.tinyclip.report.SpeedUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/** How fast a model alone embeds pairs on this machine; a figure for people, which no result depends on. */
final class ModelSpeed {
    static final int PAIRS = 256;
    static final int ROUNDS = 3;
    /** An odd number, with a round in the middle and one at each quartile. */
    static final int TURNS = 7;

    private static final Duration ENOUGH = Duration.ofSeconds(2);
    /** Seconds that a turn of the quicker one takes, about: of fewer pairs, or of all of them several times. */
    static final double TURN = 0.2;
    /** Enough for code that is as quick as this. */
    static final int MOST_TIMES = 16;
    /** What is embedded in one go fills the cores. */
    static final int LEAST_PAIRS = 16;

    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final Pairs pairs;
    private final LongSupplier nanos;

    /** For which one alone is measured. */
    static double enoughSeconds() {
        return ENOUGH.toNanos() / NANOS_PER_SECOND;
    }

    private record Pairs(List<RgbImage> images, List<String> texts) {
        /** About as many of each. */
        Pairs first(int count) {
            return new Pairs(
                    images.subList(0, Math.min(count, images.size())), texts.subList(0, Math.min(count, texts.size())));
        }
    }

    /** @param nanos the time, such as {@link System#nanoTime} */
    ModelSpeed(EvaluationSet evaluation, LongSupplier nanos) {
        RetrievalTask task = evaluation.tasks().get(0);
        this.pairs = new Pairs(task.images(), task.texts())
                .first(Math.min(PAIRS, task.images().size()));
        this.nanos = nanos;
    }

    /** Pairs a second of the fastest round; of the first one, where it is long enough to need no company. */
    double pairsPerSecond(Embedder embedder) {
        double fastest = Double.POSITIVE_INFINITY;
        long begun = nanos.getAsLong();
        // Models that are quick need warm code; of the others a round tells enough.
        for (int round = 0; round < ROUNDS + 1 && nanos.getAsLong() - begun < ENOUGH.toNanos(); round++) {
            fastest = Math.min(fastest, seconds(embedder, pairs, 1));
        }
        return pairs.texts.size() / fastest;
    }

    /**
     * Both take turns with the same pairs.
     *
     * @param embedder and {@code reference} are warm
     */
    SpeedUp speedUp(Embedder embedder, Embedder reference) {
        double share = TURN / seconds(embedder, pairs, 1);
        int times = (int) Math.min(MOST_TIMES, Math.max(1, Math.rint(share)));
        Pairs some = pairs.first((int) Math.min(PAIRS, Math.max(LEAST_PAIRS, PAIRS * share)));
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            double others = seconds(reference, some, times);
            ratios.add(others / seconds(embedder, some, times));
        }
        Collections.sort(ratios);
        return new SpeedUp(ratios.get(TURNS / 2), ratios.get(TURNS / 4), ratios.get(TURNS - 1 - TURNS / 4));
    }

    private double seconds(Embedder embedder, Pairs some, int times) {
        long before = nanos.getAsLong();
        for (int time = 0; time < times; time++) {
            embed(embedder, some.images, some.texts);
        }
        return Math.max(1, nanos.getAsLong() - before) / NANOS_PER_SECOND;
    }

    private static void embed(Embedder embedder, List<RgbImage> images, List<String> texts) {
        int floats = embedder.images(images).length + embedder.texts(texts).length;
        if (floats != (images.size() + texts.size()) * embedder.embedding()) {
            throw new IllegalStateException("embedder gave [" + floats + "] floats for [" + images.size()
                    + "] images and [" + texts.size() + "] texts");
        }
    }
}
