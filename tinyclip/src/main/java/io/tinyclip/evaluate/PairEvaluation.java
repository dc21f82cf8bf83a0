package io.tinyclip.evaluate;

import io.tinyclip.data.PairDataset;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.BadSample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A user's own pairs, each picture asked for its captions among all captions. There is no baseline for them. */
public final class PairEvaluation implements EvaluationSet {
    private static final Logger LOG = LoggerFactory.getLogger(PairEvaluation.class);

    /** As many as COCO's usual test split has; pictures are held in memory. */
    private static final int MOST_PAIRS = 5_000;

    private final RetrievalTask task;
    private final String contentHash;
    private final List<BadSample> leftOut;

    private PairEvaluation(RetrievalTask task, String contentHash, List<BadSample> leftOut) {
        this.task = task;
        this.contentHash = contentHash;
        this.leftOut = List.copyOf(leftOut);
    }

    /**
     * The first pairs of a dataset, at most {@value #MOST_PAIRS}. A caption that several pictures have counts as right for
     * each of them. A pair whose picture cannot be used is left out, and said; the figures are those of the others.
     *
     * @param preprocessing how pictures become a model's input
     * @throws InvalidInputException if no picture can be used
     */
    public static PairEvaluation of(PairDataset pairs, Preprocessing preprocessing) {
        List<RgbImage> images = new ArrayList<>();
        Map<String, Integer> texts = new LinkedHashMap<>();
        List<int[]> textsOfImage = new ArrayList<>();
        List<BadSample> leftOut = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_PAIRS, pairs.size()); i++) {
            try {
                images.add(pairs.plain(i, preprocessing));
            } catch (BadPictureException e) {
                LOG.warn("left out of the evaluation: {}", e.getMessage());
                leftOut.add(new BadSample(pairs.label(i).tar(), pairs.label(i).key(), e.reason()));
                continue;
            }
            List<String> captions = pairs.captions(i);
            captions.forEach(caption -> texts.putIfAbsent(caption, texts.size()));
            textsOfImage.add(captions.stream().distinct().mapToInt(texts::get).toArray());
        }
        if (images.isEmpty()) {
            BadSample first = leftOut.get(0);
            throw new InvalidInputException("none of the [" + leftOut.size()
                    + "] pairs to judge by has a picture that can be"
                    + " used, " + first.place() + " for the reason that it " + first.reason() + "; give others");
        }
        RetrievalTask task = new RetrievalTask("", images, List.copyOf(texts.keySet()), textsOfImage);
        return new PairEvaluation(task, pairs.contentHash(), leftOut);
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
    public List<BadSample> leftOut() {
        return leftOut;
    }

    @Override
    public Map<String, Double> baseline() {
        return Map.of();
    }
}
