package io.tinyclip.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.image.RgbImage;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RetrievalTest {
    private static final RgbImage IMAGE = new RgbImage(1, 1, new byte[3]);

    /**
     * Similarities, images down and texts across: .9 .5 .1 / .6 .4 .2 / .3 .7 .8. From image to text the right one
     * comes first, second and first; from text to image first, third and first.
     */
    @Test
    void countsAnExampleWorkedByHand() {
        float[] images = {.9f, .5f, .1f, .6f, .4f, .2f, .3f, .7f, .8f};
        float[] texts = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        Map<String, Double> metrics = Retrieval.metrics(
                new FixedEmbedder(3, images, texts), task(3, List.of(new int[] {0}, new int[] {1}, new int[] {2})));
        assertEquals(
                List.of("x.r@1", "x.r@5", "x.r@10", "x.t2i.r@1", "x.t2i.r@5", "x.t2i.r@10"),
                List.copyOf(metrics.keySet()));
        assertEquals(List.of(2 / 3.0, 1.0, 1.0, 2 / 3.0, 1.0, 1.0), List.copyOf(metrics.values()));
    }

    @Test
    void tellsHowMuchIsEmbedded() {
        List<Integer> told = new ArrayList<>();
        float[] rows = {1, 0, 0, 1};
        RetrievalTask task = task(2, List.of(new int[] {0}, new int[] {1}));
        Embedder embedder = new FixedEmbedder(2, rows, rows);
        assertEquals(Retrieval.metrics(embedder, task), Retrieval.metrics(embedder, task, told::add));
        assertEquals(List.of(2, 2), told, "pictures, then texts");
    }

    @Test
    void anyOfSeveralRightTextsIsAHit() {
        float[] images = {0, 1};
        float[] texts = {1, 0, 0, 1, .5f, .5f};
        Map<String, Double> metrics =
                Retrieval.metrics(new FixedEmbedder(2, images, texts), task(3, List.of(new int[] {0, 1})));
        assertEquals(1, metrics.get("x.r@1"));
        assertEquals(1, metrics.get("x.t2i.r@1"), "the text that is right for nothing is not asked");
    }

    @Test
    void equalOrMeaninglessSimilaritiesScoreNothing() {
        List<int[]> right = List.of(new int[] {0}, new int[] {1});
        for (float value : new float[] {1, Float.NaN}) {
            Map<String, Double> metrics = Retrieval.metrics(
                    new FixedEmbedder(1, new float[] {value, value}, new float[] {value, value}), task(2, right));
            assertEquals(0, metrics.get("x.r@1"));
            assertEquals(0, metrics.get("x.t2i.r@1"));
        }
    }

    @Test
    void refusesARightTextThatDoesNotExist() {
        List<int[]> right = List.of(new int[] {3});
        assertThrows(IllegalArgumentException.class, () -> task(3, right));
    }

    @Test
    void productsAreTheSumsInTheOrderOfTheChannels() {
        int rows = 70;
        int columns = 1100;
        int channels = 7;
        float[] left = random(1, rows * channels);
        float[] right = random(2, columns * channels);
        float[][] products = new float[rows][];
        new Products(right, columns, channels).forEachRow(left, (row, sums) -> products[row] = sums);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                float expected = 0;
                for (int c = 0; c < channels; c++) {
                    expected += left[row * channels + c] * right[column * channels + c];
                }
                assertEquals(expected, products[row][column]);
            }
        }
    }

    private static float[] random(long key, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) Counter.normal(key, i);
        }
        return values;
    }

    private static RetrievalTask task(int texts, List<int[]> right) {
        return new RetrievalTask(
                "x.", Collections.nCopies(right.size(), IMAGE), Collections.nCopies(texts, "text"), right);
    }
}
