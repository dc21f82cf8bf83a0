package io.tinyclip.cluster.result;

import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.files.Model;
import io.tinyclip.report.GridRow;
import io.tinyclip.report.GridRow.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Some queries in words, and the pictures that teacher and student find nearest to them. Queries that either of them answers with the
 * right picture come first: of a model that finds one in ten, eight that were chosen evenly would mostly show none.
 */
final class PictureGrid {
    private static final int QUERIES = 8;
    private static final int FOUND = 5;
    private static final int SHORT_PART = 8;
    /** Texts among which queries are chosen, which both models embed. */
    private static final int MOST_ASKED = 256;

    private PictureGrid() {}

    /** Queries of every task, captions in colours and bare names alike, alike. */
    static List<GridRow> of(Judge judge, Model teacher, Model student) {
        List<RetrievalTask> tasks = judge.evaluation().tasks();
        List<GridRow> rows = new ArrayList<>();
        for (RetrievalTask task : tasks) {
            List<Integer> asked = evenly(shortest(task.texts()), MOST_ASKED);
            List<List<Found>> byTeacher = found(judge.engine(), teacher, task, asked);
            List<List<Found>> byStudent = found(judge.engine(), student, task, asked);
            List<GridRow> all = IntStream.range(0, asked.size())
                    .mapToObj(i -> new GridRow(task.texts().get(asked.get(i)), byTeacher.get(i), byStudent.get(i)))
                    .toList();
            rows.addAll(shown(all, QUERIES / tasks.size()));
        }
        return rows;
    }

    /** Evenly among those with the right picture, and where they are too few, among the others; in the order of before. */
    static List<GridRow> shown(List<GridRow> all, int most) {
        List<Integer> hits = indices(all, true);
        List<Integer> chosen = new ArrayList<>(evenly(hits, most));
        chosen.addAll(evenly(indices(all, false), most - chosen.size()));
        return chosen.stream().sorted().map(all::get).toList();
    }

    private static List<Integer> indices(List<GridRow> rows, boolean hit) {
        return IntStream.range(0, rows.size())
                .filter(i -> hit
                        == Stream.concat(rows.get(i).teacher().stream(), rows.get(i).student().stream())
                                .anyMatch(Found::right))
                .boxed()
                .toList();
    }

    /** The part of the texts with the fewest words, in their order: everyday things have short names. */
    private static List<Integer> shortest(List<String> texts) {
        return IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(text -> texts.get(text).split(" ").length)
                        .thenComparing(Comparator.naturalOrder()))
                .limit(Math.max(QUERIES, texts.size() / SHORT_PART))
                .sorted()
                .toList();
    }

    private static List<Integer> evenly(List<Integer> of, int most) {
        int count = Math.min(most, of.size());
        return IntStream.range(0, count)
                .mapToObj(i -> of.get((int) ((2L * i + 1) * of.size() / (2L * count))))
                .toList();
    }

    private static List<List<Found>> found(Engine engine, Model model, RetrievalTask task, List<Integer> queries) {
        try (Engine.Loaded loaded = engine.load(model)) {
            Embedder embedder = loaded.embedder();
            float[] images = embedder.images(task.images());
            float[] texts =
                    embedder.texts(queries.stream().map(task.texts()::get).toList());
            List<List<Found>> found = new ArrayList<>();
            for (int i = 0; i < queries.size(); i++) {
                double[] similarity = similarity(images, texts, i, embedder.embedding());
                int query = queries.get(i);
                found.add(IntStream.range(0, similarity.length)
                        .boxed()
                        .sorted(Comparator.<Integer>comparingDouble(image -> -similarity[image])
                                .thenComparing(Comparator.naturalOrder()))
                        .limit(FOUND)
                        .map(image -> new Found(
                                task.images().get(image),
                                IntStream.of(task.textsOfImage().get(image)).anyMatch(text -> text == query)))
                        .toList());
            }
            return found;
        }
    }

    /** Inner products of one text with every image. */
    private static double[] similarity(float[] images, float[] texts, int text, int embedding) {
        double[] similarity = new double[images.length / embedding];
        for (int image = 0; image < similarity.length; image++) {
            for (int e = 0; e < embedding; e++) {
                similarity[image] += (double) images[image * embedding + e] * texts[text * embedding + e];
            }
        }
        return similarity;
    }
}
