package io.tinyclip.cluster.run;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.files.Model;
import io.tinyclip.report.GridRow;
import io.tinyclip.report.GridRow.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Some queries in words, and the pictures that teacher and student find nearest to them. */
final class PictureGrid {
    private static final int QUERIES = 8;
    private static final int FOUND = 5;

    private PictureGrid() {}

    /** Queries lie evenly over the texts of the last task, which is the one of names where there is one. */
    static List<GridRow> of(Judge judge, Model teacher, Model student) {
        List<RetrievalTask> tasks = judge.evaluation().tasks();
        RetrievalTask task = tasks.get(tasks.size() - 1);
        int count = Math.min(QUERIES, task.texts().size());
        List<Integer> queries = IntStream.range(0, count)
                .mapToObj(i -> (int) ((long) i * task.texts().size() / count))
                .toList();
        List<List<Found>> byTeacher = found(judge.engine(), teacher, task, queries);
        List<List<Found>> byStudent = found(judge.engine(), student, task, queries);
        List<GridRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new GridRow(task.texts().get(queries.get(i)), byTeacher.get(i), byStudent.get(i)));
        }
        return rows;
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
