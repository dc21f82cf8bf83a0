package io.tinyclip.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.image.RgbImage;
import io.tinyclip.random.Counter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static final RgbImage IMAGE = new RgbImage(1, 1, new byte[3]);

    /**
     * Similarities over a hundred are logits. The teacher's of the first question are ln 3 and 0, so 3/4 and 1/4; the model's 0 and
     * 0: 3/4 ln 3/2 + 1/4 ln 1/2 = 0.1308. Of the second question both say 1/2 and 1/2. Asked by texts, the teacher's are ln 3 and 0
     * for the first, and equal for the second.
     */
    @Test
    void divergesAsWorkedByHand() {
        float three = (float) (Math.log(3) / 100);
        float[] texts = {1, 0, 0, 1};
        Embedder teacher = new FixedEmbedder(2, new float[] {three, 0, 0, 0}, texts);
        Embedder model = new FixedEmbedder(2, new float[4], texts);
        Map<String, Double> metrics = Agreement.metrics(model, teacher, task(2), more -> {});
        double one = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
        assertEquals(one / 2, metrics.get("x.teacher.kl"), 1e-6);
        assertEquals(0, metrics.get("x.teacher.cos.image"));
        assertEquals(1, metrics.get("x.teacher.cos.text"));
    }

    @Test
    void isWholeOfOneModelWithItself() {
        Embedder model = new FixedEmbedder(3, unit(600, 3, 1), unit(600, 3, 2));
        Map<String, Double> metrics = Agreement.metrics(model, model, task(600), more -> {});
        assertEquals(0, metrics.get("x.teacher.kl"), 1e-9);
        assertEquals(1, metrics.get("x.teacher.cos.image"), 1e-6);
        assertEquals(1, metrics.get("x.teacher.cos.text"), 1e-6);
        Map<String, Double> recall = Retrieval.metrics(model, task(600));
        assertEquals(
                recall,
                metrics.entrySet().stream()
                        .filter(each -> recall.containsKey(each.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** More questions than are in memory at a time, against sums in double of all at once. */
    @Test
    void isTheMeanOverAllQuestions() {
        int count = 600;
        Embedder model = new FixedEmbedder(3, unit(count, 3, 1), unit(count, 3, 2));
        Embedder teacher = new FixedEmbedder(4, unit(count, 4, 3), unit(count, 4, 4));
        Map<String, Double> metrics = Agreement.metrics(model, teacher, task(count), more -> {});
        double expected = 0;
        for (int question = 0; question < count; question++) {
            double[] logits = new double[count];
            double[] targets = new double[count];
            double[] turned = new double[count];
            double[] turnedTargets = new double[count];
            for (int answer = 0; answer < count; answer++) {
                logits[answer] = 100 * dot(model, question, answer);
                targets[answer] = 100 * dot(teacher, question, answer);
                turned[answer] = 100 * dot(model, answer, question);
                turnedTargets[answer] = 100 * dot(teacher, answer, question);
            }
            expected += (divergence(logits, targets) + divergence(turned, turnedTargets)) / (2.0 * count);
        }
        assertEquals(expected, metrics.get("x.teacher.kl"), 1e-4 * expected);
        assertTrue(expected > 1, "divergence: " + expected);
        assertFalse(metrics.containsKey("x.teacher.cos.image"), "of other widths: " + metrics);
    }

    private static double divergence(double[] logits, double[] targets) {
        double own = 0;
        double other = 0;
        for (int i = 0; i < logits.length; i++) {
            own += Math.exp(logits[i] - 100);
            other += Math.exp(targets[i] - 100);
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double share = Math.exp(targets[i] - 100) / other;
            sum += share * Math.log(share / (Math.exp(logits[i] - 100) / own));
        }
        return sum;
    }

    private static double dot(Embedder model, int image, int text) {
        int width = model.embedding();
        double sum = 0;
        for (int c = 0; c < width; c++) {
            sum += (double) model.images(List.of())[image * width + c] * model.texts(List.of())[text * width + c];
        }
        return sum;
    }

    private static float[] unit(int rows, int width, long key) {
        float[] values = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            for (int c = 0; c < width; c++) {
                values[row * width + c] = (float) Counter.uniform(key, row * width + c) - 0.5f;
                squares += values[row * width + c] * values[row * width + c];
            }
            for (int c = 0; c < width; c++) {
                values[row * width + c] /= (float) Math.sqrt(squares);
            }
        }
        return values;
    }

    private static RetrievalTask task(int count) {
        return new RetrievalTask(
                "x.",
                Collections.nCopies(count, IMAGE),
                Collections.nCopies(count, "a text"),
                IntStream.range(0, count).mapToObj(i -> new int[] {i}).toList());
    }
}
