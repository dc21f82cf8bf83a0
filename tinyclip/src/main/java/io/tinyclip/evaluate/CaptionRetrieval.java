package io.tinyclip.evaluate;

import io.tinyclip.data.PairDataset;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Retrieval among pictures of which each has one caption or several, as CLIP_benchmark asks it: a caption is right for its own
 * picture alone, whatever other pictures have the same one; a picture is found by any of its captions. Of what is equally
 * similar, what comes first in the set comes first.
 */
public final class CaptionRetrieval implements JudgedTask {
    private static final int[] DEPTHS = {1, 5, 10};

    private final PairDataset pairs;
    private final Texts texts = new Texts();
    /** For each picture the numbers of its captions. */
    private final int[][] captions;

    public CaptionRetrieval(PairDataset pairs) {
        this.pairs = pairs;
        this.captions = new int[pairs.size()][];
        for (int i = 0; i < captions.length; i++) {
            captions[i] = pairs.captions(i).stream().mapToInt(texts::number).toArray();
        }
    }

    @Override
    public int pictures() {
        return captions.length;
    }

    @Override
    public RgbImage picture(int index, Preprocessing preprocessing) {
        return pairs.plain(index, preprocessing);
    }

    @Override
    public SampleLabel name(int index) {
        return pairs.label(index);
    }

    @Override
    public List<String> texts() {
        return texts.all();
    }

    /** Names the pairs; captions and pictures are all that is asked. */
    @Override
    public String contentHash() {
        return new ContentHash("tinyclip retrieval 1").add(pairs.contentHash()).hex();
    }

    /**
     * {@code image_retrieval_recall@1}, 5 and 10: captions for which their picture is among the first so many;
     * {@code text_retrieval_recall@} pictures for which one of their captions is. Captions of pictures that are left out are
     * not asked.
     */
    @Override
    public Map<String, Double> figures(TaskEmbeddings embeddings) {
        Asked asked = new Asked(embeddings);
        int[] images = asked.imagesOfCaptions();
        int[] found = asked.captionsOfImages();
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int depth : DEPTHS) {
            figures.put("image_retrieval_recall@" + depth, share(images, depth));
        }
        for (int depth : DEPTHS) {
            figures.put("text_retrieval_recall@" + depth, share(found, depth));
        }
        return figures;
    }

    private static double share(int[] ranks, int depth) {
        return Arrays.stream(ranks).filter(rank -> rank < depth).count() / (double) ranks.length;
    }

    /** The pictures that can be used, with their captions in the order of the set. */
    private final class Asked {
        private final TaskEmbeddings embeddings;
        /** Of each caption the number of its text, and the row of its picture. */
        private final int[] text;

        private final int[] row;
        /** The first caption of each row, and the number of all behind them. */
        private final int[] first;

        private Asked(TaskEmbeddings embeddings) {
            this.embeddings = embeddings;
            int[] rows = embeddings.pictures();
            first = new int[rows.length + 1];
            for (int r = 0; r < rows.length; r++) {
                first[r + 1] = first[r] + captions[rows[r]].length;
            }
            text = new int[first[rows.length]];
            row = new int[text.length];
            for (int r = 0; r < rows.length; r++) {
                int[] own = captions[rows[r]];
                System.arraycopy(own, 0, text, first[r], own.length);
                Arrays.fill(row, first[r], first[r + 1], r);
            }
        }

        /** For each caption how many pictures come before its own. */
        private int[] imagesOfCaptions() {
            int[][] captionsOfText = captionsOfText();
            int[] ranks = new int[text.length];
            products(embeddings.images()).forEachRow(embeddings.texts(), (number, scores) -> {
                for (int caption : captionsOfText[number]) {
                    ranks[caption] = ClassFigures.rank(scores, row[caption]);
                }
            });
            return ranks;
        }

        /** For each picture how many captions come before the first of its own. */
        private int[] captionsOfImages() {
            int[] ranks = new int[first.length - 1];
            products(embeddings.texts()).forEachRow(embeddings.images(), (r, scores) -> {
                float[] each = new float[text.length];
                int best = first[r];
                for (int caption = 0; caption < each.length; caption++) {
                    each[caption] = scores[text[caption]];
                }
                for (int own = first[r] + 1; own < first[r + 1]; own++) {
                    best = each[own] > each[best] || Float.isNaN(each[best]) ? own : best;
                }
                ranks[r] = ClassFigures.rank(each, best);
            });
            return ranks;
        }

        private Products products(float[] right) {
            return new Products(right, right.length / embeddings.width(), embeddings.width());
        }

        private int[][] captionsOfText() {
            int[] count = new int[embeddings.texts().length / embeddings.width()];
            for (int number : text) {
                count[number]++;
            }
            int[][] of = new int[count.length][];
            Arrays.setAll(of, number -> new int[count[number]]);
            for (int caption = text.length - 1; caption >= 0; caption--) {
                of[text[caption]][--count[text[caption]]] = caption;
            }
            return of;
        }
    }
}
