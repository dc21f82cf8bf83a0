package io.tinyclip.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.labelled.LabelledPictures;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pictures of one pixel, whose first two channels are their embedding. */
final class LinearProbeTest {
    private static final int ROWS = 60;
    private static final int WIDTH = 5;
    private static final int CLASSES = 4;

    @Test
    void theGradientVanishesAtWhatWasLearned() {
        LogisticRegression.Rows rows = random();
        for (double penalty : new double[] {10, 0.1, 0.001}) {
            LogisticRegression.Fitted fitted = new LogisticRegression(rows, CLASSES).fit(penalty);
            for (int label = 0; label < CLASSES; label++) {
                float[] weights = Arrays.copyOfRange(fitted.weights(), label * WIDTH, (label + 1) * WIDTH);
                double found = length(gradient(rows, label, penalty, weights, fitted.biases()[label]));
                double before = length(gradient(rows, label, penalty, new float[WIDTH], 0));
                assertTrue(found < 1e-3 * before, "class " + label + ", penalty " + penalty + ": " + found);
            }
        }
    }

    @Test
    void tellsWhatCanBeToldApartAndTakesTheStrongestOfEqualPenalties() {
        List<String> heard = new ArrayList<>();
        Pictures train = new Pictures(new int[] {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, 40, 90);
        Map<String, Double> figures = figures(new LinearProbe(train, train, heard::add));
        assertEquals(
                List.of("lp_acc1", "lp_acc5", "lp_mean_per_class_recall", "lp_penalty"), List.copyOf(figures.keySet()));
        assertEquals(1, figures.get("lp_acc1"));
        assertTrue(Double.isNaN(figures.get("lp_acc5")), "there are less than five classes");
        assertEquals(1, figures.get("lp_mean_per_class_recall"));
        assertEquals(10, figures.get("lp_penalty"), heard.toString());
        assertEquals("penalty 1.00: 100.00 % of [2] pictures that were put aside", heard.get(1));
    }

    @Test
    void aClassThatWasNotLearnedIsNeverTold() {
        Pictures train = new Pictures(new int[] {0, 0, 1, 1}, 40, 90);
        Pictures test = new Pictures(new int[] {0, 1, 2, 2}, 40, 90, 90);
        List<String> heard = new ArrayList<>();
        Map<String, Double> figures = figures(new LinearProbe(train, test, heard::add));
        assertEquals(0.5, figures.get("lp_acc1"));
        assertEquals(2 / 3.0, figures.get("lp_mean_per_class_recall"), 1e-12);
        assertEquals(1, figures.get("lp_penalty"), "no class has five pictures");
        assertTrue(heard.get(0).contains("none is put aside"), heard.toString());
    }

    @Test
    void refusesWhatCannotBeLearned() {
        Pictures none = new Pictures(new int[0]);
        Pictures one = new Pictures(new int[] {1, 1}, 1, 2);
        Pictures two = new Pictures(new int[] {0, 1}, 1, 2);
        refuses("pictures [0] to learn from and [2] to be judged on", none, two);
        refuses("pictures [2] to learn from and [0] to be judged on", two, none);
        refuses("classes [1] to learn from must be at least 2", one, two);
        Pictures far = new Pictures(new int[] {0, 999_999_999}, 1);
        refuses("picture [1] is of class [999999999], which must be below 65536", far, two);
        refuses("picture [1] is of class [999999999], which must be below 65536", two, far);
    }

    /** Otherwise whatever is asked would be told to be of the first class. */
    @Test
    void refusesToLearnFromPicturesOfWhichNoneCanBeUsed() {
        Pictures two = new Pictures(new int[] {0, 1}, 1, 2);
        LinearProbe task = new LinearProbe(two, two, line -> {});
        TaskEmbeddings tested =
                new TaskEmbeddings(2, new int[] {2, 3}, new float[] {1, 0, 0, 1}, new float[0], List.of());
        String message = String.valueOf(assertThrows(InvalidInputException.class, () -> task.figures(tested))
                .getMessage());
        assertTrue(message.contains("classes [0] whose pictures can be used to learn from"), message);
    }

    private static void refuses(String what, Pictures train, Pictures test) {
        String message =
                String.valueOf(assertThrows(InvalidInputException.class, () -> new LinearProbe(train, test, line -> {}))
                        .getMessage());
        assertTrue(message.contains(what), message);
    }

    private static Map<String, Double> figures(LinearProbe task) {
        return task.figures(new TaskEmbedder(new Channels()).whole(task, more -> {}));
    }

    private static LogisticRegression.Rows random() {
        float[] values = new float[ROWS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (Counter.bits(5, i) >> 40) / (float) (1 << 23);
        }
        return new LogisticRegression.Rows(
                values,
                IntStream.range(0, ROWS)
                        .map(i -> i * i % CLASSES == 1 ? i % CLASSES : i / 16)
                        .toArray(),
                WIDTH);
    }

    /** Of penalty * |w|^2 / 2 + sum of log(1 + exp(-y (w x + b))), the bias being a weight as well. */
    private static double[] gradient(
            LogisticRegression.Rows rows, int label, double penalty, float[] weights, double bias) {
        double[] gradient = new double[WIDTH + 1];
        for (int c = 0; c < WIDTH; c++) {
            gradient[c] = penalty * weights[c];
        }
        gradient[WIDTH] = penalty * bias;
        for (int i = 0; i < ROWS; i++) {
            double y = rows.labels()[i] == label ? 1 : -1;
            double score = bias;
            for (int c = 0; c < WIDTH; c++) {
                score += weights[c] * rows.values()[i * WIDTH + c];
            }
            double slope = -y / (1 + Math.exp(y * score));
            for (int c = 0; c < WIDTH; c++) {
                gradient[c] += slope * rows.values()[i * WIDTH + c];
            }
            gradient[WIDTH] += slope;
        }
        return gradient;
    }

    private static double length(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
    }

    /** @param degrees the direction of each class's pictures */
    private record Pictures(int[] labels, int... degrees) implements LabelledPictures {
        @Override
        public int size() {
            return labels.length;
        }

        @Override
        public int label(int index) {
            return labels[index];
        }

        @Override
        public RgbImage picture(int index, Preprocessing preprocessing) {
            return new RgbImage(1, 1, new byte[] {(byte) degrees[labels[index]], 0, 0});
        }

        @Override
        public SampleLabel name(int index) {
            return new SampleLabel("", Integer.toString(index));
        }

        @Override
        public String contentHash() {
            return Arrays.toString(labels);
        }
    }

    private record Channels() implements Embedder {
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
                double angle = Math.toRadians(images.get(i).rgb()[0]);
                rows[2 * i] = (float) Math.cos(angle);
                rows[2 * i + 1] = (float) Math.sin(angle);
            }
            return rows;
        }

        @Override
        public float[] texts(List<String> texts) {
            return new float[0];
        }
    }
}
