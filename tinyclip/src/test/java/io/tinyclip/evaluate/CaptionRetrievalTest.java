package io.tinyclip.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.PairDataset;
import io.tinyclip.data.PictureRules;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Pictures and captions that are embedded as directions in the plane, in tens of degrees. */
final class CaptionRetrievalTest {
    /** Of each picture its direction, then those of its captions. */
    private static final List<int[]> PAIRS = List.of(
            new int[] {0, 1, 9}, // its caption 1 is the most similar; 9 is nearer to the third picture
            new int[] {5, 6}, // the same as the next one
            new int[] {5, 9, 6}, // the same picture, the same captions as others have: each counts for its own alone
            new int[] {9, 20}); // both captions 9 of others come first

    @Test
    void aCaptionIsRightForItsOwnPictureAndWhatComesFirstInTheSetComesFirst() {
        Map<String, Double> figures = figures(pairs(Set.of()), 1);
        assertEquals(
                List.of(
                        "image_retrieval_recall@1",
                        "image_retrieval_recall@5",
                        "image_retrieval_recall@10",
                        "text_retrieval_recall@1",
                        "text_retrieval_recall@5",
                        "text_retrieval_recall@10"),
                List.copyOf(figures.keySet()));
        // Captions in their order: 1 finds picture 0; 9 (of 0) finds 3; 6 finds 1, which stands before its equal 2;
        // 9 (of 2) finds 3; 6 (of 2) finds 1; 20 finds 3.
        assertEquals(3 / 6.0, figures.get("image_retrieval_recall@1"));
        assertEquals(1, figures.get("image_retrieval_recall@5"));
        // Pictures: 0 finds 1; 1 finds its 6; 2 finds the 6 of picture 1; 3 finds the 9 of picture 0.
        assertEquals(2 / 4.0, figures.get("text_retrieval_recall@1"));
        // Picture 3: both 9, both 6 and 1 come before its 20.
        assertEquals(3 / 4.0, figures.get("text_retrieval_recall@5"));
        assertEquals(1, figures.get("text_retrieval_recall@10"));
    }

    @Test
    void captionsOfPicturesThatCannotBeUsedAreNotAsked() {
        Map<String, Double> figures = figures(pairs(Set.of(1)), 1);
        assertEquals(3 / 5.0, figures.get("image_retrieval_recall@1"), "1, 6 of picture 2, and 20");
        assertEquals(2 / 3.0, figures.get("text_retrieval_recall@1"));
    }

    @Test
    void partsGiveTheSameAndWhatIsComputedTogetherIsFilledUp() {
        CaptionRetrieval task = new CaptionRetrieval(pairs(Set.of(2)));
        Plane plane = new Plane(3, new ArrayList<>());
        TaskEmbedder embedder = new TaskEmbedder(plane);
        long[] done = new long[1];
        TaskEmbeddings whole = embedder.whole(task, more -> done[0] += more);
        assertEquals(4 + 4, done[0], "four texts are different");
        assertEquals(List.of(6, 3), plane.counts, "four texts and three pictures");
        TaskEmbeddings parts = TaskEmbeddings.join(
                2, List.of(embedder.pictures(task, 0, 1), embedder.pictures(task, 1, 4)), whole.texts());
        assertArrayEquals(new int[] {0, 1, 3}, parts.pictures());
        assertArrayEquals(whole.images(), parts.images());
        assertEquals(whole.leftOut(), parts.leftOut());
        assertEquals("2", parts.leftOut().get(0).key());
        assertEquals(task.figures(whole), task.figures(parts));
    }

    @Test
    void whatCannotBeUsedAtAllIsRefused() {
        String message =
                String.valueOf(assertThrows(InvalidInputException.class, () -> figures(pairs(Set.of(0, 1, 2, 3)), 1))
                        .getMessage());
        assertTrue(
                message.contains("none of the [4] pictures can be used, [0] for the reason that it is bad"), message);
    }

    @Test
    void theHashNamesThePairs() {
        assertEquals(
                new CaptionRetrieval(pairs(Set.of())).contentHash(),
                new CaptionRetrieval(pairs(Set.of())).contentHash());
    }

    private static Map<String, Double> figures(PairDataset pairs, int together) {
        CaptionRetrieval task = new CaptionRetrieval(pairs);
        return task.figures(new TaskEmbedder(new Plane(together, new ArrayList<>())).whole(task, more -> {}));
    }

    private static PairDataset pairs(Set<Integer> bad) {
        return new Pairs(bad);
    }

    /** @param counts how many inputs each call had */
    private record Plane(int together, List<Integer> counts) implements Embedder {
        @Override
        public int embedding() {
            return 2;
        }

        @Override
        public Preprocessing preprocessing() {
            return Preprocessing.clip(1);
        }

        @Override
        public float[] images(List<RgbImage> images) {
            return rows(images.stream().mapToInt(image -> image.rgb()[0]).toArray());
        }

        @Override
        public float[] texts(List<String> texts) {
            return rows(texts.stream().mapToInt(Integer::parseInt).toArray());
        }

        private float[] rows(int[] tens) {
            counts.add(tens.length);
            float[] rows = new float[2 * tens.length];
            for (int i = 0; i < tens.length; i++) {
                rows[2 * i] = (float) Math.cos(Math.toRadians(10 * tens[i]));
                rows[2 * i + 1] = (float) Math.sin(Math.toRadians(10 * tens[i]));
            }
            return rows;
        }
    }

    private record Pairs(Set<Integer> bad) implements PairDataset {
        @Override
        public RgbImage plain(int index, Preprocessing preprocessing) {
            if (bad.contains(index)) {
                throw new BadPictureException("is bad");
            }
            return new RgbImage(1, 1, new byte[] {(byte) PAIRS.get(index)[0], 0, 0});
        }

        @Override
        public List<String> captions(int index) {
            List<String> captions = new ArrayList<>();
            for (int i = 1; i < PAIRS.get(index).length; i++) {
                captions.add(Integer.toString(PAIRS.get(index)[i]));
            }
            return captions;
        }

        @Override
        public SampleLabel label(int index) {
            return new SampleLabel("", Integer.toString(index));
        }

        @Override
        public int size() {
            return PAIRS.size();
        }

        @Override
        public String contentHash() {
            return "pairs";
        }

        @Override
        public PairDataset atReducedScale() {
            return this;
        }

        @Override
        public PairDataset under(PictureRules rules) {
            return this;
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            throw new AssertionError("nothing is trained");
        }

        @Override
        public long identity(int index) {
            return index;
        }

        @Override
        public void forEachText(Consumer<String> text) {}

        @Override
        public void close() {}
    }
}
