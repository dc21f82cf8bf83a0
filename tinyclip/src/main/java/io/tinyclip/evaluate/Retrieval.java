package io.tinyclip.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/** Recall at k: how often one of the right answers is among the k most similar. */
public final class Retrieval {
    private static final int[] DEPTHS = {1, 5, 10};

    private Retrieval() {}

    /**
     * Recall in both directions, 0..1: {@code r@1 r@5 r@10} from image to text, {@code t2i.r@1} and so on from text to
     * image (texts that are right for no image are not asked), with the task's prefix in front. Similarity is the inner
     * product. A wrong answer that is as similar as the best right one counts as ahead of it, so a model that tells
     * nothing apart scores nothing.
     */
    public static Map<String, Double> metrics(Embedder embedder, RetrievalTask task) {
        return metrics(embedder, task, more -> {});
    }

    /**
     * The same, told as it comes along.
     *
     * @param done gets how many more pictures and texts are embedded
     */
    public static Map<String, Double> metrics(Embedder embedder, RetrievalTask task, IntConsumer done) {
        float[] images = embedder.images(task.images(), done);
        float[] texts = embedder.texts(task.texts(), done);
        return metrics(images, texts, embedder.embedding(), task);
    }

    /** The same from embeddings, (images, E) and (texts, E). */
    static Map<String, Double> metrics(float[] images, float[] texts, int embedding, RetrievalTask task) {
        List<int[]> imagesOfText = inverse(task.textsOfImage(), task.texts().size());
        Map<String, Double> metrics = new LinkedHashMap<>();
        int[] ranks = ranks(images, texts, embedding, task.textsOfImage());
        metrics.putAll(recall(task.prefix(), ranks));
        metrics.putAll(recall(task.prefix() + "t2i.", ranks(texts, images, embedding, imagesOfText)));
        return metrics;
    }

    /** Names of the figures of a task with this prefix. */
    static Set<String> names(String prefix) {
        Set<String> names = new TreeSet<>(recall(prefix, new int[0]).keySet());
        names.addAll(recall(prefix + "t2i.", new int[0]).keySet());
        return names;
    }

    /** @param ranks of the best right answer to each question, from 0; negative for questions that are not asked */
    static Map<String, Double> recall(String prefix, int[] ranks) {
        Map<String, Double> recall = new LinkedHashMap<>();
        for (int depth : DEPTHS) {
            int asked = 0;
            int hits = 0;
            for (int rank : ranks) {
                asked += rank >= 0 ? 1 : 0;
                hits += rank >= 0 && rank < depth ? 1 : 0;
            }
            recall.put(prefix + "r@" + depth, asked == 0 ? 0 : hits / (double) asked);
        }
        return recall;
    }

    /**
     * How many wrong answers are at least as similar as the best right one.
     *
     * @param scores similarity of each answer; one that is not a number is ahead of every other
     * @param right indices of the right answers
     */
    static int rank(float[] scores, int count, int[] right) {
        float best = Float.NEGATIVE_INFINITY;
        for (int answer : right) {
            best = Math.max(best, scores[answer]);
        }
        int rank = 0;
        for (int i = 0; i < count; i++) {
            rank += scores[i] < best ? 0 : 1;
        }
        for (int answer : right) {
            rank -= scores[answer] < best ? 0 : 1;
        }
        return rank;
    }

    private static int[] ranks(float[] questions, float[] answers, int embedding, List<int[]> right) {
        int count = answers.length / embedding;
        int[] ranks = new int[right.size()];
        new Products(answers, count, embedding).forEachRow(questions, (row, scores) -> {
            int[] wanted = right.get(row);
            ranks[row] = wanted.length == 0 ? -1 : rank(scores, count, wanted);
        });
        return ranks;
    }

    private static List<int[]> inverse(List<int[]> textsOfImage, int texts) {
        List<List<Integer>> images = new ArrayList<>();
        for (int i = 0; i < texts; i++) {
            images.add(new ArrayList<>());
        }
        for (int image = 0; image < textsOfImage.size(); image++) {
            for (int text : textsOfImage.get(image)) {
                images.get(text).add(image);
            }
        }
        return images.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }
}
