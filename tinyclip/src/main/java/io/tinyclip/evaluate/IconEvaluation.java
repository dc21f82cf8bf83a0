package io.tinyclip.evaluate;

import io.tinyclip.data.icons.Icon;
import io.tinyclip.data.icons.IconCaption;
import io.tinyclip.data.icons.IconPicture;
import io.tinyclip.data.icons.IconSet;
import io.tinyclip.image.RgbImage;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Icons of a family that training never sees, each in two colours. The first task asks for the caption of each of up to
 * a thousand pictures, colours included; the second, prefix {@code name.}, for the name of every picture among all
 * names of the family. The pictures and texts are always the same ones, whatever a run's seed.
 */
public final class IconEvaluation implements EvaluationSet {
    private static final long SEED = 5_791L;
    private static final int CAPTIONS = 1_000;
    private static final String CAPTION_PREFIX = "";
    private static final String NAME_PREFIX = "name.";

    private final IconSet unseen;
    private final IconSet train;
    private final List<RgbImage> pictures = new ArrayList<>();

    /** The captions asked for, no two alike, and for each the index of its picture. */
    private final Map<String, Integer> pictureOfCaption = new LinkedHashMap<>();

    private final List<RetrievalTask> tasks;

    /**
     * @param unseen what is asked about
     * @param train what the baseline compares with
     * @param imageSize pixels along a side of the pictures
     */
    public IconEvaluation(IconSet unseen, IconSet train, int imageSize) {
        this.unseen = unseen;
        this.train = train;
        for (int i = 0; i < unseen.icons().size(); i++) {
            IconPicture picture = picture(i, imageSize);
            pictures.add(picture.image());
            if (pictureOfCaption.size() < CAPTIONS) {
                String name = unseen.icons().get(i).name();
                pictureOfCaption.putIfAbsent(IconCaption.full(name, picture.foreground(), picture.background()), i);
            }
        }
        tasks = List.of(captionTask(), nameTask());
    }

    @Override
    public List<RetrievalTask> tasks() {
        return tasks;
    }

    /** {@link PixelBaseline}'s figures, from image to text only. */
    @Override
    public Map<String, Double> baseline() {
        PixelBaseline baseline = new PixelBaseline(train);
        List<RgbImage> asked = pictureOfCaption.values().stream()
                .map(i -> picture(i, PixelBaseline.SIDE).image())
                .toList();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.putAll(Retrieval.recall(CAPTION_PREFIX, baseline.captionRanks(asked, captions())));
        metrics.putAll(Retrieval.recall(NAME_PREFIX, baseline.nameRanks(unseen)));
        return metrics;
    }

    /** Every icon of the unseen family in its colours. */
    public List<RgbImage> pictures() {
        return List.copyOf(pictures);
    }

    /** For each of {@link #pictures} its name in words; several may have the same. */
    public List<String> names() {
        return unseen.icons().stream().map(Icon::name).toList();
    }

    private RetrievalTask captionTask() {
        List<RgbImage> asked =
                pictureOfCaption.values().stream().map(pictures::get).toList();
        List<int[]> right = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            right.add(new int[] {i});
        }
        return new RetrievalTask(CAPTION_PREFIX, asked, captions(), right);
    }

    private RetrievalTask nameTask() {
        Map<String, Integer> ids = new LinkedHashMap<>();
        List<int[]> right = new ArrayList<>();
        for (String name : names()) {
            right.add(new int[] {ids.computeIfAbsent(name, n -> ids.size())});
        }
        List<String> prompts = ids.keySet().stream().map(IconCaption::prompt).toList();
        return new RetrievalTask(NAME_PREFIX, pictures, prompts, right);
    }

    private List<String> captions() {
        return List.copyOf(pictureOfCaption.keySet());
    }

    private IconPicture picture(int index, int imageSize) {
        return IconPicture.centered(unseen, index, Counter.key(SEED, index), imageSize);
    }
}
