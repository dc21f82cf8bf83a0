package io.tinyclip.evaluate;

import io.tinyclip.data.PairDataset;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A user's own pairs, each picture asked for its captions among all captions. There is no baseline for them. */
public final class PairEvaluation implements EvaluationSet {
    /** As many as COCO's usual test split has; pictures are held in memory. */
    private static final int MOST_PAIRS = 5_000;

    private final RetrievalTask task;
    private final String contentHash;

    private PairEvaluation(RetrievalTask task, String contentHash) {
        this.task = task;
        this.contentHash = contentHash;
    }

    /**
     * The first pairs of a dataset, at most {@value #MOST_PAIRS}. A caption that several pictures have counts as right for
     * each of them.
     *
     * @param preprocessing how pictures become a model's input
     */
    public static PairEvaluation of(PairDataset pairs, Preprocessing preprocessing) {
        List<RgbImage> images = new ArrayList<>();
        Map<String, Integer> texts = new LinkedHashMap<>();
        List<int[]> textsOfImage = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_PAIRS, pairs.size()); i++) {
            images.add(pairs.plain(i, preprocessing));
            List<String> captions = pairs.captions(i);
            captions.forEach(caption -> texts.putIfAbsent(caption, texts.size()));
            textsOfImage.add(captions.stream().distinct().mapToInt(texts::get).toArray());
        }
        return new PairEvaluation(
                new RetrievalTask("", images, List.copyOf(texts.keySet()), textsOfImage), pairs.contentHash());
    }

    @Override
    public Optional<String> contentHash() {
        return Optional.of(contentHash);
    }

    @Override
    public List<RetrievalTask> tasks() {
        return List.of(task);
    }

    @Override
    public Map<String, Double> baseline() {
        return Map.of();
    }
}
