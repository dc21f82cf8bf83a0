package io.tinyclip.cluster.result;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.image.RgbImage;
import java.time.Duration;
import java.util.List;

/** How fast a model alone embeds pairs on this machine; a figure for people, which no result depends on. */
final class ModelSpeed {
    private static final int PAIRS = 256;
    private static final int ROUNDS = 3;
    private static final Duration ENOUGH = Duration.ofSeconds(2);
    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private ModelSpeed() {}

    /** Pairs a second of the fastest round; of the first one, where it is long enough to need no company. */
    static double pairsPerSecond(Embedder embedder, EvaluationSet evaluation) {
        RetrievalTask task = evaluation.tasks().get(0);
        List<RgbImage> images =
                task.images().subList(0, Math.min(PAIRS, task.images().size()));
        List<String> texts =
                task.texts().subList(0, Math.min(images.size(), task.texts().size()));
        long fastest = Long.MAX_VALUE;
        long begun = System.nanoTime();
        // Models that are quick need warm code; of the others a round tells enough.
        for (int round = 0; round < ROUNDS + 1 && System.nanoTime() - begun < ENOUGH.toNanos(); round++) {
            long before = System.nanoTime();
            embed(embedder, images, texts);
            fastest = Math.min(fastest, System.nanoTime() - before);
        }
        return texts.size() / (fastest / NANOS_PER_SECOND);
    }

    private static void embed(Embedder embedder, List<RgbImage> images, List<String> texts) {
        int floats = embedder.images(images).length + embedder.texts(texts).length;
        if (floats != (images.size() + texts.size()) * embedder.embedding()) {
            throw new IllegalStateException("embedder gave [" + floats + "] floats for [" + images.size()
                    + "] images and [" + texts.size() + "] texts");
        }
    }
}
