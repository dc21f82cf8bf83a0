package io.tinyclip.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.labelled.LabelledPictures;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Six classes on the plane; a picture's pixels are its embedding. */
final class ZeroShotTest {
    private static final List<String> NAMES = List.of("east", "north", "west", "south", "north-east", "east");

    @Test
    void countsTheRightClassAmongTheMostSimilar() {
        // Similarities: east 1, north 0; the two norths stand at 45 degrees; the second "east" is never first.
        List<Picture> pictures = List.of(
                new Picture(0, 1, 0), // first
                new Picture(5, 1, 0), // second: as similar as label 0, which comes first
                new Picture(1, 0, 1), // first
                new Picture(4, 0, 1), // second, behind north
                new Picture(2, 1, 0), // last: opposite
                new Picture(3, 0, -1)); // first
        Map<String, Double> metrics = metrics(pictures, List.of("a {c}"));
        assertEquals(3 / 6.0, metrics.get("acc1"));
        assertEquals(5 / 6.0, metrics.get("acc5"));
        assertEquals((1 + 1 + 0 + 1 + 0 + 0) / 6.0, metrics.get("mean_per_class_recall"));
    }

    @Test
    void classesThatDoNotOccurAreLeftOutOfTheMeanAndLargeOnesCountOnce() {
        List<Picture> pictures = new ArrayList<>(List.of(new Picture(1, 1, 0)));
        IntStream.range(0, 299).forEach(i -> pictures.add(new Picture(0, 1, 0)));
        Map<String, Double> metrics = metrics(pictures, List.of("a {c}"));
        assertEquals(299 / 300.0, metrics.get("acc1"));
        assertEquals(0.5, metrics.get("mean_per_class_recall"));
    }

    @Test
    void aClassIsTheMeanOfItsSentencesAtUnitLength() {
        // Two of three sentences lie a quarter to the left, so that east is at 63 degrees and the picture at 53.
        Map<String, Double> metrics =
                metrics(List.of(new Picture(0, 0.6f, 0.8f)), List.of("a {c}", "a turned {c}", "the {c} turned, {c}"));
        assertEquals(1, metrics.get("acc1"));
    }

    @Test
    void refusesWhatCannotBeJudged() {
        assertTrue(assertThrows(InvalidInputException.class, () -> metrics(List.of(), List.of("a {c}")))
                .getMessage()
                .contains("pictures [0]"));
        for (int label : new int[] {-1, 6}) {
            assertTrue(assertThrows(
                            InvalidInputException.class,
                            () -> metrics(List.of(new Picture(label, 1, 0)), List.of("a {c}")))
                    .getMessage()
                    .contains("class [" + label + "]"));
        }
        assertTrue(assertThrows(InvalidInputException.class, () -> metrics(List.of(), List.of("a dog")))
                .getMessage()
                .contains("{c}"));
        assertThrows(InvalidInputException.class, () -> new ClassPrompts(List.of("one"), List.of("a {c}")));
        assertThrows(InvalidInputException.class, () -> new ClassPrompts(NAMES, List.of()));
    }

    @Test
    void whatIsNotANumberIsNeverRight() {
        assertEquals(2, ClassFigures.rank(new float[] {Float.NaN, Float.NaN}, 0));
        assertEquals(1, ClassFigures.rank(new float[] {1, Float.NaN}, 0));
        assertEquals(0, ClassFigures.rank(new float[] {1, 1}, 0));
        assertEquals(1, ClassFigures.rank(new float[] {1, 1}, 1));
    }

    private static Map<String, Double> metrics(List<Picture> pictures, List<String> templates) {
        long[] done = new long[1];
        ZeroShot task = new ZeroShot(new Pictures(pictures), new ClassPrompts(NAMES, templates));
        TaskEmbeddings embeddings = new TaskEmbedder(new Plane(pictures)).whole(task, count -> done[0] += count);
        assertEquals(pictures.size() + task.texts().size(), done[0]);
        return task.figures(embeddings);
    }

    private record Picture(int label, float x, float y) {}

    /** A picture of one pixel: its index in three digits. */
    private record Pictures(List<Picture> all) implements LabelledPictures {
        @Override
        public int size() {
            return all.size();
        }

        @Override
        public int label(int index) {
            return all.get(index).label();
        }

        @Override
        public RgbImage picture(int index, Preprocessing preprocessing) {
            return new RgbImage(1, 1, new byte[] {(byte) (index / 100), (byte) (index / 10 % 10), (byte) (index % 10)});
        }

        @Override
        public SampleLabel name(int index) {
            return new SampleLabel("", Integer.toString(index));
        }

        @Override
        public String contentHash() {
            return all.toString();
        }
    }

    /** Directions by name, and pictures by their own. */
    private record Plane(List<Picture> all) implements Embedder {
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
            float[] rows = new float[2 * images.size()];
            for (int i = 0; i < images.size(); i++) {
                byte[] digits = images.get(i).rgb();
                Picture picture = all.get(100 * digits[0] + 10 * digits[1] + digits[2]);
                rows[2 * i] = picture.x();
                rows[2 * i + 1] = picture.y();
            }
            return rows;
        }

        @Override
        public float[] texts(List<String> texts) {
            float[] rows = new float[2 * texts.size()];
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i);
                double angle = text.contains("north-east")
                        ? 45
                        : text.contains("north") ? 90 : text.contains("west") ? 180 : text.contains("south") ? 270 : 0;
                double turned = Math.toRadians(angle + (text.contains("turned") ? 90 : 0));
                rows[2 * i] = (float) Math.cos(turned);
                rows[2 * i + 1] = (float) Math.sin(turned);
            }
            return rows;
        }
    }
}
