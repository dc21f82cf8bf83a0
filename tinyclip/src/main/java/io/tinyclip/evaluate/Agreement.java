package io.tinyclip.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * How near a model comes to its teacher on pairs, whoever of both is right about them: what distillation is after, and told by far
 * fewer pairs than a recall is.
 */
public final class Agreement {
    /** Of both models' similarities before the softmax; CLIP's largest. */
    private static final double LOGIT_SCALE = 100;

    /** Questions whose answers are in memory at a time. */
    private static final int AT_A_TIME = 256;

    /** What its figures' names have that no recall's has. */
    private static final String TEACHER = "teacher.";

    private Agreement() {}

    /** Whether a figure of {@link #metrics} is of the teacher, and not of recall. */
    public static boolean isAgreement(String name) {
        return name.contains(TEACHER);
    }

    /**
     * The model's recall as {@link Retrieval} tells it, and behind it, with the task's prefix in front:
     *
     * <ul>
     *   <li>{@code teacher.kl}, 0 or more: the Kullback-Leibler divergence of the model's softmax over the answers from the teacher's, in
     *       nats, mean over the questions, mean of both directions
     *   <li>{@code teacher.cos.image}, {@code teacher.cos.text}, up to 1: the cosine of an embedding to the teacher's, mean; only
     *       where both have as many channels
     * </ul>
     *
     * @param done gets how many more pictures and texts are embedded, by one after the other
     */
    public static Map<String, Double> metrics(Embedder model, Embedder teacher, RetrievalTask task, IntConsumer done) {
        Rows own = Rows.by(model, task, done);
        Rows other = Rows.by(teacher, task, done);
        Map<String, Double> metrics = new LinkedHashMap<>(Retrieval.metrics(own.images, own.texts, own.width, task));
        double alongImages = divergence(own, other);
        double alongTexts = divergence(own.turned(), other.turned());
        metrics.put(task.prefix() + TEACHER + "kl", (alongImages + alongTexts) / 2);
        if (own.width == other.width) {
            metrics.put(task.prefix() + TEACHER + "cos.image", cosine(own.images, other.images, own.width));
            metrics.put(task.prefix() + TEACHER + "cos.text", cosine(own.texts, other.texts, own.width));
        }
        return metrics;
    }

    /** Rows of unit length, {@code width} channels each. */
    private record Rows(float[] images, float[] texts, int width) {
        static Rows by(Embedder embedder, RetrievalTask task, IntConsumer done) {
            return new Rows(
                    embedder.images(task.images(), done), embedder.texts(task.texts(), done), embedder.embedding());
        }

        Rows turned() {
            return new Rows(texts, images, width);
        }

        int questions() {
            return images.length / width;
        }

        /** (rows, answers) of some questions. */
        float[][] products(Products answers, int from, int rows) {
            float[][] products = new float[rows][];
            answers.forEachRow(
                    Arrays.copyOfRange(images, from * width, (from + rows) * width),
                    (row, values) -> products[row] = values);
            return products;
        }

        Products answers() {
            return new Products(texts, texts.length / width, width);
        }
    }

    private static double divergence(Rows model, Rows teacher) {
        Products own = model.answers();
        Products other = teacher.answers();
        int questions = model.questions();
        double sum = 0;
        for (int from = 0; from < questions; from += AT_A_TIME) {
            int rows = Math.min(AT_A_TIME, questions - from);
            float[][] guesses = model.products(own, from, rows);
            float[][] targets = teacher.products(other, from, rows);
            sum += Arrays.stream(IntStream.range(0, rows)
                            .parallel()
                            .mapToDouble(row -> divergence(guesses[row], targets[row]))
                            .toArray())
                    .sum();
        }
        return sum / questions;
    }

    /** Of the softmax over one question's answers. */
    private static double divergence(float[] guess, float[] target) {
        double guessTotal = logSumExp(guess);
        double targetTotal = logSumExp(target);
        double divergence = 0;
        for (int i = 0; i < target.length; i++) {
            double log = LOGIT_SCALE * target[i] - targetTotal;
            divergence += StrictMath.exp(log) * (log - (LOGIT_SCALE * guess[i] - guessTotal));
        }
        // Of what is equal, rounding may leave less than nothing.
        return divergence < 0 ? 0 : divergence;
    }

    private static double logSumExp(float[] similarities) {
        double most = Double.NEGATIVE_INFINITY;
        for (float value : similarities) {
            most = Math.max(most, LOGIT_SCALE * value);
        }
        double sum = 0;
        for (float value : similarities) {
            sum += StrictMath.exp(LOGIT_SCALE * value - most);
        }
        return most + StrictMath.log(sum);
    }

    private static double cosine(float[] rows, float[] others, int width) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += (double) rows[i] * others[i];
        }
        return sum / (rows.length / width);
    }
}
